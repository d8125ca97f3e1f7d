// GET /api/health/system: every check acts now, within a limit.
#include "agent/observe/system_health.hpp"

#include "agent/api/endpoints.hpp"
#include "agent/async/with_deadline.hpp"
#include "agent/door/answer.hpp"
#include "agent/process/own_use.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mcpm::api {

namespace {

using observe::Check;
using observe::Pace;
using std::chrono::microseconds;

constexpr std::chrono::seconds check_limit{5};

Check checked(Clock::time_point begun, const Result<>& result) {
    if (!result) return {Condition::unhealthy, std::nullopt, result.error().message};
    return {Condition::healthy, std::chrono::duration_cast<microseconds>(Clock::now() - begun), {}};
}

Task<Check> check_database(Rooms& rooms) {
    const auto begun = Clock::now();
    EventQuery newest;
    newest.limit = 1;
    newest.newest_first = true;
    const auto loaded = co_await rooms.store.load_events(newest);
    if (!loaded) co_return Check{Condition::unhealthy, std::nullopt, loaded.error().message};
    auto check = checked(begun, Result<>{});
    if (rooms.store.condition() != StoreCondition::healthy) {
        check.condition = Condition::unhealthy;
        check.message = rooms.store.condition_reason();
    }
    co_return check;
}

Check check_secrets(const std::vector<std::string>& lost) {
    if (lost.empty()) return {};
    std::string names;
    for (const auto& name : lost) names += (names.empty() ? "" : ", ") + name;
    return {Condition::unhealthy, std::nullopt, "the values of these are lost: " + names};
}

struct Files {
    Check files, space_check;
    std::optional<observe::Space> space;
};

Files files_of(const std::filesystem::path& folder) {
    Files found;
    found.files = observe::check_files(folder);
    found.space = observe::space_of(folder);
    found.space_check = found.space ? observe::judge_space(*found.space)
                                    : Check{Condition::unhealthy, std::nullopt, "its space is not known"};
    return found;
}

/// Of the data folder; of the one with the database where that is another and is worse off.
Task<Result<Files>> check_folders(Rooms& rooms, AgentFacts agent) {
    auto work = [data = agent.paths.data, elsewhere = agent.database.parent_path()] {
        Files found = files_of(data);
        if (elsewhere == data) return found;
        Files other = files_of(elsewhere);
        if (other.files.condition != Condition::healthy) found.files = other.files;
        const bool is_shorter =
            !other.space || (found.space && other.space->free_bytes < found.space->free_bytes);
        if (is_shorter) {
            found.space = other.space;
            found.space_check = other.space_check;
        }
        return found;
    };
    auto found = co_await offload(rooms.workers, std::move(work));
    co_return Result<Files>(std::move(found));
}

bool needs_engine(const std::vector<ServerOutline>& servers) {
    return std::any_of(servers.begin(), servers.end(),
                       [](const auto& server) { return server.spec->type == ServerType::container; });
}

/// One that nothing needs may be away.
Task<Check> check_engine(Rooms& rooms, std::string& engine) {
    const auto begun = Clock::now();
    const auto answer =
        co_await with_deadline(rooms.control.ask_engine(), check_limit, "ask the container engine");
    if (answer) {
        engine = *answer;
        co_return checked(begun, Result<>{});
    }
    const bool is_needed = needs_engine(rooms.supervisor.outlines());
    co_return Check{is_needed ? Condition::unhealthy : Condition::idle, std::nullopt, answer.error().message};
}

observe::ApplicationFacts application_of(const AgentFacts& facts) {
    observe::ApplicationFacts application;
    application.version = facts.version;
    application.pid = facts.pid;
    application.started_at = facts.started_at;
    const OwnUse use = own_use();
    application.memory_bytes = use.resident_bytes;
    application.cpu_seconds = use.cpu_seconds;
    return application;
}

/// Of all routes together.
Pace pace_of_requests(Rooms& rooms) {
    Pace pace;
    metrics::Histogram all(metrics::request_bounds);
    for (const auto& [key, durations] : rooms.request_metrics.durations()) {
        all.add(durations);
        pace.total += durations.count();
        if (key.status >= 500) pace.failed += durations.count();
    }
    pace.last_minute = rooms.recent_requests.in_last_minute(Clock::now());
    if (all.count() == 0) return pace;
    pace.p50 = all.quantile(0.50) * 1000;
    pace.p95 = all.quantile(0.95) * 1000;
    pace.p99 = all.quantile(0.99) * 1000;
    return pace;
}

/// Of all tools together.
Pace pace_of_calls(Rooms& rooms) {
    Pace pace;
    auto& calls = rooms.desk.calls;
    pace.total = calls.total();
    pace.failed = calls.failed();
    pace.last_minute = calls.in_last_minute(Clock::now());
    gateway::Durations all;
    for (const auto& server : rooms.supervisor.outlines()) {
        const auto* const tools = rooms.gateway.usage().of(server.id);
        if (tools == nullptr) continue;
        for (const auto& [name, usage] : *tools) all.add(usage.durations);
    }
    if (all.count() == 0) return pace;
    const auto at = [&](double share) { return static_cast<double>(all.at(share).count()) / 1000; };
    pace.p50 = at(0.50);
    pace.p95 = at(0.95);
    pace.p99 = at(0.99);
    return pace;
}

void add_counts(Rooms& rooms, observe::SystemFacts& facts) {
    for (const auto& server : rooms.supervisor.outlines()) facts.servers.add(server.status);
    facts.requests = pace_of_requests(rooms);
    facts.calls = pace_of_calls(rooms);
    auto& errors = rooms.desk.errors;
    facts.errors = errors.total();
    facts.critical = errors.critical();
    facts.errors_last_minute = errors.in_last_minute(Clock::now());
    facts.top = errors.top(5);
}

}  // namespace

Task<http::Response> show_system_health(Rooms& rooms, http::Request&) {
    const auto agent = rooms.control.facts();
    observe::SystemFacts facts;
    facts.application = application_of(agent);
    auto database = co_await check_database(rooms);
    facts.checks.emplace_back("database", std::move(database));
    auto engine = co_await check_engine(rooms, facts.engine);
    facts.checks.emplace_back("containerEngine", std::move(engine));
    const auto files = co_await with_deadline(check_folders(rooms, agent), check_limit, "write a file");
    const Check failed{Condition::unhealthy, std::nullopt, files ? std::string() : files.error().message};
    facts.checks.emplace_back("fileSystem", files ? files->files : failed);
    facts.checks.emplace_back("diskSpace", files ? files->space_check : failed);
    if (files) facts.space = files->space;
    facts.checks.emplace_back("secrets", check_secrets(rooms.vault.lost()));
    add_counts(rooms, facts);
    facts.now = now_utc();
    co_return success(observe::system_health_json(facts));
}

}  // namespace mcpm::api
