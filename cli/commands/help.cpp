#include "cli/help.hpp"

#include "cli/commands/all.hpp"
#include "cli/completion.hpp"
#include "cli/completion_scripts.hpp"
#include "cli/config_values.hpp"
#include "cli/manual.hpp"
#include "cli/roff_lines.hpp"
#include "cli/server_keys.hpp"
#include "cli/snapshot.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/server_fields.hpp"

#include <fstream>
#include <set>
#include <utility>

namespace mcpm::cli::commands {

Outcome help(Invocation& call) {
    std::vector<std::string> words;
    call.options.positionals("COMMAND", words, "a command", Completes::commands);
    if (!call.parse()) return call.outcome();
    call.out.start_pager();
    if (words.empty()) {
        call.out.write(help_page(call.out.width()));
        return ExitStatus::done;
    }
    const Chosen chosen = choose_command(words);
    if (chosen.row == nullptr && words.size() == 1 && !second_words(words[0]).empty()) {
        call.out.write(group_help(words[0], call.out.width()));
        return ExitStatus::done;
    }
    if (chosen.row == nullptr) {
        return Error{
            ErrorCode::not_found, "there is no command '" + words[0] + "'", {}, unknown_command_hint(words)};
    }
    call.out.write(command_help(*chosen.row, describe(*chosen.row), call.out.width()));
    return ExitStatus::done;
}

Outcome completion(Invocation& call) {
    std::string shell;
    call.options.positional("SHELL", shell, "bash, zsh or fish", Completes::shells);
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

namespace {

std::vector<std::string> names_in(const Json& items, const char* key) {
    std::vector<std::string> names;
    for (const Json& item : items) {
        if (std::string name = text(item, key); !name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> labels_of(const Json& servers) {
    std::set<std::string> known;
    for (const Json& server : servers) {
        const Json& labels = member(member(server, fields::server::config), fields::config::labels);
        if (!labels.is_object()) continue;
        for (const auto& [key, value] : labels.items())
            known.insert(key + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
    }
    return {known.begin(), known.end()};
}

Result<Json> names_of_kind(AgentClient& agent, Completes kind, const std::string& server) {
    if (kind == Completes::tools || kind == Completes::prompts)
        return agent.part(server, kind == Completes::tools ? "tools" : "prompts");
    if (kind == Completes::secrets) return agent.secrets();
    if (kind == Completes::profiles) return agent.profiles();
    if (kind == Completes::tokens) return agent.tokens();
    if (kind == Completes::templates) return agent.templates({});
    return agent.servers();
}

std::vector<std::string> ask_names(Completes kind, const std::string& server) {
    const auto paths = find_paths();
    if (!paths) return {};
    auto agent = AgentClient::connect(*paths);
    const auto answer = agent ? names_of_kind(*agent, kind, server) : Result<Json>(agent.error());
    Json items = Json::array();
    if (answer && kind == Completes::labels) return labels_of(*answer);
    if (answer)
        items = answer->is_array()
                    ? *answer
                    : member(*answer, kind == Completes::tools ? fields::mcp::tools : fields::mcp::prompts);
    if (!answer && kind == Completes::servers) {
        if (const auto snapshot = read_snapshot(*paths); snapshot) items = snapshot->servers;
    }
    return names_in(items, kind == Completes::templates ? fields::market::id : fields::server::name);
}

}  // namespace

// Silent whatever happens: a shell is waiting behind the Tab key. Never starts the agent.
Outcome complete_words(Invocation& call) {
    const std::vector<std::string>& words = call.arguments();
    const Offers offers = complete_line(words, ask_names);
    if (offers.files != Offers::Files::none)
        call.out.write(offers.files == Offers::Files::files ? ":files\n" : ":folders\n");
    for (const Offer& offer : offers.words) {
        const std::string what = offer.what.empty() ? "" : "\t" + harmless(offer.what);
        call.out.write(harmless(offer.value) + what + "\n");
    }
    return ExitStatus::done;
}

Outcome print_schema(Invocation& call) {
    if (!call.parse()) return call.outcome();
    call.out.write(servers_file_schema().dump(2) + "\n");
    return ExitStatus::done;
}

Outcome write_manual(Invocation& call) {
    std::string folder;
    call.options.positional("FOLDER", folder, "the source tree");
    if (!call.parse()) return call.outcome();
    std::vector<std::pair<std::string, std::string>> files{
        {"man/mcpmd.8", mcpmd_man_page()},
        {"docs/cli.md", command_reference()},
        {"docs/config.md", config_reference()},
        {"docs/servers-keys.md", server_keys_reference()},
        {"docs/servers.schema.json", servers_file_schema().dump(2) + "\n"},
        {"completions/mcpm.bash", bash_completion()},
        {"completions/_mcpm", zsh_completion()},
        {"completions/mcpm.fish", fish_completion()}};
    for (auto& page : man_pages()) files.push_back(std::move(page));
    for (auto& page : format_man_pages()) files.push_back(std::move(page));
    for (const auto& [file, content] : files) {
        std::ofstream out(folder + "/" + file, std::ios::trunc);
        out << (file.starts_with("man/") ? with_short_lines(content) : content);
        out.close();
        if (!out) return Error{ErrorCode::internal_error, "write " + folder + "/" + file + " failed"};
    }
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
