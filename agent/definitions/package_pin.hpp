// When a package must be installed (again): its definition has no pin (common/server_spec.hpp, settle_pin).
#pragma once

#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mcpm {

bool needs_package(const ServerSpec& spec);

/// The folders of installed packages that definitions name: those of other versions may go. Nothing while a
/// server runs since before its package was installed anew: it may still read from the old version's folder.
std::optional<std::vector<std::string>> package_folders_in_use(const std::vector<ServerOutline>& servers);

}  // namespace mcpm
