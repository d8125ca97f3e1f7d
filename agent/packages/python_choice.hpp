// Which Python a package is installed with: the one that it asks for. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::pypi {

/// The programs that are looked at, the preferred first: "python3.12", "python3"; of ">=3.12" python3 first,
/// then those that are named after a version, the oldest that fits first. Nothing asked for: "python3" alone.
std::vector<std::string> python_names(std::string_view wanted);

/// Whether what `python3 --version` says ("Python 3.12.1") is what is asked for: "3.12", "3.12.1", ">=3.12".
bool is_wanted_python(std::string_view version_output, std::string_view wanted);

}  // namespace mcpm::pypi
