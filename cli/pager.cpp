#include "cli/pager.hpp"

#include "common/search_path.hpp"
#include "common/unique_fd.hpp"
#include "common/words.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

namespace mcpm::cli {

namespace {

[[noreturn]] void become_pager(char* const* words, int input, int terminal) {
    ::dup2(input, 0);
    ::dup2(terminal, 1);
    std::signal(SIGPIPE, SIG_DFL);
    ::execvp(words[0], words);
    ::_exit(127);
}

bool is_on_path(const std::string& program) {
    if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
    return find_on_path(program, own_search_path()).has_value();
}

}  // namespace

std::vector<std::string> pager_words(const char* own, const char* usual) {
    std::vector<std::string> words = split_words(own != nullptr                       ? own
                                                 : usual != nullptr && *usual != '\0' ? usual
                                                                                      : "less");
    if (!words.empty() && words[0] == "cat") words.clear();
    return words;
}

std::pair<int, int> open_pager(int terminal) {
    std::vector<std::string> words = pager_words(std::getenv("MCPM_PAGER"), std::getenv("PAGER"));
    if (words.empty() || !is_on_path(words[0])) return {-1, -1};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {-1, -1};
    const UniqueFd input(ends[0]);
    UniqueFd output(ends[1]);
    // Colours pass, one screen is left as it is, and nothing is cleared at the end.
    ::setenv("LESS", "FRX", 0);
    const int child = ::fork();
    if (child < 0) return {-1, -1};
    if (child == 0) become_pager(arguments.data(), input.get(), terminal);
    return {child, output.release()};
}

}  // namespace mcpm::cli
