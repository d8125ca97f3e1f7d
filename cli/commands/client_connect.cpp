// client connect: our entry in the file of an AI client, by the shim or by URL with a token of its own.
#include "cli/clients/client_change.hpp"
#include "cli/clients/client_limits.hpp"
#include "cli/commands/all.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/fields/token_fields.hpp"

#include <algorithm>

namespace mcpm::cli::commands {

namespace {

/// The address that clients on this machine reach the agent at.
Result<std::string> agent_url(AgentClient& agent, const std::string& profile) {
    const auto facts = agent.agent();
    if (!facts) return facts.error();
    for (const Json& one : member(*facts, fields::agent::tcp)) {
        if (is_true(one, fields::agent::listening))
            return "http://" + text(one, fields::agent::address) +
                   (profile.empty() ? "/mcp" : "/mcp/p/" + percent_encode(profile));
    }
    return Error{ErrorCode::unavailable,
                 "the agent listens on no TCP port, so no client can come by HTTP",
                 {},
                 "`mcpm agent status` says why; without --http it needs none"};
}

std::string entry_name(const ClientWords& words, const ClientState& state) {
    if (!words.name.empty()) return words.name;
    return state.ours.empty() ? "mcpm" : state.ours.front();
}

Result<> check_words(const ClientWords& words, const ClientState& state, const std::string& name) {
    if (const auto good = validate_name(name); !good) return good.error();
    if (words.http && words.where.project)
        return Error{ErrorCode::validation_error,
                     "a project's file is shared, and must have no token in it",
                     {},
                     "leave --http out"};
    if (state.client->offered == Offered::existing && !state.text.exists && words.where.file.empty() &&
        !words.where.project)
        return Error{ErrorCode::not_found,
                     std::string(state.client->title) + " has no file here: " + state.text.path.string(),
                     {},
                     "which file it reads is not certain; --file FILE says it"};
    const bool foreign = std::find(state.others.begin(), state.others.end(), name) != state.others.end();
    if (foreign && !words.force)
        return Error{ErrorCode::conflict,
                     state.text.path.string() + " has an entry \"" + name + "\" that is not ours",
                     {},
                     "--as NAME takes another name, --force replaces it"};
    return {};
}

Result<ClientPlan> plan_connection(const ClientWords& words, ClientState state, const ClientLink& link) {
    const std::string name = entry_name(words, state);
    if (const auto good = check_words(words, state, name); !good) return good.error();
    const auto entry = client_entry(*state.layout.form, name, link);
    if (!entry) return entry.error();
    ClientPlan plan{std::move(state), name, {}};
    plan.text = plan.state.text.text;
    const DocumentFormat format = plan.state.client->format;
    for (const std::string& old : plan.state.ours) {
        if (old == name) continue;
        auto without = without_entry(format, plan.text, entry_place(plan.state.layout, old));
        if (!without) return in_file(plan.state, without.error());
        plan.text = std::move(*without);
    }
    auto with = with_entry(format, plan.text, entry_place(plan.state.layout, name), *entry,
                           members_to_drop(*plan.state.layout.form, *entry));
    if (!with) return in_file(plan.state, with.error());
    plan.text = std::move(*with);
    return plan;
}

/// A token that was made for this client before is there no more.
Result<std::string> make_token(AgentClient& agent, const ClientWords& words, const ClientHistory& history) {
    for (const ClientChange& change : history.all(words.client)) {
        if (change.token == words.client) (void)agent.revoke_token(change.token);
    }
    Json body{{fields::token::name, words.client}, {fields::token::kind, "client"}};
    if (!words.profile.empty()) body[fields::token::profile] = words.profile;
    const auto made = agent.create_token(body);
    if (made) return text(*made, fields::token::token);
    Error error = made.error();
    if (error.code == ErrorCode::conflict)
        error.hint = "`mcpm token revoke " + words.client + "` ends the one that is there";
    return error;
}

/// Of an entry by URL that is there already: the same is written again, and no token is made.
std::string token_in(const ClientState& state, const ClientWords& words, const std::string& url) {
    const DocumentNode* const entry =
        find_entry(state.root, entry_place(state.layout, entry_name(words, state)));
    const DocumentNode* const there =
        entry == nullptr ? nullptr : entry->find(std::string(state.layout.form->url));
    if (there == nullptr || there->text != url) return {};
    const DocumentNode* const header =
        entry->find(std::vector<std::string>{std::string(state.layout.form->headers), "Authorization"});
    constexpr std::string_view scheme = "Bearer ";
    return header != nullptr && header->text.starts_with(scheme) ? header->text.substr(scheme.size()) : "";
}

void say_limits(Invocation& call, AgentClient& agent, const ClientPlan& plan, const std::string& profile) {
    const auto tools = tools_for(agent, profile);
    if (!tools) return call.out.error(tools.error());
    for (const std::string& note : limit_notes(*plan.state.client, plan.name, *tools)) call.out.note(note);
}

Outcome connect_client(Invocation& call, const ClientWords& words, const Paths& paths) {
    auto state = look_at(words);
    if (!state) return state.error();
    const auto program = shim_program();
    if (!program) return program.error();
    ClientLink link{*program, words.profile, {}, {}};
    ClientHistory history(paths);
    Result<AgentClient> agent =
        words.http || !words.profile.empty() ? call.agent() : AgentClient::connect(paths);
    if ((words.http || !words.profile.empty()) && !agent) return agent.error();
    if (!words.profile.empty()) {
        if (const auto known = agent->profile(words.profile); !known) return known.error();
    }
    if (words.http) {
        auto url = agent_url(*agent, words.profile);
        if (!url) return url.error();
        link.url = std::move(*url);
        link.token = token_in(*state, words, link.url);
    }
    const bool needs_token = words.http && link.token.empty();
    if (needs_token) link.token = "***";
    auto plan = plan_connection(words, *state, link);
    if (!plan) return plan.error();
    if (agent) say_limits(call, *agent, *plan, words.profile);
    if (plan->text == state->text.text) {
        if (call.out.error_is_terminal()) call.out.note("nothing to change: it is connected so already");
        return ExitStatus::done;
    }
    if (const auto agreed = agree(call, words, state->text, plan->text); !agreed) return agreed.error();
    if (words.dry) return ExitStatus::done;
    ClientChange change;
    change.action = "connect";
    if (needs_token) {
        auto token = make_token(*agent, words, history);
        if (!token) return token.error();
        link.token = std::move(*token);
        change.token = words.client;
        plan = plan_connection(words, *state, link);
    }
    auto outcome = plan ? write_plan(call, words, history, *plan, change) : Outcome(plan.error());
    if (!outcome && needs_token) (void)agent->revoke_token(words.client);
    return outcome;
}

}  // namespace

Outcome client_connect(Invocation& call) {
    ClientWords words;
    declare_where(call, words);
    call.options.value("--profile", "NAME", words.profile, "only the servers and tools of a profile");
    call.options.completes(Completes::profiles);
    call.options.flag("--http", words.http,
                      "by URL, with a token of this client's own in its file, where the client can");
    call.options.value("--as", "NAME", words.name, "what the entry is called (default: mcpm)");
    call.options.flag("--force", words.force, "replace an entry of that name which is not ours");
    declare_change(call, words);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    return connect_client(call, words, *paths);
}

}  // namespace mcpm::cli::commands
