// What each address (Scope) reaches: one server, a profile's choice, or all; and their offers under one
// naming. Made from the directory and kept until that says something else. Sends nothing. One loop thread.
#pragma once

#include "agent/gateway/catalog.hpp"
#include "agent/gateway/client.hpp"
#include "agent/gateway/directory.hpp"
#include "agent/gateway/tool_index.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// The tools that find_tools looks through.
struct FindableTools {
    std::string digest;
    std::vector<const Catalog::Entry*> tools;  // of the catalog with that digest
    ToolIndex index;
};

class Scopes {
  public:
    explicit Scopes(Directory& directory) : directory_(directory) {}

    /// By name or id; null when no such server is offered.
    TargetPtr find(std::string_view name);
    /// Of a scope that is one server, narrowed by its profile; null when it is not offered.
    TargetPtr target_of(const Scope& scope);
    std::vector<TargetPtr> members(const Scope& scope);
    bool reaches(const Scope& scope, const std::string& server_id);
    bool is_known(const Scope& scope);

    /// What the members offered last. The reference holds until the next call.
    const Catalog& catalog(const Scope& scope);
    const FindableTools& tools_to_find(const Scope& scope);
    /// Another text when another catalog may come about.
    std::string offers_digest(const Scope& scope);
    TargetPtr owner_of_uri(const Scope& scope, const std::string& uri);
    /// What clients of many servers see before a server's URIs; nothing where a scope is one server.
    std::string mark(const Scope& scope, const std::string& server_id);
    /// The inputSchema of a tool as JSON text; empty when it is unknown.
    std::string tool_schema(const Scope& scope, std::string_view tool);

    /// Catalogs that are kept.
    std::size_t size() const { return offers_.size(); }

  private:
    struct Offers {
        Catalog catalog;
        FindableTools findable;
    };
    const std::vector<TargetPtr>& targets();
    std::vector<TargetPtr> members_of_profile(const std::string& profile);
    Offers& offers(const Scope& scope);

    Directory& directory_;
    std::vector<TargetPtr> targets_;
    std::uint64_t version_ = 0;             // of the directory that `targets_` are of; 0 of none
    std::map<std::string, Offers> offers_;  // by profile; "" is all servers
};

/// What a server's or profile's rules let pass.
bool is_allowed(const Target& target, std::string_view tool);
/// What clients call a tool, and back; the name itself when it was not renamed.
std::string shown_name(const Target& target, std::string_view tool);
std::string real_name(const Target& target, std::string_view shown);

}  // namespace mcpm::gateway
