// The rest of the agent, as the gateway needs it: which servers there are, what each offered, and how one is
// started. The room sharing implements it; the gateway's tests have one that is a few tables. All of it is
// called on the loop thread.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/mcp/session_facts.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// What a server offered when it was last seen. Lists are JSON arrays.
struct Kept {
    mcp::SessionFacts facts;
    std::string tools = "[]", prompts = "[]", resources = "[]", resource_templates = "[]";
    std::string digest = {};
};
using KeptPtr = std::shared_ptr<const Kept>;

/// One server of a profile: its name, and which of its tools.
struct Choice {
    std::string server;
    ToolRules tools;
};

class Directory {
  public:
    virtual ~Directory() = default;
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Servers that are enabled and speak MCP, in the order of their names.
    virtual std::vector<Target> servers() = 0;
    /// Another number when servers() may say something else: a rule counts from the moment it is made.
    virtual std::uint64_t servers_version() = 0;
    /// Whether there is such a server, enabled or not. One that is removed does not come back.
    virtual bool is_defined(const std::string& server_id) = 0;
    /// Desired state up: running, on its way, or asleep.
    virtual bool is_up(const std::string& server_id) = 0;
    /// Null when nothing is known.
    virtual KeptPtr kept(const std::string& server_id) = 0;
    /// Nothing when there is no such profile.
    virtual std::optional<std::vector<Choice>> profile(const std::string& name) = 0;
    /// What a profile itself tells a model; empty when it has nothing to say.
    virtual std::string instructions_of(const std::string&) { return {}; }

    /// Returns when the server's session is open, or says why there is none.
    virtual Task<Result<>> wake(std::string server_id) = 0;
    /// While the result lives the server is not put to sleep.
    virtual std::shared_ptr<void> hold(const std::string& server_id) = 0;
    /// A process of one client's own, its session open under `key` (SERVER-ID#N) when this returns.
    virtual Task<Result<>> start_own(std::string server_id, std::string key, std::string owner,
                                     std::string capabilities) = 0;
    virtual void end_own(const std::string& key) = 0;
    /// Before start_own(): where the process with this key is to work.
    virtual void tell_folder(const std::string&, const ClientFolder&) {}

    /// The server lists tools that are not as they were approved.
    virtual void look_again(const std::string& server_id) = 0;
    /// Another Gateway::sessions_text() is worth writing.
    virtual void sessions_changed() = 0;
    /// The number of the run whose session has this key; 0 when that is not known.
    virtual std::uint64_t run_of(const std::string&) { return 0; }
    /// A log message of a server that belongs to no client that can be proven.
    virtual void orphan(const std::string& server_id, std::string_view text) = 0;
};

}  // namespace mcpm::gateway
