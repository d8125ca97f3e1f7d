#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/spec_diff.hpp"
#include "common/spec_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_file = 4 * 1024 * 1024;

struct Change {
    enum class Kind { create, update, same, prune } kind;
    std::string name;
    Json body;                       // definition or merge patch
    std::vector<std::string> lines;  // what differs
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
    return Change{kind, spec.name, std::move(patch), difference_lines(*current, wanted)};
}

Result<std::vector<Change>> plan(const std::vector<ServerSpec>& specs, const Json& servers, bool prune) {
    std::map<std::string, Json> existing;
    for (const Json& server : servers) existing[text(server, "name")] = server;
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
        case Change::Kind::prune:
            return "pruned";
    }
    return "";
}

void print_change(Output& out, const Change& change, bool dry) {
    out.write(harmless(change.name) + " " + std::string(word(change.kind)) + (dry ? " (dry run)\n" : "\n"));
    if (!dry) return;
    for (const std::string& line : change.lines) out.write("  " + harmless(line) + "\n");
}

// Somebody must have said that servers may go: --yes, or an answer at the terminal.
Result<> confirm_pruning(Invocation& call, const std::vector<Change>& changes, bool yes) {
    std::string names;
    for (const Change& change : changes) {
        if (change.kind == Change::Kind::prune) names += (names.empty() ? "" : ", ") + change.name;
    }
    if (names.empty() || yes) return {};
    if (::isatty(0) != 1 || !call.out.error_is_terminal()) {
        return Error{ErrorCode::validation_error,
                     "--prune would stop and remove " + names,
                     {},
                     "say --yes to mean it"};
    }
    call.out.flush();
    call.out.write_error("stop and remove " + harmless(names) + "? [y/N] ");
    char answer = 'n';
    if (::read(0, &answer, 1) == 1 && (answer == 'y' || answer == 'Y')) return {};
    return Error{ErrorCode::cancelled, "nothing was changed"};
}

Result<> carry_out(AgentClient& agent, const Change& change) {
    auto answer = [&]() -> Result<Json> {
        switch (change.kind) {
            case Change::Kind::create:
                return agent.create(change.body);
            case Change::Kind::update:
                return agent.patch(change.name, change.body);
            case Change::Kind::prune:
                return agent.remove(change.name);
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

}  // namespace

Outcome apply(Invocation& call) {
    std::string file;
    bool dry = false;
    bool prune = false;
    bool yes = false;
    call.options.value("-f,--file", "FILE", file, "the file; - is standard input");
    call.options.flag("--dry-run", dry, "only show what would change");
    call.options.flag("--prune", prune, "remove servers that are not in the file");
    call.options.flag("-y,--yes", yes, "do not ask before pruning");
    if (!call.parse()) return call.outcome();
    if (file.empty())
        return Error{
            ErrorCode::validation_error, "-f FILE is missing", {}, "example: mcpm apply -f servers.yaml"};
    const auto specs = read_specs(file);
    if (!specs) return specs.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto servers = agent->servers();
    if (!servers) return servers.error();
    const auto changes = plan(*specs, *servers, prune);
    if (!changes) return changes.error();
    for (const ServerSpec& spec : *specs) {
        const auto same = std::find_if(servers->begin(), servers->end(),
                                       [&](const Json& server) { return text(server, "name") == spec.name; });
        const auto before = same == servers->end() ? Result<ServerView>(Error{}) : wire::to_view(*same);
        say_risks(call.out, spec, before ? &before->spec : nullptr);
    }
    if (!dry) {
        if (const auto agreed = confirm_pruning(call, *changes, yes); !agreed) return agreed.error();
    }
    ExitStatus status = ExitStatus::done;
    for (const Change& change : *changes) {
        const auto done = [&]() -> Result<> {
            if (dry) return {};
            const Progress progress(call.out, "applying " + change.name);
            return carry_out(*agent, change);
        }();
        if (done) {
            print_change(call.out, change, dry);
            continue;
        }
        call.out.error(done.error());
        if (status == ExitStatus::done) status = exit_status(done.error().code);
    }
    return status;
}

}  // namespace mcpm::cli::commands
