#include "cli/commands/all.hpp"
#include "cli/connect_shim.hpp"
#include "cli/selection.hpp"
#include "cli/shell_words.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/units.hpp"

#include <optional>

namespace mcpm::cli::commands {

namespace {

std::string target_of(const std::optional<std::string>& server, const std::string& profile) {
    if (!profile.empty()) return "/mcp/p/" + percent_encode(profile) + "/stdio";
    if (server) return "/mcp/" + percent_encode(*server) + "/stdio";
    return "/mcp/stdio";
}

}  // namespace

Outcome connect(Invocation& call) {
    std::optional<std::string> server;
    std::string profile;
    call.options.positional("NAME", server, "the server; without it, all servers in one", Completes::servers);
    call.options.value("--profile", "NAME", profile, "the servers and tools of a profile, in one");
    call.options.completes(Completes::profiles);
    std::string drain = "30s";
    call.options.value("--drain", "DURATION", drain,
                       "how long answers are waited for after the end of input (default 30s)");
    if (!call.parse()) return call.outcome();
    const auto patience = parse_duration(drain);
    if (!patience) return patience.error();
    if (server && !profile.empty()) {
        return Error{ErrorCode::validation_error, "NAME and --profile exclude each other"};
    }
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto outcome = ConnectShim(*paths, target_of(server, profile), call.out, *patience).run();
    if (outcome || !server || outcome.error().code != ErrorCode::server_not_found) return outcome;
    auto agent = AgentClient::connect(*paths);
    if (!agent) return outcome;
    // The server is there, and not offered: another name would be no help.
    if (const auto known = agent->server(*server); known) {
        const bool disabled =
            member(member(*known, fields::server::config), fields::config::enabled) == false;
        return Error{ErrorCode::conflict,
                     "'" + *server + "' is " + (disabled ? "disabled" : "not offered to clients"),
                     {},
                     disabled ? "`mcpm enable " + in_shell_words(*server) + "` lets it be offered"
                              : "`mcpm show " + in_shell_words(*server) + "` shows its transport"};
    }
    return with_suggestion(outcome.error(), *agent, *server);
}

}  // namespace mcpm::cli::commands
