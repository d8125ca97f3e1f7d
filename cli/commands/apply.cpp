#include "cli/commands.hpp"
#include "cli/commands/all.hpp"
#include "cli/confirm.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/server_view.hpp"
#include "cli/spec_diff.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/spec_file.hpp"

#include <algorithm>
#include <map>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_file = 4 * 1024 * 1024;

struct Change {
    enum class Kind { create, update, same, restart, prune } kind;
    std::string name;
    Json body;                       // definition or merge patch
    std::vector<std::string> lines;  // what differs
    bool is_outdated = false;        // what runs is of another definition than the stored one
};

Result<std::vector<ServerSpec>> read_specs(const std::string& file) {
    const auto text = read_input(file, largest_file);
    if (!text) return text.error();
    SpecFile parsed = read_spec_file(*text);
    if (parsed.problems.empty()) return std::move(parsed.servers);
    return problems_error(file == "-" ? "standard input" : file, parsed.problems);
}

Result<Change> change_for(const ServerSpec& spec, const std::map<std::string, Json>& existing) {
    Json wanted = wire::from_spec(spec);
    const auto found = existing.find(spec.name);
    if (found == existing.end()) {
        const auto hidden = masked_values(wanted);
        if (!hidden.empty()) {
            return Error{ErrorCode::validation_error,
                         "server '" + spec.name + "' is new, but " + hidden[0] + " is \"***\"",
                         {},
                         "an export hides secret values; write the value into the file"};
        }
        std::vector<std::string> lines = difference_lines(Json::object(), wanted);
        return Change{Change::Kind::create, spec.name, std::move(wanted), std::move(lines)};
    }
    const auto current = definition_of(found->second);
    if (!current) return current.error();
    Json patch = merge_patch(*current, wanted);
    const auto kind = patch.empty() ? Change::Kind::same : Change::Kind::update;
    return Change{kind, spec.name, std::move(patch), difference_lines(*current, wanted),
                  !pending_in_words(found->second).empty()};
}

Result<std::vector<Change>> plan(const std::vector<ServerSpec>& specs, const Json& servers, bool prune) {
    std::map<std::string, Json> existing;
    for (const Json& server : servers) existing[text(server, fields::server::name)] = server;
    std::vector<Change> changes;
    for (const ServerSpec& spec : specs) {
        auto change = change_for(spec, existing);
        if (!change) return change.error();
        changes.push_back(std::move(*change));
    }
    if (!prune) return changes;
    for (const auto& [name, server] : existing) {
        const bool wanted = std::any_of(specs.begin(), specs.end(),
                                        [&name = name](const ServerSpec& spec) { return spec.name == name; });
        if (!wanted) changes.push_back({Change::Kind::prune, name, nullptr, {}});
    }
    return changes;
}

std::string_view word(Change::Kind kind) {
    switch (kind) {
        case Change::Kind::create:
            return "created";
        case Change::Kind::update:
            return "updated";
        case Change::Kind::same:
            return "unchanged";
        case Change::Kind::restart:
            return "restarted";
        case Change::Kind::prune:
            return "pruned";
    }
    return "";
}

enum class Telling { done, planned };

void print_change(Output& out, const Change& change, Telling telling) {
    const bool planned = telling == Telling::planned;
    out.write(harmless(change.name) + " " + std::string(word(change.kind)) +
              (planned ? " (dry run)\n" : "\n"));
    if (!planned) return;
    for (const std::string& line : change.lines) out.write("  " + harmless(line) + "\n");
}

Json change_as_data(const Change& change) {
    return Json{{"name", change.name}, {"change", word(change.kind)}, {"differences", change.lines}};
}

// Somebody must have said that servers may go: --yes, or an answer at the terminal.
Result<> confirm_pruning(Invocation& call, const std::vector<Change>& changes, bool yes) {
    std::string names;
    for (const Change& change : changes) {
        if (change.kind == Change::Kind::prune) names += (names.empty() ? "" : ", ") + change.name;
    }
    if (names.empty() || yes) return {};
    return confirm(call.out, "--prune: stop and remove " + names + "?", "--yes");
}

// A lazy one is asleep from the beginning, so that a call wakes it.
Result<Json> create(AgentClient& agent, const Change& change) {
    auto made = agent.create(change.body);
    if (made && is_true(member(*made, fields::server::config), fields::config::lazy))
        return agent.act(change.name, "start");
    return made;
}

Result<> carry_out(AgentClient& agent, const Change& change) {
    auto answer = [&]() -> Result<Json> {
        switch (change.kind) {
            case Change::Kind::create:
                return create(agent, change);
            case Change::Kind::update:
                return agent.patch(change.name, change.body);
            case Change::Kind::prune:
                return agent.remove(change.name);
            case Change::Kind::restart:
                return agent.act(change.name, "restart");
            case Change::Kind::same:
                break;
        }
        return ok(nullptr);
    }();
    if (answer) return {};
    Error error = answer.error();
    error.message = change.name + ": " + error.message;
    return error;
}

