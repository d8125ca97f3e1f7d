#include "agent/packages/find_program.hpp"

#include "common/search_path.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace mcpm {

namespace {

Error unresolved(std::string message, int error_number, std::string hint = {}) {
    const char* name = error_number == EACCES ? "EACCES" : "ENOENT";
    return Error{ErrorCode::cannot_launch, std::move(message), ErrorDetails(StartStage::resolve, name),
                 std::move(hint)};
}

/// Nothing for what cannot be looked at: a folder that we may not search, a loop of links, too long a name.
std::filesystem::file_type type_of(const std::string& file) {
    std::error_code unseen;
    return std::filesystem::status(file, unseen).type();
}

bool is_other_than_folder(const std::string& file) {
    using enum std::filesystem::file_type;
    const auto type = type_of(file);
    return type != none && type != not_found && type != directory;
}

std::string most_similar(std::string_view name, const std::vector<std::string>& folders) {
    constexpr std::size_t most_entries = 20000;
    std::size_t seen = 0;
    std::size_t best = name.size() <= 3 ? 2 : 3;  // worse than this is no hint
    std::string found;
    for (const auto& folder : folders) {
        std::error_code error;
        for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            if (++seen > most_entries) return found;
            auto candidate = entry->path().filename().string();
            const auto edits = edit_distance(name, candidate);
            if (edits >= best || check_executable(entry->path().string()) != 0) continue;
            best = edits;
            found = std::move(candidate);
        }
    }
    return found;
}

}  // namespace

Result<std::string> find_program(std::string_view name, std::string_view path) {
    const std::string program(name);
    const std::string quoted = "\"" + program + "\"";
    if (name.empty()) return unresolved("the command is empty", ENOENT);
    if (name.find('\0') != std::string_view::npos)
        return unresolved("the command contains a NUL byte", ENOENT);
    if (name.find('/') != std::string_view::npos) {
        if (name.front() != '/') return unresolved(quoted + ": a path to a program must be absolute", ENOENT);
        const int why = check_executable(program);
        if (why == 0) return program;
        return unresolved(
            quoted + ": " +
                (type_of(program) == std::filesystem::file_type::directory ? "it is a directory"
                                                                           : std::strerror(why)),
            why);
    }
    const auto folders = folders_of_path(path);
    std::string refused;
    for (const auto& folder : folders) {
        auto candidate = folder + "/" + program;
        const int why = check_executable(candidate);
        if (why == 0) return candidate;
        if (why == EACCES && refused.empty() && is_other_than_folder(candidate)) refused = candidate;
    }
    if (!refused.empty()) return unresolved(quoted + ": " + refused + " is not executable", EACCES);
    const auto similar = most_similar(name, folders);
    return unresolved(
        "command not found: " + quoted + "; looked in " + std::string(path.empty() ? "no folder" : path),
        ENOENT, similar.empty() ? std::string() : "did you mean '" + similar + "'?");
}

}  // namespace mcpm
