#include "agent/wiring_observe.hpp"

#include "agent/observe/features.hpp"
#include "common/event_type.hpp"
#include "common/fields/event_fields.hpp"
#include "common/json_members.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

namespace mcpm {

namespace {

std::vector<pid_t> pids_of(const ServerStatus& status) {
    std::vector<pid_t> pids;
    if (status.pid) pids.push_back(*status.pid);
    for (const auto& own : status.private_instances)
        if (own.pid) pids.push_back(*own.pid);
    return pids;
}

/// On this machine.
bool runs(const ServerOutline& server) {
    const auto& status = server.status;
    return server.spec->type != ServerType::remote &&
           (status.state == ServerState::running || !status.private_instances.empty());
}

bool says_running(const Event& event) {
    if (event.type != name_of(EventType::server_status)) return false;
    const auto detail = wire::parse(event.detail);
    return detail && text_at(*detail, fields::event::status) == wire_name(ServerState::running);
}

/// Servers that were created and started.
std::vector<FeatureUse> uses_said_by(const std::vector<Event>& events) {
    std::vector<FeatureUse> uses;
    for (const Event& event : events) {
        const bool is_running = says_running(event);
        if (event.type != name_of(EventType::server_created) && !is_running) continue;
        const char* const type = is_running ? "server_started" : "server_created";
        uses.push_back({observe::day_number(event.at), type, "", 1, 0});
    }
    return uses;
}

CallOutcome outcome_of(gateway::EndedCall::Outcome outcome) {
    using Outcome = gateway::EndedCall::Outcome;
    if (outcome == Outcome::good) return CallOutcome::good;
    return outcome == Outcome::tool_error ? CallOutcome::tool_error : CallOutcome::failed;
}

CallRow row_of(const gateway::EndedCall& call) {
    CallRow row;
    row.at = now_utc();
    row.server_id = call.server_id;
    row.server = call.server;
    row.tool = call.tool;
    row.client = call.client;
    // Without the process: who comes back is the same.
    row.principal = call.principal.substr(0, call.principal.find(" ("));
    row.outcome = outcome_of(call.outcome);
    row.duration = call.duration;
    row.bytes_in = call.bytes_in;
    row.bytes_out = call.bytes_out;
    return row;
}

std::vector<observe::Subject> subjects_of(const Supervisor& supervisor, gateway::Gateway& gateway) {
    std::vector<observe::Subject> subjects;
    for (const auto& server : supervisor.outlines()) {
        if (!runs(server)) continue;
        observe::Subject subject{server.id, server.status.run, pids_of(server.status)};
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
Task<std::optional<observe::ContainerLook>> look_at_container(engine::Engine& engine, std::string server_id) {
    auto listing = engine.list("mcpm.server", std::move(server_id));
    const auto rows = co_await std::move(listing);
    if (!rows) co_return std::nullopt;
    std::optional<observe::ContainerLook> sum;
    for (const auto& row : *rows) {
        auto asking = engine.usage(row.id);
        const auto used = co_await std::move(asking);
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

std::unique_ptr<observe::Desk> open_desk(Loop& loop, Workers& workers, const StateStore& store,
                                         Supervisor& supervisor, gateway::Gateway& gateway,
                                         engine::Engine& engine) {
    observe::StatsSources sources;
    sources.subjects = [&supervisor, &gateway] { return subjects_of(supervisor, gateway); };
    sources.is_defined = [&supervisor](const std::string& id) { return supervisor.find(id).has_value(); };
    sources.container = [&engine](std::string id) { return look_at_container(engine, std::move(id)); };
    sources.somebody_runs = [&supervisor] { return somebody_runs(supervisor); };
    auto desk = std::make_unique<observe::Desk>(loop, workers, store, std::move(sources));
    gateway.usage().set_listener(
        [desk = desk.get()](const gateway::EndedCall& call) { desk->calls.note(row_of(call)); });
    return desk;
}

Task<> count_events(Supervisor& supervisor, observe::Desk& desk) {
    auto next = supervisor.events().end();
    for (;;) {
        const auto batch = supervisor.events().read(next, 256);
        next = batch.next;
        for (const Event& event : batch.items) {
            if (event.type == name_of(EventType::server_woken)) ++desk.wakes;
            const auto said = observe::error_said_by(event.type, event.message);
            if (said.type.empty()) continue;
            std::string what = event.server_name;
            what += what.empty() ? event.message : ": " + event.message;
            desk.errors.note(said.type, said.severity, std::move(what), event.at, Clock::now());
        }
        auto uses = uses_said_by(batch.items);
        if (!uses.empty()) {
            auto adding = desk.history.add_features(std::move(uses));
            (void)co_await std::move(adding);  // what cannot be stored is not counted
        }
        co_await supervisor.events().wait(next);
    }
}

Task<std::optional<Vitals>> vitals_of(Workers& workers, Supervisor& supervisor, std::string server_id) {
    const auto server = supervisor.find(server_id);
    if (!server || !server->status.pid || server->spec.type != ServerType::process) co_return std::nullopt;
    const pid_t pid = *server->status.pid;
    auto work = [pid] { return observe::usage_of_trees({pid}, observe::Depth::usual); };
    auto looking = offload(workers, std::move(work));
    const auto trees = co_await std::move(looking);
    const auto found = trees.find(pid);
    if (found == trees.end()) co_return std::nullopt;
    Vitals vitals;
    vitals.cpu_seconds = found->second.cpu_seconds;
    vitals.is_stopped = found->second.is_stopped;
    co_return vitals;
}

namespace {

Task<Result<int>> post(outgoing::Client& client, std::string url, std::string token, std::string body) {
    const auto prepared = co_await client.prepare();
    if (!prepared) co_return prepared.error();
    outgoing::Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    request.body = std::move(body);
    request.limits.total = std::chrono::seconds(30);
    auto fetching = client.fetch(std::move(request));
    const auto answer = co_await std::move(fetching);
    if (!answer) co_return answer.error();
    co_return answer->head.status;
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

void start_sending(observe::Desk& desk, outgoing::Client& client) {
    const std::string url = variable("ANALYTICS_ENDPOINT");
    if (url.empty()) return;
    desk.sender.start([&client, url, token = variable("ANALYTICS_TOKEN")](std::string body) {
        return post(client, url, token, std::move(body));
    });
}

Task<Result<std::string>> ask_engine(engine::Engine& engine) {
    const auto found = co_await engine.connect();
    if (!found) co_return found.error();
    co_return fmt::format("{} {}", found->name, found->version);
}

}  // namespace mcpm
