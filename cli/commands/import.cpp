// import: servers from the files of AI clients and of other managers, under one agent; and back.
#include "cli/clients/client_change.hpp"
#include "cli/clients/import_sources.hpp"
#include "cli/commands/all.hpp"
#include "cli/confirm.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/selection.hpp"

#include <algorithm>
#include <set>

namespace mcpm::cli::commands {

namespace {

using State = ImportItem::State;

struct ImportWords {
    std::vector<std::string> from;
    bool as_is = false;
    bool replace = false;
    bool start = false;
    bool undo = false;
    bool dry = false;
    bool yes = false;
};

/// The file, and where in it.
std::string place_of_item(const ImportItem& item) {
    return (item.file == "-" ? "standard input" : item.file) + ":" + std::to_string(item.place.line) + ":" +
           std::to_string(item.place.column);
}

std::string_view state_in_words(State state) {
    switch (state) {
        case State::is_new:
            return "new";
        case State::same:
            return "the same as";
        case State::left_out:
            return "left out";
        case State::ours:
            return "mcpm itself";
    }
    return "";
}

Json item_as_data(const ImportItem& item) {
    Json secrets = Json::array();
    for (const auto& [name, value] : item.secrets)
        secrets.push_back(Json{{"name", name}, {"set", !value.empty()}});
    return Json{{"name", item.name.empty() ? item.found.name : item.name},
                {"state", item.state == State::is_new ? "new"
                          : item.state == State::same ? "same"
                          : item.state == State::ours ? "ours"
                                                      : "left out"},
                {"as", item.found.name},
                {"file", item.file},
                {"client", item.client},
                {"runs", run_in_words(item.found.definition)},
                {"why", item.why},
                {"secrets", std::move(secrets)},
                {"notes", item.found.notes}};
}

void print_items(Invocation& call, const std::vector<ImportItem>& items) {
    for (const ImportItem& item : items) {
        const std::string beyond = item.state == State::same ? " " + item.name
                                   : item.why.empty()        ? ""
                                                             : ": " + item.why;
        call.out.write(harmless((item.state == State::is_new ? item.name : item.found.name) + "  " +
                                std::string(state_in_words(item.state)) + beyond) +
                       "\n");
        call.out.write("  from " + harmless(place_of_item(item)) + "\n");
        if (item.state != State::is_new) continue;
        call.out.write("  runs " + harmless(run_in_words(item.definition)) + "\n");
        for (const auto& [name, value] : item.secrets)
            call.out.write("  " + std::string(value.empty() ? "needs" : "moves a value to") + " the secret " +
                           harmless(name) + "\n");
        for (const std::string& note : item.found.notes) call.out.write("  note: " + harmless(note) + "\n");
    }
}

Result<> define(Invocation& call, AgentClient& agent, const ImportItem& item, ClientChange& done) {
    for (const auto& [name, value] : item.secrets) {
        if (value.empty()) continue;
        if (const auto stored = agent.set_secret(name, value); !stored) return stored.error();
        done.secrets.push_back(name);
    }
    const auto made = agent.create(item.definition);
    if (!made) {
        Error error = made.error();
        error.message = place_of_item(item) + ": " + item.name + ": " + error.message;
        if (error.hint.empty()) error.hint = "correct it there and import again, or define it by `mcpm add`";
        return error;
    }
    done.servers.push_back(item.name);
    say_notes(call, *made);
    return {};
}

/// What was stored for a server that then could not be defined.
void drop_secrets(AgentClient& agent, ClientChange& done, std::size_t from) {
    while (done.secrets.size() > from) {
        (void)agent.remove_secret(done.secrets.back(), true);
        done.secrets.pop_back();
    }
}

ExitStatus define_all(Invocation& call, AgentClient& agent, std::vector<ImportItem>& items, bool start,
                      ClientChange& done) {
    ExitStatus status = ExitStatus::done;
    for (ImportItem& item : items) {
        if (item.state != State::is_new) continue;
        const std::size_t secrets = done.secrets.size();
        const Progress progress(call.out, "importing " + item.name);
        auto defined = define(call, agent, item, done);
        if (!defined) drop_secrets(agent, done, secrets);
        if (defined && start) {
            if (const auto started = agent.act(item.name, "start"); !started) defined = started.error();
        }
        if (defined) continue;
        call.out.error(defined.error());
        item.state = State::left_out;
        if (status == ExitStatus::done) status = exit_status(defined.error().code);
    }
    return status;
}

/// The client's entries that are under the agent now, in favour of ours.
Result<> replace_entries(ClientHistory& history, const std::string& client,
                         const std::vector<ImportItem>& items, const std::string& group) {
    const auto row = client_named(client);
    if (!row) return row.error();
    const auto state = look_at_client(**row, {});
    if (!state) return state.error();
    const auto program = shim_program();
    if (!program) return program.error();
    std::string text = state->text.text;
    for (const ImportItem& item : items) {
        const bool here = item.client == client && (item.state == State::is_new || item.state == State::same);
        if (!here || item.found.place == "projects") continue;
        auto without = without_entry((*row)->format, text, entry_place(state->layout, item.found.name));
        if (!without) return in_file(*state, without.error());
        text = std::move(*without);
    }
    const std::string name = state->ours.empty() ? "mcpm" : state->ours.front();
    const auto entry = client_entry(*state->layout.form, name, ClientLink{*program, {}, {}, {}});
    if (!entry) return entry.error();
    const EntryPlace place = entry_place(state->layout, name);
    const auto root = read_document((*row)->format, text);
    if (root && state->ours.empty() && find_entry(*root, place) != nullptr)
        return Error{ErrorCode::conflict,
                     state->text.path.string() + " has an entry \"mcpm\" that is not ours"};
    auto with = with_entry((*row)->format, text, place, *entry, members_to_drop(*state->layout.form, *entry));
    if (!with) return in_file(*state, with.error());
    if (*with == state->text.text) return {};
    ClientChange change;
    change.client = client;
    change.action = "import";
    change.group = group;
    return change_client_file(history, change, state->text, *with);
}

ExitStatus replace_all(Invocation& call, ClientHistory& history, const std::vector<ImportItem>& items,
                       const std::string& group) {
    std::set<std::string> clients;
    for (const ImportItem& item : items) {
        if (!item.client.empty() && (item.state == State::is_new || item.state == State::same))
            clients.insert(item.client);
    }
    ExitStatus status = ExitStatus::done;
    for (const std::string& client : clients) {
        const auto replaced = replace_entries(history, client, items, group);
        if (replaced) continue;
        Error error = replaced.error();
        error.message = client + " was left as it was: " + error.message;
        call.out.error(error);
        if (status == ExitStatus::done) status = exit_status(error.code);
    }
    return status;
}

/// Files that were named, and nothing of them could be taken over.
bool is_all_left_out(const ImportWords& words, const std::vector<ImportItem>& items) {
    return !words.from.empty() && std::all_of(items.begin(), items.end(), [](const ImportItem& item) {
        return item.state == State::left_out;
    });
}

Outcome carry_out_import(Invocation& call, const ImportWords& words, AgentClient& agent, const Paths& paths,
                         std::vector<ImportItem>& items) {
    ClientHistory history(paths);
    ClientChange done;
    done.client = "import";
    done.action = "import";
    const bool is_for_nothing = is_all_left_out(words, items);
    ExitStatus status = define_all(call, agent, items, words.start, done);
    if (is_for_nothing && status == ExitStatus::done) status = exit_status(ErrorCode::validation_error);
    if (!done.servers.empty() || words.replace) {
        if (auto kept = history.add(done); !kept) return kept.error();
    }
    if (words.replace) {
        const ExitStatus replaced = replace_all(call, history, items, done.number);
        if (status == ExitStatus::done) status = replaced;
    }
    Json data = Json::array();
    for (const ImportItem& item : items) data.push_back(item_as_data(item));
    if (print_for_programs(call.out, data, call.format)) return status;
    for (const std::string& name : done.servers) call.out.write_foreign(name + "\n");
    bool is_left_out = false;
    for (const ImportItem& item : items) {
        const bool has_reason = item.state == State::left_out && !item.why.empty();
        is_left_out = is_left_out || has_reason;
        if (has_reason)
            call.out.note(
                harmless("left out: " + place_of_item(item) + ": " + item.found.name + ": " + item.why));
        for (const auto& [name, value] : item.secrets) {
            if (item.state == State::is_new && value.empty())
                call.out.note("'" + item.name + "' needs a value: mcpm secret set " + name);
        }
    }
    if (is_left_out)
        call.out.note(
            "correct what is left out where it stands and import again, or define it by `mcpm add`");
    if (call.out.error_is_terminal() && !done.servers.empty())
        call.out.note("`mcpm import --undo` takes it back");
    return status;
}

Result<> undo_group(Invocation& call, AgentClient& agent, ClientHistory& history,
                    const ClientChange& import) {
    for (const ClientChange& change : history.all("")) {
        if (change.group != import.number) continue;
        if (auto taken = take_back(change); !taken) return taken;
        if (auto forgotten = history.forget(change); !forgotten) return forgotten;
    }
    for (const std::string& name : import.servers) {
        const auto removed = agent.remove(name);
        if (!removed && removed.error().code != ErrorCode::server_not_found) return removed.error();
        call.out.write_foreign(name + " removed\n");
    }
    for (const std::string& name : import.secrets) (void)agent.remove_secret(name, false);
    return history.forget(import);
}

Outcome undo_import(Invocation& call, const ImportWords& words, const Paths& paths) {
    ClientHistory history(paths);
    const auto imports = history.all("import");
    if (imports.empty()) return Error{ErrorCode::not_found, "no import is left to undo"};
    const ClientChange& last = imports.back();
    std::string names;
    for (const std::string& name : last.servers) names += (names.empty() ? "" : ", ") + name;
    if (!words.yes) {
        const std::string question = "put the clients' files back as they were" +
                                     (names.empty() ? "?" : ", and remove " + names + "?");
        if (const auto agreed = confirm(call.out, question, "--yes"); !agreed) return agreed.error();
    }
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (auto undone = undo_group(call, *agent, history, last); !undone) return undone.error();
    return ExitStatus::done;
}

Error nothing_found(const std::vector<std::string>& from, const std::vector<ImportSource>& sources) {
    std::string problems;
    for (const ImportSource& source : sources)
        if (!source.problem.empty()) problems += (problems.empty() ? "" : "\n") + source.problem;
    if (!problems.empty())
        return Error{ErrorCode::validation_error, problems, {}, "correct it there; nothing was taken over"};
    if (from.empty())
        return Error{ErrorCode::not_found,
                     "no AI client of this machine has an MCP server",
                     {},
                     "`mcpm client list --all` shows where they are looked for; `mcpm import FILE` reads "
                     "another file"};
    std::string names;
    for (const std::string& one : from) names += (names.empty() ? " in " : ", ") + one;
    return Error{ErrorCode::not_found,
                 "no MCP server was found" + names,
                 {},
                 "expected a map of names below mcpServers, servers or another key that a client has; "
                 "`mcpm client list --all` shows which files are known"};
}

Outcome run_import(Invocation& call, const ImportWords& words, const Paths& paths) {
    std::vector<std::string> skipped;
    const auto sources = import_sources(words.from, words.as_is, skipped);
    for (const std::string& one : skipped) call.out.note("skipped: " + one);
    if (!sources) return sources.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto servers = agent->servers();
    if (!servers) return servers.error();
    const auto secrets = agent->secrets();
    if (!secrets) return secrets.error();
    auto items = plan_import(*sources, *servers, *secrets);
    if (items.empty()) return nothing_found(words.from, *sources);
    // On a terminal what would be done is shown first; --yes does it.
    const bool only_shown = words.dry || (!words.yes && call.out.is_terminal());
    if (!only_shown) return carry_out_import(call, words, *agent, paths, items);
    Json data = Json::array();
    for (const ImportItem& item : items) data.push_back(item_as_data(item));
    if (!print_for_programs(call.out, data, call.format)) print_items(call, items);
    for (const ImportItem& item : items) {
        const auto spec =
            item.state == State::is_new ? wire::to_spec(item.definition) : Result<ServerSpec>(Error{});
        if (spec) say_risks(call.out, *spec);
    }
    if (!words.dry) call.out.note("nothing was changed; --yes does it");
    return ExitStatus::done;
}

}  // namespace

Outcome import_servers(Invocation& call) {
    ImportWords words;
    call.options.positionals(
        "FROM", words.from,
        "files, AI clients by id, or mcpm-python, mcp-hub, 1mcp, toolhive, docker-mcp; without any, "
        "every client's file on this machine",
        Completes::clients);
    call.options.flag("--replace", words.replace,
                      "take what was imported out of the clients' files, and put the one entry of mcpm in");
    call.options.flag("--as-is", words.as_is,
                      "commands stay commands: npx, uvx and docker run are not recognised");
    call.options.flag("--start", words.start, "start what is imported");
    call.options.flag("--undo", words.undo, "take the last import back: files, servers and secrets");
    call.options.flag("--dry-run", words.dry, "only show what would be done");
    call.options.flag("-y,--yes", words.yes, "do it; without it a terminal only shows what would be done");
    call.format.declare_with_names(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    return words.undo ? undo_import(call, words, *paths) : run_import(call, words, *paths);
}

}  // namespace mcpm::cli::commands
