// A PATH: folders with ':' between them, and the program of a name that is found there first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// The absolute ones; a relative folder would be another one in each place.
std::vector<std::string> folders_of_path(std::string_view path);

/// This program's own PATH; empty when it has none.
std::string own_search_path();

/// 0 when `file` can be executed, else the errno that says why not.
int check_executable(const std::string& file);

/// The first `name` on `path` that can be executed. Looks at the disk.
std::optional<std::string> find_on_path(std::string_view name, std::string_view path);

/// Every `name` on `path` that can be executed, in its order, each once. Looks at the disk.
std::vector<std::string> programs_on_path(std::string_view name, std::string_view path);

}  // namespace mcpm
