// tools list, verify, approve, enable, disable, rename: what a server offers, what of it was approved, what
// clients get.
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/selection.hpp"
#include "cli/text_input.hpp"
#include "cli/tool_rules.hpp"
#include "common/fields/approval_fields.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/suggest.hpp"
#include "common/tool_names.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_description = 64UL * 1024;

std::string about(const Json& tool) {
    std::string said = text(tool, fields::mcp::description);
    if (said.empty()) said = text(tool, fields::mcp::title);
    return harmless(said.substr(0, said.find('\n')));
}

/// As JSON has it, so that what cannot be seen is.
std::string spelled(const std::string& name) {
    return Json(name).dump(-1, ' ', true, Json::error_handler_t::replace);
}

/// "write_file (off)", as clients get it.
Cell name_cell(const Json& rules, const std::string& name) {
    if (!is_lawful_tool_name(name)) return {spelled(name) + " (no lawful name)", Colour::red};
    if (!is_offered(rules, name)) return {harmless(name) + " (off)", Colour::grey};
    const std::string renamed = text(member(rules, fields::config::rename), name);
    return {harmless(renamed.empty() ? name : name + " -> " + renamed)};
}

Outcome print_tools(Invocation& call, const Json& tools, const Json& rules) {
    const auto right = [](const char* title) { return Column{title, Shrink::last, Align::right}; };
    Table table{{{"TOOL"}, right("SIZE"), right("TOKENS"), {"DESCRIPTION", Shrink::first}}, {}};
    std::size_t offered = 0;
    std::size_t sum = 0;
    for (const Json& tool : tools) {
        const std::string name = text(tool, fields::approval::name);
        const std::size_t bytes = definition_bytes(tool);
        table.rows.push_back({name_cell(rules, name),
                              {format_bytes(bytes)},
                              {std::to_string(estimated_tokens(bytes))},
                              {about(tool)}});
        if (!is_offered(rules, name)) continue;
        ++offered;
        sum += bytes;
    }
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (table.rows.empty()) return ExitStatus::done;
    call.out.write(fmt::format("\n{} of {} tools offered, {}, about {} tokens\n", offered, table.rows.size(),
                               format_bytes(sum), estimated_tokens(sum)));
    return ExitStatus::done;
}

Colour colour_of(const std::string& state) {
    if (state == "approved") return Colour::green;
    return state == "changed" ? Colour::red : Colour::yellow;
}

std::string shown(const Json& value) {
    if (value.is_null()) return "nothing";
    return harmless(value.is_string() ? value.get<std::string>() : compact(value));
}

/// What clients see otherwise than the server says it, and what of that means nothing.
void print_edits(Invocation& call, const Json& tools) {
    for (const Json& tool : tools) {
        const std::string edited = edit_in_words(member(tool, fields::approval::edit));
        if (edited.empty()) continue;
        call.out.write(harmless(text(tool, fields::approval::name) + " is edited: " + edited) + "\n");
        const Json& faults = member(tool, fields::approval::edit_faults);
        if (!faults.is_array()) continue;
        for (const Json& fault : faults)
            call.out.write("  " + harmless(fault.is_string() ? fault.get<std::string>() : "") + "\n");
    }
}

void print_changes(Invocation& call, const Json& tools) {
    for (const Json& tool : tools) {
        const Json& changes = member(tool, fields::approval::changes);
        if (!changes.is_array()) continue;
        for (const Json& change : changes) {
            call.out.write(fmt::format("\n{}: {}\n- {}\n+ {}\n", harmless(text(tool, fields::approval::name)),
                                       harmless(text(change, fields::approval::member)),
                                       shown(member(change, fields::approval::before)),
                                       shown(member(change, fields::approval::now))));
        }
    }
}

