// client list, status, disconnect, undo: the files of AI clients, each by its row of the table.
#include "cli/clients/client_change.hpp"
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/own_fields.hpp"
#include "common/fields/token_fields.hpp"
#include "common/search_path.hpp"
#include "common/sha256.hpp"

#include <algorithm>
#include <system_error>

namespace mcpm::cli::commands {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::vector<Cell> client_row(const Json& one) {
    const std::string state = text(one, own::state);
    std::string by;
    for (const Json& entry : member(one, own::entries)) by += (by.empty() ? "" : "; ") + text(entry, own::by);
    const std::size_t others = member(one, own::others).size();
    return {{text(one, own::name)},
            {state, state == "connected"    ? Colour::green
                    : state == "unreadable" ? Colour::red
                                            : Colour::none},
            {harmless(by)},
            {others == 0 ? "" : std::to_string(others)},
            {harmless(text(one, own::file))}};
}

/// The bytes from before our entry, when nobody but us has written since.
std::optional<std::string> text_before_us(const ClientHistory& history, const ClientState& state) {
    const auto changes = history.all(state.client->id);
    std::string now = sha256_hex(state.text.text);
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (change->after != now || change->file != state.text.path.string() || !change->existed) continue;
        if (change->action != "connect") return std::nullopt;
        const auto root = read_document(state.client->format, change->before);
        if (root && our_entries(*root, layout_in(*state.client, state.layout, *root)).empty())
            return change->before;
        now = sha256_hex(change->before);
    }
    return std::nullopt;
}

Result<std::string> text_without_us(const ClientWords& words, const ClientHistory& history,
                                    const ClientState& state) {
    if (auto before = text_before_us(history, state); before && words.name.empty()) return *before;
    std::string text = state.text.text;
    for (const std::string& name : state.ours) {
        if (!words.name.empty() && name != words.name) continue;
        auto without = without_entry(state.client->format, text, entry_place(state.layout, name));
        if (!without) return in_file(state, without.error());
        text = std::move(*without);
    }
    return text;
}

std::vector<std::string> tokens_of(const ClientHistory& history, const std::string& client) {
    for (const ClientChange& change : history.all(client)) {
        if (!change.token.empty()) return {change.token};
    }
    return {};
}

}  // namespace

Outcome client_list(Invocation& call) {
    bool all = false;
    call.options.flag("-a,--all", all, "those too that are not on this machine");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    Json list = Json::array();
    std::error_code ignored;
    const std::filesystem::path home = process_environment()("HOME").value_or("");
    const std::string path = process_environment()("PATH").value_or("");
    for (const ClientRow& client : all_clients()) {
        const auto state = look_at_client(client, {});
        const auto folder = place_of(client, process_environment()).file.parent_path();
        const bool has_folder = folder != home && std::filesystem::is_directory(folder, ignored);
        const auto program = program_of(client.id);
        const bool has_program = !program.empty() && find_on_path(program, path);
        const bool here = !state || state->text.exists || has_folder || has_program;
        if (all || here) list.push_back(state_as_data(client, state));
    }
    if (print_for_programs(call.out, list, call.format)) return ExitStatus::done;
    Table table{{{"CLIENT"}, {"STATE"}, {"BY"}, {"OTHERS"}, {"FILE", Shrink::first}}, {}};
    for (const Json& one : list) table.rows.push_back(client_row(one));
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (list.empty() && call.out.error_is_terminal())
        call.out.note("no AI client was found here; `mcpm client list --all` shows those that are known");
    return ExitStatus::done;
}

Outcome client_status(Invocation& call) {
    ClientWords words;
    declare_where(call, words);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto client = client_named(words.client);
    if (!client) return client.error();
    const auto state = look_at_client(**client, words.where);
    if (!state) return state.error();
    Json data = state_as_data(**client, state);
    const ExitStatus status = state->ours.empty() ? ExitStatus::wrong_state : ExitStatus::done;
    const auto paths = find_paths();
    auto agent = paths ? AgentClient::connect(*paths) : Result<AgentClient>(paths.error());
    const auto tokens = agent ? agent->tokens() : Result<Json>(agent.error());
    for (const Json& token : tokens ? *tokens : Json::array()) {
        if (text(token, fields::token::name) == words.client)
            data[own::last_asked_at] = text(token, fields::token::last_used_at);
    }
    if (print_for_programs(call.out, data, call.format)) return status;
    std::string by;
    for (const Json& entry : member(data, own::entries))
        by += (by.empty() ? "" : "; ") + text(entry, own::name) + " (" + text(entry, own::by) + ")";
    print_facts(call.out, {{"client", std::string((*client)->title)},
                           {"state", text(data, own::state)},
                           {"file", harmless(text(data, own::file))},
                           {"entry", harmless(by)},
                           {"other servers", harmless(joined(state->others))},
                           {"last asked", text(data, own::last_asked_at)}});
    return status;
}

Outcome client_disconnect(Invocation& call) {
    ClientWords words;
    declare_where(call, words);
    call.options.value("--as", "NAME", words.name, "only the entry of this name");
    declare_change(call, words);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto state = look_at(words);
    if (!state) return state.error();
    ClientHistory history(*paths);
    auto after = text_without_us(words, history, *state);
    if (!after) return after.error();
    if (*after == state->text.text) {
        if (call.out.error_is_terminal()) call.out.note("nothing to change: it is not connected");
        return ExitStatus::done;
    }
    if (const auto agreed = agree(call, words, state->text, *after); !agreed) return agreed.error();
    if (words.dry) return ExitStatus::done;
    const auto tokens = tokens_of(history, words.client);
    ClientChange change;
    change.action = "disconnect";
    const ClientPlan plan{std::move(*state), {}, std::move(*after)};
    auto outcome = write_plan(call, words, history, plan, change);
    if (outcome) revoke_tokens(call, tokens);
    return outcome;
}

Outcome client_undo(Invocation& call) {
    ClientWords words;
    call.options.positional("CLIENT", words.client, "whose last change is taken back", Completes::clients);
    declare_change(call, words);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto client = client_named(words.client); !client) return client.error();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    ClientHistory history(*paths);
    const auto changes = history.all(words.client);
    if (changes.empty())
        return Error{ErrorCode::not_found,
                     "nothing that mcpm changed for " + words.client + " is left to undo"};
    const ClientChange& last = changes.back();
    const auto now = read_client_file(last.file);
    if (!now) return now.error();
    if (const auto agreed = agree(call, words, *now, last.before); !agreed) return agreed.error();
    if (words.dry) return ExitStatus::done;
    if (auto undone = take_back(last); !undone) return undone.error();
    if (auto forgotten = history.forget(last); !forgotten) return forgotten.error();
    if (!last.token.empty()) revoke_tokens(call, {last.token});
    if (last.action == "disconnect" && last.before.find("Bearer ") != std::string::npos &&
        !tokens_of(history, words.client).empty())
        call.out.note("the token in it was ended; `mcpm client connect " + words.client +
                      " --http` makes a new one");
    (void)print_for_programs(call.out, Json{{own::name, words.client}, {own::file, last.file}}, call.format);
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