void say_new_risks(Output& out, const std::vector<ServerSpec>& specs, const Json& servers) {
    for (const ServerSpec& spec : specs) {
        const auto same = std::find_if(servers.begin(), servers.end(), [&](const Json& server) {
            return text(server, fields::server::name) == spec.name;
        });
        const auto before = same == servers.end() ? Result<ServerView>(Error{}) : wire::to_view(*same);
        say_risks(out, spec, before ? &before->spec : nullptr);
    }
}

struct ApplyWords {
    std::string file;
    bool prune = false;
    bool yes = false;
    bool now = false;
};

Result<std::vector<Change>> changes_of(Invocation& call, const ApplyWords& words) {
    if (words.file.empty())
        return Error{ErrorCode::validation_error,
                     "-f FILE is missing",
                     {},
                     "example: mcpm " + std::string(call.command().name) + " -f servers.yaml"};
    const auto specs = read_specs(words.file);
    if (!specs) return specs.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto servers = agent->servers();
    if (!servers) return servers.error();
    auto changes = plan(*specs, *servers, words.prune);
    if (changes) say_new_risks(call.out, *specs, *servers);
    return changes;
}

Outcome tell_changes(Invocation& call, const std::vector<Change>& changes) {
    bool differs = false;
    Json all = Json::array();
    for (const Change& change : changes) {
        differs = differs || change.kind != Change::Kind::same;
        all.push_back(change_as_data(change));
    }
    if (!print_for_programs(call.out, all, call.format)) {
        for (const Change& change : changes) print_change(call.out, change, Telling::planned);
    }
    return differs ? ExitStatus::wrong_state : ExitStatus::done;
}

// Of what is not changed itself: what runs by an older definition than the stored one.
void restart_outdated(std::vector<Change>& changes) {
    for (Change& change : changes) {
        if (change.kind == Change::Kind::same && change.is_outdated) change.kind = Change::Kind::restart;
    }
}

// What was changed and runs, and what is new.
Result<> bring_up(AgentClient& agent, const Change& change) {
    if (change.kind != Change::Kind::update && change.kind != Change::Kind::create) return {};
    const auto server = agent.server(change.name);
    if (!server) return server.error();
    const bool runs = text(*server, fields::server::status) != "stopped";
    if (change.kind == Change::Kind::update && !runs) return {};
    const auto up = agent.act(change.name, runs ? "restart" : "start");
    if (!up) return up.error();
    return {};
}

Outcome carry_out_all(Invocation& call, const std::vector<Change>& changes, bool now) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    ExitStatus status = ExitStatus::done;
    Json all = Json::array();
    bool waits = false;
    const bool for_people = !call.format.is_data() && call.format.format() != Format::name;
    for (const Change& change : changes) {
        const auto done = [&]() -> Result<> {
            const Progress progress(call.out, "applying " + change.name);
            auto carried = carry_out(*agent, change);
            if (carried && now) carried = bring_up(*agent, change);
            return carried;
        }();
        if (done) {
            waits = waits || change.kind == Change::Kind::update;
            all.push_back(change_as_data(change));
            if (for_people) print_change(call.out, change, Telling::done);
            continue;
        }
        call.out.error(done.error());
        if (status == ExitStatus::done) status = exit_status(done.error().code);
    }
    print_for_programs(call.out, all, call.format);
    if (waits && !now && call.out.error_is_terminal())
        call.out.note("what runs takes a change at its next start; `mcpm apply --now` restarts it");
    return status;
}

}  // namespace

Outcome apply(Invocation& call) {
    ApplyWords words;
    bool dry = false;
    call.options.value("-f,--file", "FILE", words.file, "the file; - is standard input");
    call.options.completes(Completes::files);
    call.options.flag("--dry-run", dry, "only show what would change; exit status 3 when something would");
    call.options.flag("--now", words.now, "restart what runs by an older definition, and start what is new");
    call.options.flag("--prune", words.prune, "remove servers that are not in the file");
    call.options.flag("-y,--yes", words.yes, "do not ask before pruning");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto changes = changes_of(call, words);
    if (!changes) return changes.error();
    if (words.now) restart_outdated(*changes);
    if (dry) return tell_changes(call, *changes);
    if (const auto agreed = confirm_pruning(call, *changes, words.yes); !agreed) return agreed.error();
    return carry_out_all(call, *changes, words.now);
}

Outcome diff(Invocation& call) {
    ApplyWords words;
    call.options.value("-f,--file", "FILE", words.file, "the file; - is standard input");
    call.options.completes(Completes::files);
    call.options.flag("--prune", words.prune, "servers that are not in the file count as a difference");
    call.format.declare_with_names(call.options);
    if (!call.parse()) return call.outcome();
    const auto changes = changes_of(call, words);
    if (!changes) return changes.error();
    std::vector<Change> different;
    for (const Change& change : *changes) {
        if (change.kind != Change::Kind::same) different.push_back(change);
    }
    return tell_changes(call, different);
}

}  // namespace mcpm::cli::commands
