#include "cli/completion_scripts.hpp"

#include "cli/commands.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> groups_of_two() {
    std::vector<std::string> out;
    for (const CommandRow& row : all_commands()) {
        const std::size_t space = row.name.find(' ');
        if (space == std::string_view::npos) continue;
        const std::string first(row.name.substr(0, space));
        if (std::find(out.begin(), out.end(), first) == out.end()) out.push_back(first);
    }
    return out;
}

std::string option_words(const Options& options) {
    std::vector<std::string> words;
    for (const OptionRow& row : options.option_rows()) {
        for (std::string& name : option_names(row.names)) words.push_back(std::move(name));
    }
    words.emplace_back("--help");
    return joined(words);
}

// The names under which bash and zsh look a command up: its own and its aliases, each with its first word.
std::string case_pattern(const CommandRow& row) {
    const std::size_t space = row.name.find(' ');
    const std::string first =
        space == std::string_view::npos ? "" : std::string(row.name.substr(0, space + 1));
    std::string out = "'" + std::string(row.name) + "'";
    std::string_view aliases = row.aliases;
    while (!aliases.empty()) {
        const std::size_t end = std::min(aliases.find(' '), aliases.size());
        out += "|'" + first + std::string(aliases.substr(0, end)) + "'";
        aliases.remove_prefix(std::min(end + 1, aliases.size()));
    }
    return out;
}

const char* kind_word(Completes completes) {
    if (completes == Completes::servers) return "servers";
    if (completes == Completes::secrets) return "secrets";
    return completes == Completes::tools ? "tools" : "";
}

std::string positional_kinds(const Options& options) {
    std::string out;
    for (const PositionalRow& row : options.positional_rows()) {
        const std::string kind = kind_word(row.completes);
        out += (out.empty() ? "" : " ") + (kind.empty() ? std::string("files") : kind);
        if (row.name.find("…") != std::string::npos && (kind == "servers" || kind == "secrets"))
            out += " " + kind + " " + kind + " " + kind;
    }
    return out;
}

// "'add --transport') choices='stdio http sse none' ;;" for every option that takes one of some words.
std::string choice_cases() {
    std::string out;
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        const Options options = describe(row);
        for (const OptionRow& option : options.option_rows()) {
            if (option.choices.empty()) continue;
            std::string pattern;
            for (const std::string& name : option_names(option.names)) {
                pattern += (pattern.empty() ? "'" : "|'") + std::string(row.name) + " " + name + "'";
            }
            out += "        " + pattern + ") choices='" + joined(option.choices) + "' ;;\n";
        }
    }
    return out;
}

}  // namespace

std::string bash_completion() {
    std::string out =
        "# bash completion of mcpm; made by `mcpm completion bash` from its table of commands\n"
        "_mcpm() {\n"
        "    local IFS=$' \\t\\n' cur prev command options= kinds= at=2 choices=\n"
        "    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} COMPREPLY=()\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W '" +
        joined(first_words()) +
        " --help --version' -- \"$cur\"))\n"
        "        return\n"
        "    fi\n"
        "    command=${COMP_WORDS[1]}\n"
        "    case $command in\n";
    for (const std::string& group : groups_of_two()) {
        out += "        " + group +
               ")\n"
               "            if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
               "                COMPREPLY=($(compgen -W '" +
               joined(second_words(group)) +
               "' -- \"$cur\"))\n"
               "                return\n"
               "            fi\n"
               "            command=\"$command ${COMP_WORDS[2]}\" at=3 ;;\n";
    }
    out += "    esac\n    case \"$command $prev\" in\n";
    out += choice_cases();
    out +=
        "    esac\n"
        "    if [ -n \"$choices\" ]; then COMPREPLY=($(compgen -W \"$choices\" -- \"$cur\")); return; fi\n"
        "    case $command in\n";
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        const Options options = describe(row);
        out += "        " + case_pattern(row) + ") options='" + option_words(options) + "' kinds='" +
               positional_kinds(options) + "' ;;\n";
    }
    out +=
        "    esac\n"
        "    case $cur in -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")); return ;; esac\n"
        "    set -- $kinds\n"
        "    shift $((COMP_CWORD - at < $# ? COMP_CWORD - at : $#))\n"
        // Names are data: `compgen -W` would expand what is in them, so they are compared instead.
        "    case $1 in\n"
        "        servers|secrets) set -- \"$1\" ;;\n"
        "        tools) set -- tools \"${COMP_WORDS[at]}\" ;;\n"
        "        *) return ;;\n"
        "    esac\n"
        "    local name\n"
        "    while IFS= read -r name; do\n"
        "        [[ $name == \"$cur\"* ]] && COMPREPLY+=(\"$(printf %q \"$name\")\")\n"
        "    done < <(mcpm __complete \"$@\" 2>/dev/null)\n"
        "}\n"
        "complete -o default -F _mcpm mcpm\n";
    return out;
}

