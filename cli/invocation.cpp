#include "cli/invocation.hpp"

#include "cli/agent_process.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/progress.hpp"
#include "cli/shell_words.hpp"

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
        out.write(command_help(command_, options, out.width()));
        return false;
    }
    auto parsed = options.parse(arguments_);
    if (parsed) parsed = format.check();
    if (parsed) return true;
    Error error = parsed.error();
    // `mcpm add fs npx -y PKG`: what every other program's habits make of it.
    const auto command = end == arguments_.end() ? options.stray_command() : std::nullopt;
    if (command) {
        error.message = "a server's command stands behind `--`";
        error.hint = "mcpm " + std::string(command_.name);
        bool is_before = true;
        for (const std::string& word : arguments_) {
            if (is_before && word == *command) error.hint += " --";
            is_before = is_before && word != *command;
            error.hint += " " + in_shell_words(word);
        }
        outcome_ = std::move(error);
        return false;
    }
    const std::string usage = usage_line(command_);
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
