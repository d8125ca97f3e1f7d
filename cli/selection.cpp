#include "cli/selection.hpp"

#include "cli/progress.hpp"
#include "cli/start_progress.hpp"
#include "cli/suggestion.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace mcpm::cli {

namespace {

constexpr std::size_t at_once = 16;

using Failures = std::vector<std::optional<Error>>;

// Workers take the next name until none is left; each has its own connection and writes only its own slots.
void work(const Paths& paths, const std::vector<std::string>& names, const ServerAction& action,
          std::atomic<std::size_t>& next, Failures& failures) {
    auto agent = AgentClient::connect(paths);
    for (std::size_t at = next++; at < names.size(); at = next++) {
        if (!agent) {
            failures[at] = agent.error();
            continue;
        }
        auto done = action(*agent, names[at]);
        if (!done) failures[at] = with_suggestion(done.error(), *agent, names[at]);
    }
}

void say_failure(Invocation& call, const std::string& name, Error error, bool one_of_many) {
    if (one_of_many && error.message.find(name) == std::string::npos)
        error.message = name + ": " + error.message;
    call.out.error(error);
}

}  // namespace

void Selection::declare(Options& options) {
    options.positionals("NAME…", names_, "servers, by name or id", Completes::servers);
    options.flag("-a,--all", all_, "all servers");
    options.list("-l,--label", "KEY[=VALUE]", labels_, "servers with this label");
}

Result<std::vector<std::string>> Selection::names(AgentClient& agent) const {
    const int ways = int(!names_.empty()) + int(all_) + int(!labels_.empty());
    if (ways == 0) return Error{ErrorCode::validation_error, "say which servers: NAME…, --all or --label"};
    if (ways > 1)
        return Error{ErrorCode::validation_error, "NAME…, --all and --label cannot be given together"};
    std::vector<std::string> out;
    for (const std::string& name : names_) {
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    if (!names_.empty()) return out;
    Query filters;
    for (const std::string& label : labels_) filters.add("label", label);
    const auto servers = agent.servers(filters);
    if (!servers) return servers.error();
    for (const Json& server : *servers) out.push_back(text(server, "name"));
    return out;
}

Outcome do_to_each(Invocation& call, const std::vector<std::string>& names, const std::string& doing,
                   const ServerAction& action) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    Failures failures(names.size());
    {
        const std::string what = names.size() == 1 ? names[0] : std::to_string(names.size()) + " servers";
        const bool may_say_more = names.size() == 1 && (doing == "starting" || doing == "restarting");
        const Progress progress(call.out, doing + " " + what,
                                may_say_more ? progress_of_start(names[0]) : nullptr);
        std::atomic<std::size_t> next = 0;
        std::vector<std::thread> workers;
        for (std::size_t worker = 1; worker < std::min(at_once, names.size()); ++worker) {
            workers.emplace_back([&] { work(*paths, names, action, next, failures); });
        }
        work(*paths, names, action, next, failures);
        for (std::thread& worker : workers) worker.join();
    }
    std::optional<ExitStatus> first;
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (!failures[at]) continue;
        if (!first) first = exit_status(failures[at]->code);
        say_failure(call, names[at], *failures[at], names.size() > 1);
    }
    return first.value_or(ExitStatus::done);
}

Outcome for_each_name(Invocation& call, const std::string& description, const NameAction& action,
                      Completes completes) {
    std::vector<std::string> names;
    call.options.positionals("NAME…", names, description, completes, true);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    return do_in_order(call, *agent, names, action);
}

Outcome do_in_order(Invocation& call, AgentClient& agent, const std::vector<std::string>& names,
                    const NameAction& action) {
    std::optional<ExitStatus> first;
    for (const auto& name : names) {
        const auto done = action(agent, name);
        if (done) continue;
        if (!first) first = exit_status(done.error().code);
        say_failure(call, name, done.error(), names.size() > 1);
    }
    return first.value_or(ExitStatus::done);
}

Outcome list_all(Invocation& call, Result<Json> (AgentClient::*all)(), std::vector<Column> columns,
                 std::vector<Cell> (*row)(const Json& item)) {
    bool quiet = false;
    call.options.flag("-q,--quiet", quiet, "names only");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto items = ((*agent).*all)();
    if (!items) return items.error();
    if (call.format.is_data()) {
        print_data(call.out, *items, call.format.format());
        return ExitStatus::done;
    }
    const bool names_alone = quiet || call.format.format() == Format::name;
    Table table{std::move(columns), {}};
    for (const Json& item : *items) {
        if (names_alone) call.out.write_foreign(text(item, "name") + "\n");
        if (!names_alone) table.rows.push_back(row(item));
    }
    if (!names_alone) print_table(call.out, table, call.format);
    return ExitStatus::done;
}

Result<Json> ask_about(Invocation& call, const std::string& name, std::string_view part, const Query& query) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    auto answer = agent->part(name, part, query);
    if (!answer) return with_suggestion(answer.error(), *agent, name);
    return answer;
}

Error with_suggestion(Error error, AgentClient& agent, std::string_view name) {
    if (error.code != ErrorCode::server_not_found || !error.hint.empty()) return error;
    const auto servers = agent.servers();
    if (!servers || !servers->is_array()) return error;
    std::vector<std::string> known;
    for (const Json& server : *servers) known.push_back(text(server, "name"));
    error.hint = did_you_mean(name, known);
    if (error.hint.empty()) error.hint = "`mcpm list` shows the servers there are";
    return error;
}

}  // namespace mcpm::cli
