// export: servers, or the whole set-up, as a file for `apply`. Secrets are named in it, never shown.
#include "cli/apply_plan.hpp"
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "cli/snapshot.hpp"
#include "cli/spec_diff.hpp"
#include "common/setup_json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mcpm::cli::commands {

namespace {

Result<> take_server(const Json& server, SpecFile& file, std::size_t& hidden) {
    auto view = wire::to_view(server);
    if (!view) return view.error();
    settle_pin(nullptr, view->spec);
    hidden += masked_values(wire::from_spec(view->spec)).size();
    file.servers.push_back(std::move(view->spec));
    return {};
}

/// Servers that speak no MCP have no approvals.
Result<> take_approvals(AgentClient& agent, SpecFile& file) {
    Query query;
    query.add("kept", "1");
    for (const ServerSpec& spec : file.servers) {
        if (spec.transport == Transport::none) continue;
        const auto standing = agent.part(spec.name, "tools/approval", query);
        if (!standing) return standing.error();
        ApprovedTools approved = approved_of(spec.name, *standing);
        if (!approved.tools.empty()) file.approvals.push_back(std::move(approved));
    }
    return {};
}

Result<> take_rest(AgentClient& agent, SpecFile& file) {
    const auto profiles = agent.profiles();
    if (!profiles) return profiles.error();
    for (const Json& profile : *profiles) file.profiles.push_back(profile_of(profile));
    return take_approvals(agent, file);
}

}  // namespace

Outcome export_servers(Invocation& call) {
    std::vector<std::string> names;
    bool whole = false;
    bool json = false;
    std::string format = "yaml";
    call.options.positionals("NAME…", names, "servers; without one, all", Completes::servers);
    call.options.flag("--all", whole, "the whole set-up: profiles and the digests of approved tools too");
    call.options.value("-o,--output,--format", "FORMAT", format,
                       "yaml (default), or json, which `apply` reads too");
    call.options.choices({"yaml", "json"});
    call.options.flag("--json", json, "the same as -o json");
    if (!call.parse()) return call.outcome();
    if (whole && !names.empty())
        return Error{ErrorCode::validation_error, "--all exports every server: leave the names out"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto servers = agent->servers();
    if (!servers) return servers.error();
    SpecFile file;
    std::size_t hidden = 0;
    for (const std::string& name : names) {
        const auto server = find_server(*servers, name);
        if (!server) return server.error();
        if (const auto taken = take_server(*server, file, hidden); !taken) return taken.error();
    }
    if (names.empty()) {
        for (const Json& server : *servers)
            if (const auto taken = take_server(server, file, hidden); !taken) return taken.error();
    }
    if (whole) {
        if (const auto taken = take_rest(*agent, file); !taken) return taken.error();
    }
    call.out.write(json || format == "json" ? setup_as_json(file).dump(2) + "\n" : write_setup_file(file));
    if (hidden > 0) {
        call.out.note(std::to_string(hidden) + (hidden == 1 ? " secret value is" : " secret values are") +
                      " written as \"***\"; `mcpm apply` leaves such values as they are");
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
