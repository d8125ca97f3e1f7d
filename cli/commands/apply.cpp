#include "cli/apply_plan.hpp"
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

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_file = 4 * 1024 * 1024;

Result<SpecFile> read_setup(const std::string& file) {
    const auto text = read_input(file, largest_file);
    if (!text) return text.error();
    SpecFile parsed = read_spec_file(*text);
    if (parsed.problems.empty()) return parsed;
    Error error = problems_error(file == "-" ? "standard input" : file, parsed.problems);
    error.hint = "correct it there; `mcpm export` prints a good file, docs/servers-keys.md has every key";
    return error;
}

enum class Telling { done, planned };

void print_change(Output& out, const Change& change, Telling telling) {
    const bool planned = telling == Telling::planned;
    out.write(harmless(title(change)) + " " + std::string(word(change.kind)) +
              (planned ? " (dry run)\n" : "\n"));
    if (!planned) return;
    for (const std::string& line : change.lines) out.write("  " + harmless(line) + "\n");
}

Json change_as_data(const Change& change) {
    return Json{{"name", title(change)}, {"change", word(change.kind)}, {"differences", change.lines}};
}

// Somebody must have said that servers may go: --yes, or an answer at the terminal.
Result<> confirm_pruning(Invocation& call, const std::vector<Change>& changes, bool yes) {
    std::string names;
    for (const Change& change : changes) {
        if (change.kind == Change::Kind::prune) names += (names.empty() ? "" : ", ") + title(change);
    }
    if (names.empty() || yes) return {};
    return confirm(call.out, "--prune: remove " + names + "?", "--yes");
}

// A lazy one is asleep from the beginning, so that a call wakes it.
Result<Json> create(AgentClient& agent, const Change& change) {
    auto made = agent.create(change.body);
    if (made && is_true(member(*made, fields::server::config), fields::config::lazy))
        return agent.act(change.name, "start");
    return made;
}

Result<Json> carry_out_profile(AgentClient& agent, const Change& change) {
    if (change.kind == Change::Kind::create) return agent.create_profile(change.body);
    if (change.kind == Change::Kind::update) return agent.patch_profile(change.name, change.body);
    if (change.kind == Change::Kind::prune) return agent.remove_profile(change.name);
    return ok(nullptr);
}

/// Only what is now as it was approved there; a server must run to be asked.
Result<Json> carry_out_approvals(AgentClient& agent, const Change& change) {
    if (change.kind == Change::Kind::same) return ok(nullptr);
    auto approved = agent.approve_digests(change.name, change.body);
    if (approved || approved.error().code != ErrorCode::wrong_state) return approved;
    Error error = approved.error();
    error.hint = "start it, and apply the file again; --now starts what is new";
    return error;
}

Result<Json> carry_out_server(AgentClient& agent, const Change& change) {
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
}

Result<> carry_out(AgentClient& agent, const Change& change) {
    const auto answer = change.what == Change::What::server    ? carry_out_server(agent, change)
                        : change.what == Change::What::profile ? carry_out_profile(agent, change)
                                                               : carry_out_approvals(agent, change);
    if (answer) return {};
    Error error = answer.error();
    error.message = title(change) + ": " + error.message;
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

/// In the order in which they can be done: a profile names servers, an approval asks one.
Result<std::vector<Change>> plan(AgentClient& agent, const SpecFile& file, const Json& servers, Prune prune) {
    auto changes = plan_servers(file.servers, servers, prune);
    if (!changes) return changes;
    if (file.has_profiles) {
        const auto profiles = agent.profiles();
        if (!profiles) return profiles.error();
        for (Change& change : plan_profiles(file.profiles, *profiles, prune)) {
            // A profile goes before the servers that it names.
            const bool goes = change.kind == Change::Kind::prune;
            changes->insert(goes ? changes->begin() : changes->end(), std::move(change));
        }
    }
    for (const ApprovedTools& wanted : file.approvals) {
        Query query;
        query.add("kept", "1");
        const auto standing = agent.part(wanted.server, "tools/approval", query);
        const bool is_new = !standing && standing.error().code == ErrorCode::server_not_found;
        if (!standing && !is_new) return standing.error();
        changes->push_back(plan_approvals(wanted, standing ? *standing : Json()));
    }
    return changes;
}

Result<std::vector<Change>> changes_of(Invocation& call, const ApplyWords& words) {
    if (words.file.empty())
        return Error{ErrorCode::validation_error,
                     "-f FILE is missing",
                     {},
                     "example: mcpm " + std::string(call.command().name) + " -f servers.yaml"};
    const auto file = read_setup(words.file);
    if (!file) return file.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto servers = agent->servers();
    if (!servers) return servers.error();
    auto changes = plan(*agent, *file, *servers, words.prune ? Prune::yes : Prune::no);
    if (changes) say_new_risks(call.out, file->servers, *servers);
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
    if (change.what != Change::What::server) return {};
    if (change.kind != Change::Kind::update && change.kind != Change::Kind::create) return {};
    const auto server = agent.server(change.name);
    if (!server) return server.error();
    const bool runs = status_of(*server) != ShownStatus::stopped;
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
            const Progress progress(call.out, "applying " + title(change));
            auto carried = carry_out(*agent, change);
            if (carried && now) carried = bring_up(*agent, change);
            return carried;
        }();
        if (done) {
            waits = waits || (change.kind == Change::Kind::update && change.what == Change::What::server);
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
    call.options.flag("--prune", words.prune,
                      "remove servers (and profiles, where the file has some) that are not in the file");
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
