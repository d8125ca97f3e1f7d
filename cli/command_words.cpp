#include "cli/command_words.hpp"

#include "cli/shell_words.hpp"
#include "common/search_path.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace mcpm::cli {

namespace {

namespace fs = std::filesystem;

std::string environment_text(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::string absolute(const std::string& path, const std::string& folder) {
    std::string text = (fs::path(folder) / path).lexically_normal().string();
    if (text.size() > 1 && text.back() == '/') text.pop_back();
    return text;
}

bool is_file(const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 && !S_ISDIR(facts.st_mode);
}

Error unread_variable(const std::string& what, const std::string& word) {
    return {ErrorCode::validation_error,
            what + ": no shell reads '" + word + "', so a variable in it stays as it is",
            {},
            "write its value out, or let your shell do it: without single quotes"};
}

// "npx -y x" as one word: a shell line, which nobody reads.
Result<> check_one_word(const std::vector<std::string>& words, const TypedIn& place,
                        const std::string& name) {
    const std::string& program = words.front();
    if (words.size() != 1 || program.find_first_of(" \t") == std::string::npos) return {};
    const bool is_there =
        is_file(absolute(program, place.folder)) || !programs_on_path(program, place.path).empty();
    if (is_there) return {};
    return Error{ErrorCode::validation_error,
                 "'" + program + "' is one word, and there is no program of that name",
                 {},
                 "give the program and each argument as words of their own: mcpm add " +
                     in_shell_words(name) + " -- " + program};
}

}  // namespace

TypedIn typed_in_here() {
    std::error_code failure;
    return {fs::current_path(failure).string(), environment_text("HOME"), environment_text("PATH")};
}

std::string with_home(const std::string& word, const std::string& home) {
    if (home.empty()) return word;
    for (const std::string& mark : {std::string("~"), std::string("$HOME"), std::string("${HOME}")}) {
        if (word == mark) return home;
        if (word.starts_with(mark + "/")) return home + word.substr(mark.size());
    }
    return word;
}

Result<std::vector<std::string>> read_command(std::vector<std::string> words, const TypedIn& place,
                                              const std::string& name) {
    if (words.empty()) return words;
    if (const auto good = check_one_word(words, place, name); !good) return good.error();
    for (std::string& word : words) word = with_home(word, place.home);
    std::string& program = words.front();
    if (program.find('$') != std::string::npos && !is_file(absolute(program, place.folder)))
        return unread_variable("the program", program);
    const bool is_relative = program.find('/') != std::string::npos && program.front() != '/';
    if (is_relative && !place.folder.empty()) program = absolute(program, place.folder);
    return words;
}

Result<std::string> read_folder(const std::string& text, const TypedIn& place) {
    const std::string folder = with_home(text, place.home);
    if (folder.starts_with("${client.")) return folder;  // of each client: common/client_folder.hpp
    if (folder.find('$') != std::string::npos && ::access(folder.c_str(), F_OK) != 0)
        return unread_variable("--cwd", folder);
    if (folder.starts_with('~') && ::access(folder.c_str(), F_OK) != 0)
        return Error{ErrorCode::validation_error,
                     "--cwd: '" + folder + "' is the home folder of nobody known here",
                     {},
                     "write the whole path out"};
    if (place.folder.empty() && !folder.starts_with('/'))
        return Error{ErrorCode::validation_error, "--cwd: the current folder is gone; give a whole path"};
    return absolute(folder, place.folder);
}

}  // namespace mcpm::cli
