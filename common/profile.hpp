// A named choice of servers and of their tools, for MCP clients that need not see everything.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// A profile's server: narrows what the server itself offers, never widens it.
struct ProfileServer {
    std::string server;                   // its name
    std::vector<std::string> allow = {};  // tools, as glob patterns; empty = all
    std::vector<std::string> deny = {};
    bool operator==(const ProfileServer&) const = default;
};

struct Profile {
    std::string name;
    std::string description = {};
    std::vector<ProfileServer> servers = {};
    std::string instructions = {};  // for the model, before those of its servers
    bool operator==(const Profile&) const = default;
};

/// Of profiles and tokens, which stand in addresses and lists: 1–64 of A-Z a-z 0-9 . _ -, beginning with a
/// letter or digit. validation_error naming `field`.
Result<> validate_label(std::string_view name, std::string_view field);

/// validation_error naming the field: lengths, counts, the same server twice. Not whether the servers exist.
Result<> validate(const Profile& profile);

}  // namespace mcpm
