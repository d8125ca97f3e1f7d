// What `mcpm dev` decides: the server's temporary name, which files restart it, whose it is, and how its log
// and its traffic look in one stream. Pure but for alive().
#pragma once

#include "cli/json_access.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

inline constexpr const char* dev_label = "mcpm.dev";

/// "dev-FOLDER", or with a number behind it when that is taken.
std::string dev_name(const std::string& folder, const Json& servers);

/// Sources in the usual languages, what a project says about itself, and the words of the command that are
/// files below the folder. `is_file` is asked with an absolute path.
template <typename IsFile>
std::vector<std::string> dev_patterns(const std::vector<std::string>& command, const std::string& folder,
                                      const IsFile& is_file);
std::vector<std::string> usual_dev_patterns();
/// A pattern for this one file alone; empty when it is not below the folder.
std::string pattern_for_file(const std::string& file, const std::string& folder);

/// "PID.START" of this process: also known when it is dead and its number is another's.
std::string dev_owner();
bool is_alive(std::string_view owner);

/// Names of temporary servers whose `mcpm dev` is dead.
std::vector<std::string> left_behind(const Json& servers);

/// "22:40:17.123 | TEXT", with its newline; `text` is harmless already.
std::string dev_log_line(const Json& line, std::string_view text);

template <typename IsFile>
std::vector<std::string> dev_patterns(const std::vector<std::string>& command, const std::string& folder,
                                      const IsFile& is_file) {
    std::vector<std::string> patterns = usual_dev_patterns();
    for (const std::string& word : command) {
        if (word.empty() || word.front() == '-') continue;
        const std::string path = word.front() == '/' ? word : folder + "/" + word;
        std::string pattern = is_file(path) ? pattern_for_file(path, folder) : std::string();
        if (!pattern.empty()) patterns.push_back(std::move(pattern));
    }
    return patterns;
}

}  // namespace mcpm::cli
