// GET /metrics: what the rooms count, as Prometheus reads it. Nothing is measured for it but the processes'
// use, in one pass over /proc, off the loop. Every label is bounded: servers and tools beyond a limit are
// counted together as "other".
#include "agent/api/endpoints.hpp"
#include "agent/api/metrics_of_servers.hpp"
#include "agent/metrics/exposition.hpp"
#include "agent/metrics/histogram.hpp"
#include "agent/process/own_use.hpp"
#include "common/units.hpp"

#include <sys/resource.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using metrics::Exposition;
using Kind = metrics::Kind;
using metrics::Labels;

Machine look_at_machine(const std::vector<pid_t>& servers) {
    Machine machine{observe::usage_of_trees(servers, observe::Depth::usual), 0};
    std::error_code failed;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
         entry.increment(failed))
        ++machine.open_files;
    return machine;
}

double seconds_of(Timestamp time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void write_process(Exposition& out, const AgentFacts& facts, const Machine& machine) {
    const OwnUse use = own_use();
    out.family("process_cpu_seconds_total", Kind::counter, "CPU time of the agent");
    out.sample({}, use.cpu_seconds);
    out.family("process_resident_memory_bytes", Kind::gauge, "resident memory of the agent");
    out.sample({}, use.resident_bytes);
    out.family("process_virtual_memory_bytes", Kind::gauge, "address space of the agent");
    out.sample({}, use.virtual_bytes);
    out.family("process_open_fds", Kind::gauge, "open descriptors of the agent");
    out.sample({}, machine.open_files);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    out.family("process_max_fds", Kind::gauge, "how many descriptors the agent may open");
    out.sample({}, static_cast<std::uint64_t>(limit.rlim_cur));
    out.family("process_start_time_seconds", Kind::gauge, "when the agent started, seconds since 1970");
    out.sample({}, seconds_of(facts.started_at));
    out.family("mcpm_build_info", Kind::gauge, "the agent's version; always 1");
    out.sample({{"version", facts.version}}, std::uint64_t{1});
}

void write_requests(Exposition& out, const Rooms& rooms) {
    out.family("http_request_duration_seconds", Kind::histogram, "until the head of the answer, by route");
    for (const auto& [key, durations] : rooms.request_metrics.durations()) {
        const auto status = std::to_string(key.status);
        out.histogram({{"method", key.method}, {"route", key.route}, {"status_code", status}}, durations);
    }
    out.family("application_errors_total", Kind::counter, "errors of the agent by type and severity");
    for (const auto& kind : rooms.desk.errors.all())
        out.sample({{"type", kind.type}, {"severity", severity_name(kind.severity)}}, kind.count);
}

void write_store(Exposition& out, const Rooms& rooms) {
    const auto stats = rooms.store.stats();
    const bool is_good = rooms.store.condition() == StoreCondition::healthy;
    out.family("mcpm_store_up", Kind::gauge, "1 when the database can be written");
    out.sample({}, std::uint64_t{is_good ? 1U : 0U});
    out.family("mcpm_store_writes_total", Kind::counter, "writes committed");
    out.sample({}, stats.writes);
    out.family("mcpm_store_commits_total", Kind::counter, "transactions committed");
    out.sample({}, stats.commits);
    out.family("mcpm_store_refused_total", Kind::counter, "writes refused because too many were waiting");
    out.sample({}, stats.refused);
    out.family("mcpm_store_lost_total", Kind::counter, "writes that were never stored");
    out.sample({}, stats.lost);
    out.family("mcpm_store_queue_length", Kind::gauge, "writes that wait now");
    out.sample({}, static_cast<std::uint64_t>(stats.waiting));
}

void write_connections(Exposition& out, const Rooms& rooms) {
    const auto counts = rooms.control.connections();
    out.family("mcpm_http_connections_total", Kind::counter, "connections by what became of them");
    out.sample({{"outcome", "accepted"}}, counts.accepted);
    out.sample({{"outcome", "refused"}}, counts.refused);
    out.sample({{"outcome", "let_go"}}, counts.let_go);
    out.sample({{"outcome", "failed"}}, counts.accept_failures);
    out.family("mcpm_http_requests_total", Kind::counter, "requests on all sockets");
    out.sample({}, counts.requests);
}

void write_gateway(Exposition& out, const Rooms& rooms) {
    const auto counts = rooms.gateway.counts();
    out.family("mcpm_gateway_sessions", Kind::gauge, "sessions of MCP clients that are open");
    out.sample({}, static_cast<std::uint64_t>(counts.sessions));
    out.family("mcpm_gateway_open_calls", Kind::gauge, "calls of clients without an answer yet");
    out.sample({}, static_cast<std::uint64_t>(counts.open_calls));
    out.family("mcpm_gateway_queue_length", Kind::gauge, "calls that wait for a place at their server");
    out.sample({}, static_cast<std::uint64_t>(counts.queued_calls));
    out.family("mcpm_gateway_calls_total", Kind::counter, "requests of clients to servers");
    out.sample({}, counts.calls);
    out.family("mcpm_gateway_failed_calls_total", Kind::counter,
               "those that were answered with an error of ours");
    out.sample({}, counts.failed);
    out.family("mcpm_gateway_server_requests_total", Kind::counter,
               "what servers asked of clients, by outcome");
    out.sample({{"outcome", "routed"}}, counts.routed_requests);
    out.sample({{"outcome", "refused"}}, counts.refused_requests);
}

/// What was asked of servers through the API: derived from the requests, which are counted anyway.
void write_operations(Exposition& out, const Rooms& rooms) {
    struct Row {
        std::string_view method, route, operation;
    };
    constexpr std::array rows{Row{"POST", "/api/servers", "create"},
                              Row{"DELETE", "/api/servers/{id}", "remove"},
                              Row{"PATCH", "/api/servers/{id}", "update"},
                              Row{"POST", "/api/servers/{id}/start", "start"},
                              Row{"POST", "/api/servers/{id}/stop", "stop"},
                              Row{"POST", "/api/servers/{id}/restart", "restart"},
                              Row{"POST", "/api/servers/{id}/upgrade", "upgrade"}};
    out.family("server_operations_total", Kind::counter, "what was asked of servers through the API");
    for (const Row& row : rows) {
        std::uint64_t good = 0;
        std::uint64_t failed = 0;
        for (const auto& [key, durations] : rooms.request_metrics.durations()) {
            if (key.method != row.method || key.route != row.route) continue;
            (key.status < 400 ? good : failed) += durations.count();
        }
        out.sample({{"operation", row.operation}, {"status", "success"}}, good);
        out.sample({{"operation", row.operation}, {"status", "failure"}}, failed);
    }
}

void write_recorder(Exposition& out, const Rooms& rooms) {
    const auto& desk = rooms.desk;
    out.family("mcpm_recorded_calls_total", Kind::counter, "calls of tools that were to be recorded");
    out.sample({}, desk.calls.recorded());
    out.family("mcpm_recorded_calls_lost_total", Kind::counter,
               "those that the database did not take in time");
    out.sample({}, desk.calls.lost());
    out.family("mcpm_stats_lost_total", Kind::counter,
               "looks at servers that the database did not take in time");
    out.sample({}, desk.stats.lost());
    out.family("mcpm_health_checks_lost_total", Kind::counter,
               "checks of servers' health that the database did not take in time");
    out.sample({}, rooms.health.lost_checks());
    out.family("mcpm_server_wakes_total", Kind::counter, "lazy servers that were woken by a request");
    out.sample({}, desk.wakes);
}

void write_watchers(Exposition& out, const Rooms& rooms) {
    out.family("websocket_connections_active", Kind::gauge, "clients that watch over /ws");
    out.sample({}, static_cast<std::uint64_t>(rooms.live->clients()));
}

Labels as_labels(const std::vector<std::pair<std::string, std::string>>& texts) {
    return {texts.begin(), texts.end()};
}

/// Of rooms that the API does not know.
void write_others(Exposition& out, const Rooms& rooms) {
    std::string last;
    const auto begin = [&](const auto& figure, Kind kind) {
        if (figure.name != last) out.family(figure.name, kind, figure.help);
        last = figure.name;
    };
    for (const auto& figure : rooms.signals.figures()) {
        begin(figure, figure.is_counter ? Kind::counter : Kind::gauge);
        out.sample(as_labels(figure.labels), figure.value);
    }
    if (!rooms.control.own_times) return;
    for (const auto& figure : rooms.control.own_times()) {
        begin(figure, Kind::histogram);
        out.histogram(as_labels(figure.labels), *figure.histogram);
    }
}

}  // namespace

Task<http::Response> show_metrics(Rooms& rooms, http::Request& request) {
    const auto servers = rooms.supervisor.list();
    std::vector<pid_t> pids;
    for (const auto& server : servers)
        if (server.status.pid) pids.push_back(*server.status.pid);
    auto look = [pids = std::move(pids)] { return look_at_machine(pids); };
    const auto machine = co_await offload(rooms.workers, std::move(look));
    const auto form = metrics::form_for(request.header("accept").value_or(""));
    Exposition out(form);
    write_process(out, rooms.control.facts(), machine);
    write_requests(out, rooms);
    write_store(out, rooms);
    write_connections(out, rooms);
    write_gateway(out, rooms);
    write_operations(out, rooms);
    write_recorder(out, rooms);
    write_watchers(out, rooms);
    write_others(out, rooms);
    write_servers(out, rooms, servers, machine);
    http::Response response;
    response.content_type = metrics::content_type(form);
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = out.take();
    co_return response;
}

}  // namespace mcpm::api