Outcome print_verdict(Invocation& call, const std::string& server, const Json& verdict) {
    const bool same = is_true(verdict, fields::approval::same);
    const ExitStatus status = same ? ExitStatus::done : ExitStatus::wrong_state;
    if (print_for_programs(
            call.out,
            call.format.format() == Format::name ? member(verdict, fields::approval::tools) : verdict,
            call.format))
        return status;
    print_edits(call, member(verdict, fields::approval::tools));
    if (text(verdict, fields::approval::approved_at).empty()) {
        call.out.flush();
        call.out.write_error("no tool of '" + harmless(server) +
                             "' was approved so far: `mcpm tools approve " + harmless(server) + "`\n");
        return status;
    }
    Table table{{{"TOOL", Shrink::first}, {"STATE"}}, {}};
    const Json& tools = member(verdict, fields::approval::tools);
    for (const Json& tool : tools) {
        const std::string state = text(tool, fields::approval::state);
        if (state == "approved" && call.format.format() != Format::wide) continue;
        table.rows.push_back({{harmless(text(tool, fields::approval::name))}, {state, colour_of(state)}});
    }
    if (!table.rows.empty()) print_table(call.out, table, call.format);
    print_changes(call, tools);
    if (!same && is_true(verdict, fields::approval::hold))
        call.out.write("\nheld back until they are approved\n");
    return status;
}

/// The agent looks at words that are new in the rules; one that is only taken out of them may be a typo, too.
Result<> check_names(AgentClient& agent, const std::string& server, const Json& rules,
                     std::vector<std::string> tools) {
    std::erase_if(tools, [&](const std::string& tool) { return is_ruled(rules, tool); });
    if (tools.empty()) return {};
    Query query;
    query.add("kept", "1");
    const auto kept = agent.part(server, "tools", query);
    if (!kept || !kept->is_array()) return {};  // never seen
    std::vector<std::string> names;
    for (const Json& tool : *kept) names.push_back(text(tool, fields::approval::name));
    return check_tools(server, tools, names);
}

/// Reads config.tools, changes it, writes it back.
using Change = Result<Json> (*)(Json, const std::vector<std::string>&);
using Check = Result<> (*)(AgentClient& agent, const std::string& server, const Json& rules,
                           std::vector<std::string> tools);
Outcome change_rules(Invocation& call, Change change, Check check) {
    std::string server;
    std::vector<std::string> tools;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positionals("TOOL…", tools, "the tools, as the server names them; or glob patterns",
                             Completes::tools, true);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto before = agent->server(server);
    if (!before) return with_suggestion(before.error(), *agent, server);
    const Json& old_rules = member(member(*before, fields::server::config), fields::config::tools);
    auto rules = change(old_rules, tools);
    if (!rules) return rules.error();
    if (auto known = check(*agent, server, old_rules, tools); !known) return known.error();
    const auto changed =
        agent->patch(server, Json{{fields::server::config, {{fields::config::tools, std::move(*rules)}}}});
    if (!changed) return changed.error();
    say_notes(call, *changed);
    (void)print_for_programs(call.out, *changed, call.format);
    return ExitStatus::done;
}

}  // namespace

Outcome tools_list(Invocation& call) {
    std::string name;
    call.options.positional("NAME", name, "the server", Completes::servers);
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    const auto answer = ask_about(call, name, "tools");
    if (!answer) return answer.error();
    const Json& tools = answer->is_array() ? *answer : member(*answer, fields::approval::tools);
    const bool is_name = call.format.format() == Format::name;
    if (print_for_programs(call.out, is_name ? tools : *answer, call.format)) return ExitStatus::done;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto server = agent->server(name);
    if (!server) return server.error();
    return print_tools(call, tools, member(member(*server, fields::server::config), fields::config::tools));
}

Outcome tools_verify(Invocation& call) {
    std::string server;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto verdict = ask_about(call, server, "tools/approval");
    if (!verdict) return verdict.error();
    return print_verdict(call, server, *verdict);
}

