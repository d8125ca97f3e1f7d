#include "cli/help.hpp"

#include "cli/commands/all.hpp"
#include "cli/completion_scripts.hpp"
#include "cli/manual.hpp"

#include <fstream>

namespace mcpm::cli::commands {

Outcome help(Invocation& call) {
    std::vector<std::string> words;
    call.options.positionals("COMMAND", words, "a command", Completes::commands);
    if (!call.parse()) return call.outcome();
    if (words.empty()) {
        call.out.write(help_page());
        return ExitStatus::done;
    }
    const Chosen chosen = choose_command(words);
    if (chosen.row == nullptr) {
        return Error{
            ErrorCode::not_found, "there is no command '" + words[0] + "'", {}, unknown_command_hint(words)};
    }
    call.out.write(command_help(*chosen.row, describe(*chosen.row)));
    return ExitStatus::done;
}

Outcome completion(Invocation& call) {
    std::string shell;
    call.options.positional("SHELL", shell, "bash, zsh or fish");
    if (!call.parse()) return call.outcome();
    if (shell == "bash") {
        call.out.write(bash_completion());
    } else if (shell == "zsh") {
        call.out.write(zsh_completion());
    } else if (shell == "fish") {
        call.out.write(fish_completion());
    } else {
        return Error{ErrorCode::validation_error,
                     "'" + shell + "' is none of bash, zsh, fish",
                     {},
                     "example: mcpm completion bash > ~/.local/share/bash-completion/completions/mcpm"};
    }
    return ExitStatus::done;
}

// Silent whatever happens: a shell is waiting behind the Tab key. Never starts the agent.
Outcome complete_words(Invocation& call) {
    std::string kind;
    std::optional<std::string> server;
    call.options.positional("KIND", kind, "servers, secrets or tools");
    call.options.positional("SERVER", server, "whose tools");
    if (!call.parse()) return ExitStatus::done;
    const auto paths = find_paths();
    if (!paths) return ExitStatus::done;
    auto agent = AgentClient::connect(*paths);
    if (!agent) return ExitStatus::done;
    const bool tools = kind == "tools" && server;
    const auto answer = tools               ? agent->part(*server, "tools")
                        : kind == "secrets" ? agent->secrets()
                                            : agent->servers();
    if (!answer) return ExitStatus::done;
    const Json& items = answer->is_array() ? *answer : member(*answer, "tools");
    for (const Json& item : items) call.out.write(harmless(text(item, "name")) + "\n");
    return ExitStatus::done;
}

Outcome write_manual(Invocation& call) {
    std::string folder;
    call.options.positional("FOLDER", folder, "the source tree");
    if (!call.parse()) return call.outcome();
    for (const auto& [file, content] : {std::pair<std::string, std::string>{"man/mcpm.1", mcpm_man_page()},
                                        {"man/mcpmd.8", mcpmd_man_page()},
                                        {"docs/cli.md", command_reference()},
                                        {"completions/mcpm.bash", bash_completion()},
                                        {"completions/_mcpm", zsh_completion()},
                                        {"completions/mcpm.fish", fish_completion()}}) {
        std::ofstream out(folder + "/" + file, std::ios::trunc);
        out << content;
        out.close();
        if (!out) return Error{ErrorCode::internal_error, "write " + folder + "/" + file + " failed"};
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
