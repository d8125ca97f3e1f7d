// What a value of config.yaml may be: each function reads one kind from its text. A list is written with
// commas; nothing, "off" and "none" are an empty one.
#pragma once

#include "common/config_file.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// What was expected in place of a value that is bad; empty = the value is good and `out` has it.
using ConfigProblem = std::string;

template <typename T>
struct ConfigBounds {
    T least;
    T most;
};

ConfigProblem take_level(std::string_view text, LogLevel& out);
ConfigProblem take_bytes(std::string_view text, ConfigBounds<std::uint64_t> bounds, std::uint64_t& out);
ConfigProblem take_time(std::string_view text, ConfigBounds<Duration> bounds, Duration& out);
ConfigProblem take_count(std::string_view text, ConfigBounds<unsigned> bounds, unsigned& out);
/// Absolute folders with ':' between them.
ConfigProblem take_path(std::string_view text, std::string& out);
ConfigProblem take_auth(std::string_view text, HttpAuth& out);
/// At most 8.
ConfigProblem take_listen(std::string_view text, std::vector<ListenAddress>& out);
ConfigProblem take_hosts(std::string_view text, std::vector<std::string>& out);
ConfigProblem take_origins(std::string_view text, std::vector<std::string>& out);
/// "https://mcp.example/path/" without the slash at its end; what a browser would send as it is.
ConfigProblem take_public_url(std::string_view text, std::string& out);
/// A number alone is milliseconds.
ConfigProblem take_heartbeat(std::string_view text, Duration& out);
ConfigProblem take_proxy(std::string_view text, std::string& out);
ConfigProblem take_no_proxy(std::string_view text, std::string& out);
/// An absolute path.
ConfigProblem take_file(std::string_view text, std::string& out);
/// "all", or names of common/risks.hpp.
ConfigProblem take_risks(std::string_view text, std::vector<std::string>& out);

}  // namespace mcpm
