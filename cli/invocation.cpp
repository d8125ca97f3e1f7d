#include "cli/invocation.hpp"

#include "cli/agent_process.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/progress.hpp"

#include <algorithm>

namespace mcpm::cli {

Invocation::Invocation(const CommandRow& command, std::vector<std::string> arguments, Output& output,
                       Purpose purpose)
    : out(output), command_(command), arguments_(std::move(arguments)), purpose_(purpose) {}

bool Invocation::parse() {
    if (purpose_ == Purpose::describe) return false;
    const auto end = std::find(arguments_.begin(), arguments_.end(), "--");
    const auto wants_help = [](const std::string& word) { return word == "-h" || word == "--help"; };
    if (std::any_of(arguments_.begin(), end, wants_help)) {
        out.write(command_help(command_, options));
        return false;
    }
    auto parsed = options.parse(arguments_);
    if (parsed) return true;
    Error error = parsed.error();
    const std::string usage = "usage: mcpm " + std::string(command_.name) + " " + std::string(command_.usage);
    error.hint += (error.hint.empty() ? "" : "\n  ") + usage;
    outcome_ = std::move(error);
    return false;
}

Result<AgentClient> Invocation::agent() {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto running = AgentClient::connect(*paths);
    if (running) return running;
    const Progress progress(out, "starting the agent");
    return connect_or_start(*paths);
}

}  // namespace mcpm::cli
