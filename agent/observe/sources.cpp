#include "agent/observe/sources.hpp"

#include "agent/observe/infrastructure.hpp"
#include "common/ascii.hpp"
#include "common/json_scan.hpp"
#include "common/redaction.hpp"
#include "common/units.hpp"
#include "common/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::observe {

namespace {

/// Who wants no record of who called what says so in the agent's environment.
bool records_calls() {
    const char* const said = std::getenv("MCPM_RECORD_CALLS");
    const auto word = trimmed(said == nullptr ? "" : said);
    return !ascii::same(word, "off") && word != "0";
}

std::vector<pid_t> pids_of(const ServerStatus& status) {
    std::vector<pid_t> pids;
    if (status.pid) pids.push_back(*status.pid);
    for (const auto& own : status.own_runs)
        if (own.pid) pids.push_back(*own.pid);
    return pids;
}

/// On this machine.
bool runs(const ServerOutline& server) {
    const auto& status = server.status;
    return server.spec->type != ServerType::remote &&
           (status.state == ServerState::running || !status.own_runs.empty());
}

CallOutcome outcome_of(gateway::EndedCall::Outcome outcome) {
    using Outcome = gateway::EndedCall::Outcome;
    if (outcome == Outcome::good) return CallOutcome::good;
    return outcome == Outcome::tool_error ? CallOutcome::tool_error : CallOutcome::failed;
}

CallNameView names_of(const gateway::EndedCall& call) {
    // Without the process: who comes back is the same.
    return {call.server_id, call.server, call.tool, call.client,
            call.principal.substr(0, call.principal.find(" ("))};
}

CallRow row_of(const gateway::EndedCall& call) {
    CallRow row;
    row.at = now_utc();
    row.outcome = outcome_of(call.outcome);
    row.duration = call.duration;
    row.bytes_in = call.bytes_in;
    row.bytes_out = call.bytes_out;
    return row;
}

bool names(const ArgumentRecording& recording, std::string_view server) {
    return std::any_of(recording.servers.begin(), recording.servers.end(),
                       [&](const auto& name) { return name == "all" || name == server; });
}

std::string arguments_of(const gateway::EndedCall& call, const ArgumentRecording& recording) {
    if (recording.servers.empty() || !names(recording, call.server)) return {};
    const auto arguments = mcp::member(call.params, "arguments");
    if (!arguments) return {};
    return redacted_json(arguments.text, recording.hidden(call.server_id), CallRecorder::longest_arguments);
}

std::shared_ptr<const CallExtras> extras_of(const gateway::EndedCall& call,
                                            const ArgumentRecording& recording) {
    auto kept = arguments_of(call, recording);
    if (call.trace.empty() && kept.empty()) return nullptr;
    return std::make_shared<const CallExtras>(CallExtras{call.run, std::string(call.trace), std::move(kept)});
}

std::vector<Subject> subjects_of(const Supervisor& supervisor, gateway::Gateway& gateway) {
    std::vector<Subject> subjects;
    for (const auto& server : supervisor.outlines()) {
        if (!runs(server)) continue;
        Subject subject{server.id, server.status.run, pids_of(server.status)};
        subject.is_container = server.spec->type == ServerType::container;
        if (const auto* const tools = gateway.usage().of(server.id)) {
            for (const auto& [name, usage] : *tools) {
                subject.calls += usage.calls;
                subject.errors += usage.errors;
            }
        }
        subjects.push_back(std::move(subject));
    }
    return subjects;
}

Task<> somebody_runs(Supervisor& supervisor) {
    for (;;) {
        const auto seen = supervisor.events().end();
        const auto servers = supervisor.outlines();
        if (std::any_of(servers.begin(), servers.end(), runs)) co_return;
        co_await supervisor.events().wait(seen);
    }
}

/// Of all its containers that run.
Task<std::optional<ContainerLook>> look_at_container(engine::Engine& engine, std::string server_id) {
    const auto rows = co_await engine.list("mcpm.server", std::move(server_id));
    if (!rows) co_return std::nullopt;
    std::optional<ContainerLook> sum;
    for (const auto& row : *rows) {
        const auto used = co_await engine.usage(row.id);
        if (!used || used->pids == 0) continue;
        if (!sum) sum.emplace();
        auto& usage = sum->usage;
        usage.memory_bytes += used->memory_bytes;
        usage.cpu_seconds += static_cast<double>(used->cpu_ns) / 1e9;
        usage.processes += static_cast<unsigned>(used->pids);
        usage.read_bytes = usage.read_bytes.value_or(0) + used->read_bytes;
        usage.written_bytes = usage.written_bytes.value_or(0) + used->written_bytes;
        sum->received_bytes += used->received_bytes;
        sum->sent_bytes += used->sent_bytes;
    }
    co_return sum;
}

}  // namespace

std::unique_ptr<Desk> open_desk(Loop& loop, Workers& workers, const StateStore& store, Supervisor& supervisor,
                                gateway::Gateway& gateway, engine::Engine& engine,
                                ArgumentRecording arguments) {
    StatsSources sources;
    sources.subjects = [&supervisor, &gateway] { return subjects_of(supervisor, gateway); };
    sources.is_defined = [&supervisor](const std::string& id) { return supervisor.find(id).has_value(); };
    sources.container = [&engine](std::string id) { return look_at_container(engine, std::move(id)); };
    sources.somebody_runs = [&supervisor] { return somebody_runs(supervisor); };
    auto desk = std::make_unique<Desk>(loop, workers, store, std::move(sources));
    desk->records_calls = records_calls();
    gateway.usage().set_listener(
        [desk = desk.get(), arguments = std::move(arguments)](const gateway::EndedCall& call) {
            if (!desk->records_calls) return desk->calls.count(outcome_of(call.outcome));
            auto row = row_of(call);
            row.names = desk->calls.names(names_of(call));
            row.extras = extras_of(call, arguments);
            desk->calls.note(std::move(row));
        });
    return desk;
}

Task<std::optional<Vitals>> vitals_of(Workers& workers, Supervisor& supervisor, std::string server_id) {
    const auto server = supervisor.find(server_id);
    if (!server || !server->status.pid || server->spec.type != ServerType::process) co_return std::nullopt;
    const pid_t pid = *server->status.pid;
    auto work = [pid] { return usage_of_trees({pid}, Depth::usual); };
    const auto trees = co_await offload(workers, std::move(work));
    const auto found = trees.find(pid);
    if (found == trees.end()) co_return std::nullopt;
    Vitals vitals;
    vitals.cpu_seconds = found->second.cpu_seconds;
    vitals.is_stopped = found->second.is_stopped;
    co_return vitals;
}

Task<std::optional<std::uint64_t>> free_bytes_of(Workers& workers, std::filesystem::path folder) {
    auto work = [folder = std::move(folder)] { return space_of(folder); };
    const auto space = co_await offload(workers, std::move(work));
    co_return space ? std::optional(space->free_bytes) : std::nullopt;
}

Task<Result<std::string>> ask_engine(engine::Engine& engine) {
    const auto found = co_await engine.connect();
    if (!found) co_return found.error();
    co_return fmt::format("{} {}", found->name, found->version);
}

}  // namespace mcpm::observe
