// What `apply` would do to make servers, profiles and approvals what a file says. Pure.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"
#include "common/spec_file.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct Change {
    enum class Kind { create, update, same, restart, prune } kind;
    std::string name;
    Json body;                            // definition, merge patch, or digests by tool
    std::vector<std::string> lines = {};  // what differs
    bool is_outdated = false;             // what runs is of another definition than the stored one
    enum class What { server, profile, approvals } what = What::server;
};

enum class Prune { no, yes };

/// "created", "updated", …
std::string_view word(Change::Kind kind);
/// "web", "profile work", "approvals of web"
std::string title(const Change& change);

/// `servers`, `profiles`: as the agent lists them.
Result<std::vector<Change>> plan_servers(const std::vector<ServerSpec>& specs, const Json& servers,
                                         Prune prune);
std::vector<Change> plan_profiles(const std::vector<Profile>& wanted, const Json& profiles, Prune prune);

/// `standing` is the agent's word about the server's tools (GET …/tools/approval); null for a new server.
Change plan_approvals(const ApprovedTools& wanted, const Json& standing);

/// What the agent has approved, as the file has it; no tools when nothing was.
ApprovedTools approved_of(const std::string& server, const Json& standing);
/// Of the agent's JSON.
Profile profile_of(const Json& json);
Json profile_body(const Profile& profile);

}  // namespace mcpm::cli