Outcome tools_approve(Invocation& call) {
    std::string server;
    std::vector<std::string> tools;
    bool hold = false;
    bool no_hold = false;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positionals("TOOL…", tools, "only these (default: all)", Completes::tools);
    call.options.flag("--hold", hold, "from now on offer approved tools only; what changes is held back");
    call.options.flag("--no-hold", no_hold, "offer tools whether they are approved or not (the default)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (hold && no_hold) return Error{ErrorCode::validation_error, "--hold and --no-hold exclude each other"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto approved = agent->approve_tools(server, tools);
    if (!approved) return with_suggestion(approved.error(), *agent, server);
    print_for_programs(call.out, *approved, call.format);
    if (!hold && !no_hold) return ExitStatus::done;
    const auto changed = agent->patch(
        server, Json{{fields::server::config, {{fields::config::tools, {{fields::config::hold, hold}}}}}});
    if (!changed) return changed.error();
    return ExitStatus::done;
}

Outcome tools_enable(Invocation& call) {
    return change_rules(call, with_enabled, check_names);
}

Outcome tools_disable(Invocation& call) {
    return change_rules(
        call,
        [](Json rules, const std::vector<std::string>& tools) {
            return ok(with_disabled(std::move(rules), tools));
        },
        [](AgentClient&, const std::string&, const Json&, std::vector<std::string>) { return Result<>(); });
}

namespace {

/// Of a list that was kept: the server may have others by now, so it is only said.
void say_unknown_arguments(Invocation& call, AgentClient& agent, const std::string& server,
                           const std::string& tool, const ToolEditWords& words) {
    Query query;
    query.add("kept", "1");
    const auto kept = agent.part(server, "tools", query);
    if (!kept || !kept->is_array()) return;
    const auto found = std::find_if(kept->begin(), kept->end(), [&](const Json& one) {
        return text(one, fields::approval::name) == tool;
    });
    if (found == kept->end()) return;
    const Json& known = member(member(*found, fields::mcp::input_schema), fields::mcp::properties);
    if (!known.is_object()) return;
    std::vector<std::string> names;
    for (const auto& [name, schema] : known.items()) names.push_back(name);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    std::vector<std::string> given = words.hidden;
    for (const std::string& word : words.defaults) given.push_back(word.substr(0, word.find('=')));
    for (const std::string& name : given)
        if (!known.contains(name))
            call.out.note("'" + tool + "' has no argument '" + name + "'" +
                          mcpm::did_you_mean(name, candidates));
}

}  // namespace

Outcome tools_edit(Invocation& call) {
    std::string server;
    std::string tool;
    std::optional<std::string> description;
    ToolEditWords words;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positional("TOOL", tool, "the tool, as the server names it", Completes::tools);
    call.options.value("--description", "TEXT | @FILE", description,
                       "what clients read in place of the server's; an empty text takes that back");
    call.options.list("--hide-arg", "ARG", words.hidden, "clients neither see nor give this argument");
    call.options.list("--show-arg", "ARG", words.shown, "they do again");
    call.options.list("--default", "ARG=VALUE", words.defaults,
                      "the value when a call leaves it out; JSON where the argument is no text");
    call.options.list("--no-default", "ARG", words.without_default, "none any more");
    call.options.flag("--reset", words.resets, "the server's own words again");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (description) {
        const bool is_file = description->starts_with('@');
        const auto read = is_file ? read_text_input(description->substr(1), longest_description)
                                  : Result<std::string>(*description);
        if (!read) return read.error();
        words.description = *read;
        words.has_description = true;
    }
    const bool says_nothing = !words.has_description && words.hidden.empty() && words.shown.empty() &&
                              words.defaults.empty() && words.without_default.empty() && !words.resets;
    if (says_nothing)
        return Error{ErrorCode::validation_error,
                     "nothing to change was given",
                     {},
                     "`mcpm tools edit --help` shows what can be"};
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto before = agent->server(server);
    if (!before) return with_suggestion(before.error(), *agent, server);
    const Json& rules = member(member(*before, fields::server::config), fields::config::tools);
    if (!member(rules, fields::config::edit).contains(tool))
        if (auto known = check_names(*agent, server, Json(), {tool}); !known) return known.error();
    auto patch = editing(rules, tool, words);
    if (!patch) return patch.error();
    const auto changed =
        agent->patch(server, Json{{fields::server::config, {{fields::config::tools, std::move(*patch)}}}});
    if (!changed) return changed.error();
    say_notes(call, *changed);
    (void)print_for_programs(call.out, *changed, call.format);
    say_unknown_arguments(call, *agent, server, tool, words);
    return ExitStatus::done;
}

Outcome tools_rename(Invocation& call) {
    std::string server;
    std::string tool;
    std::string name;
    call.options.positional("NAME", server, "the server", Completes::servers);
    call.options.positional("TOOL", tool, "the tool", Completes::tools);
    call.options.positional("NEW", name,
                            "what clients call it; the server's own name for it takes that back");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto before = agent->server(server);
    if (!before) return with_suggestion(before.error(), *agent, server);
    Json rules = renaming(member(member(*before, fields::server::config), fields::config::tools), tool, name);
    const auto changed =
        agent->patch(server, Json{{fields::server::config, {{fields::config::tools, std::move(rules)}}}});
    if (!changed) return changed.error();
    say_notes(call, *changed);
    (void)print_for_programs(call.out, *changed, call.format);
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
