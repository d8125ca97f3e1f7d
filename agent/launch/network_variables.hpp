// `network:` of config.yaml as the variables that programs look at: proxies, certificates, and the indexes of
// npm, pip and uv. For servers and installers alike.
#pragma once

#include "common/config_file.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace mcpm {

/// `certificates`: a file that holds those of `ca_file` and the system's; empty when there is none. Pure.
std::map<std::string, std::string> network_variables(const NetworkSettings& network,
                                                     const std::string& certificates);

/// The system's certificates and those of `ca_file` in one file, because most programs take one file in place
/// of the system's. Its path; empty when no `ca_file` is set. Blocks.
Result<std::string> write_certificates(const NetworkSettings& network, const std::filesystem::path& file);

}  // namespace mcpm
