// Names under which the agent may be asked for: Host, the origin of a page, the target of a request. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::door {

/// ASCII.
bool same_but_for_case(std::string_view left, std::string_view right);

/// "http://127.0.0.1:3000" -> "127.0.0.1:3000"; nothing for "null", another scheme, or more than an origin.
std::optional<std::string_view> authority_of_origin(std::string_view origin);

/// Of an absolute target ("http://host/path"); nothing for an ordinary one.
std::optional<std::string_view> authority_of_target(std::string_view target);

/// True for localhost, 127.0.0.1, [::1] and the very address that was connected to, each with the port of
/// `local` ("127.0.0.1:3000"; port 80 need not be written), and for what `allowed` names: "name" with any
/// port, or "name:port".
bool is_own_authority(std::string_view authority, std::string_view local,
                      const std::vector<std::string>& allowed);

}  // namespace mcpm::door