std::string zsh_completion() {
    std::string out =
        "#compdef mcpm\n"
        "# zsh completion of mcpm; made by `mcpm completion zsh` from its table of commands\n"
        "local command kinds at=3 options\n"
        "local -a commands names\n"
        "if (( CURRENT == 2 )); then\n"
        "    commands=(\n";
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden || row.name.find(' ') != std::string_view::npos) continue;
        std::string summary(row.summary);
        for (std::string::size_type quote = 0; (quote = summary.find('\'', quote)) != std::string::npos;
             quote += 4)
            summary.replace(quote, 1, "'\\''");
        out += "        '" + std::string(row.name) + ":" + summary + "'\n";
    }
    for (const std::string& group : groups_of_two())
        out += "        '" + group + ":" + joined(second_words(group)) + "'\n";
    out += "    )\n    _describe command commands\n    return\nfi\ncommand=$words[2]\ncase $command in\n";
    for (const std::string& group : groups_of_two()) {
        out += "    " + group + ") if (( CURRENT == 3 )); then compadd -- " + joined(second_words(group)) +
               "; return; fi; command=\"$command $words[3]\"; at=4 ;;\n";
    }
    out += "esac\ncase $command in\n";
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        const Options options = describe(row);
        out += "    " + case_pattern(row) + ") options='" + option_words(options) + "'; kinds='" +
               positional_kinds(options) + "' ;;\n";
    }
    out +=
        "esac\n"
        "if [[ $words[CURRENT] == -* ]]; then compadd -- ${=options}; return; fi\n"
        "local kind=${${=kinds}[CURRENT-at+1]}\n"
        "case $kind in\n"
        "    servers|secrets) names=(${(f)\"$(mcpm __complete $kind 2>/dev/null)\"}); compadd -a names ;;\n"
        "    tools) names=(${(f)\"$(mcpm __complete tools \"$words[at]\" 2>/dev/null)\"}); compadd -a names "
        ";;\n"
        "    *) _files ;;\n"
        "esac\n";
    return out;
}

std::string fish_completion() {
    std::string out =
        "# fish completion of mcpm; made by `mcpm completion fish` from its table of commands\n"
        "complete -c mcpm -f\n";
    const std::string none = " -n __fish_use_subcommand";
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        const std::size_t space = row.name.find(' ');
        const bool two = space != std::string_view::npos;
        const std::string first(row.name.substr(0, space));
        const std::string last(two ? row.name.substr(space + 1) : row.name);
        const std::string where = two ? " -n '__fish_seen_subcommand_from " + first +
                                            "; and not __fish_seen_subcommand_from " +
                                            joined(second_words(first)) + "'"
                                      : none;
        out += "complete -c mcpm" + where + " -a " + last + " -d \"" + std::string(row.summary) + "\"\n";
        const std::string inside = " -n '__fish_seen_subcommand_from " + first +
                                   (two ? "; and __fish_seen_subcommand_from " + last : "") + "'";
        const Options options = describe(row);
        for (const PositionalRow& positional : options.positional_rows()) {
            const std::string kind = kind_word(positional.completes);
            if (kind != "servers" && kind != "secrets") continue;
            out += "complete -c mcpm" + inside + " -a '(mcpm __complete " + kind + " 2>/dev/null)'\n";
            break;
        }
        for (const OptionRow& option : options.option_rows()) {
            out += "complete -c mcpm" + inside;
            for (const std::string& name : option_names(option.names))
                out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.value.empty())
                out += option.choices.empty() ? " -r -F" : " -x -a '" + joined(option.choices) + "'";
            out += "\n";
        }
    }
    for (const std::string& group : groups_of_two()) out += "complete -c mcpm" + none + " -a " + group + "\n";
    return out;
}

}  // namespace mcpm::cli
