#include "cli/clients/client_limits.hpp"

#include "cli/tool_rules.hpp"
#include "common/tool_names.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

bool is_in(const Json& patterns, const std::string& tool) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Json& pattern) {
        return pattern.is_string() && glob_matches(pattern.get_ref<const std::string&>(), tool);
    });
}

/// What a profile's rules of a server leave of its tools.
bool profile_offers(const Json& rules, const std::string& tool) {
    const Json& allow = member(rules, "allow");
    return (allow.empty() || is_in(allow, tool)) && !is_in(member(rules, "deny"), tool);
}

Result<> add_tools(AgentClient& agent, const Json& server, const Json& profile_rules, OfferedTools& out) {
    const std::string name = text(server, "name");
    const auto tools = agent.part(name, "tools", Query().add("kept", "1"));
    if (!tools) return tools.error();
    const Json& list = tools->is_array() ? *tools : member(*tools, "tools");
    if (!list.is_array()) {
        out.unknown_of.push_back(name);
        return {};
    }
    const Json& rules = member(member(server, "config"), "tools");
    for (const Json& tool : list) {
        const std::string own = text(tool, "name");
        if (!is_offered(rules, own)) continue;
        const std::string renamed = text(member(rules, "rename"), own);
        const std::string offered = renamed.empty() ? own : renamed;
        if (profile_offers(profile_rules, offered)) out.names.push_back(name + "__" + offered);
    }
    return {};
}

}  // namespace

Result<OfferedTools> tools_for(AgentClient& agent, const std::string& profile) {
    OfferedTools out;
    const auto servers = agent.servers();
    if (!servers) return servers.error();
    Json chosen;
    if (!profile.empty()) {
        auto found = agent.profile(profile);
        if (!found) return found.error();
        chosen = member(*found, "servers");
    }
    for (const Json& server : *servers) {
        const Json& config = member(server, "config");
        if (member(config, "enabled") == false || text(config, "transport") == "none") continue;
        Json rules;
        if (!profile.empty()) {
            const auto entry = std::find_if(chosen.begin(), chosen.end(), [&](const Json& one) {
                return text(one, "server") == text(server, "name");
            });
            if (entry == chosen.end()) continue;
            rules = member(*entry, "tools");
        }
        if (auto added = add_tools(agent, server, rules, out); !added) return added.error();
    }
    return out;
}

std::vector<std::string> limit_notes(const ClientRow& client, const std::string& entry,
                                     const OfferedTools& tools) {
    std::vector<std::string> notes;
    const std::string title(client.title);
    if (client.most_tools != 0 && tools.names.size() > client.most_tools) {
        notes.push_back(title + " takes " + std::to_string(client.most_tools) + " tools, these are " +
                        std::to_string(tools.names.size()) +
                        ": choose some by `mcpm profile create` and `client connect --profile`, or offer "
                        "`/mcp?mode=search`");
    }
    std::size_t too_long = 0;
    std::string example;
    for (const std::string& name : tools.names) {
        if (client.longest_name == 0 || entry.size() + name.size() <= client.longest_name) continue;
        ++too_long;
        if (example.empty()) example = name;
    }
    if (too_long > 0) {
        notes.push_back(title + " may hide " + std::to_string(too_long) + " tools whose names are over " +
                        std::to_string(client.longest_name) + " characters together with \"" + entry +
                        "\" (" + example + "): a shorter name by `mcpm rename` or `mcpm tools rename`");
    }
    return notes;
}

}  // namespace mcpm::cli
