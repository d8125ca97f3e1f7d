// Part of the root: what the sessions' room is told when a run begins and when it ends.
#pragma once

#include "agent/mcp/sessions.hpp"
#include "agent/sharing/remotes.hpp"
#include "common/server_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm {

/// Where a server with an address of its own is; without who signs in there. Empty for another.
struct RemotePlace {
    std::string host = {};
    std::uint16_t port = 0;
};
RemotePlace place_of(const ServerSpec& spec);

/// Takes the instance's input and output. Nothing when no session can be had with such a server.
std::optional<mcp::Attachment> attachment_of(const std::string& server_id, const ServerSpec& spec,
                                             Instance& instance, bool resumed, Remotes& remotes);

/// Why calls in flight fail when a run of `whom` has ended like this.
Error session_end(const Exit& exit, std::string_view whom = "the server");

}  // namespace mcpm
