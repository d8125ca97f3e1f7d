#include "agent/api/metrics_of_servers.hpp"

#include "agent/metrics/histogram.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

namespace mcpm::api {

namespace {

using metrics::Exposition;
using Kind = metrics::Kind;
using metrics::Labels;
using observe::ProcessUsage;
using Servers = std::vector<ServerView>;

constexpr std::string_view other = "other";

/// Servers that are named, and the rest, which is summed up.
struct Shown {
    Servers named, rest;
};

Labels label_of(const ServerView& server) {
    return {{"server_id", server.id}, {"server", server.spec.name}};
}

Labels label_of_rest() {
    return {{"server_id", other}, {"server", other}};
}

void write_counts(Exposition& out, const Servers& servers) {
    constexpr std::array states{ServerState::stopped,  ServerState::starting, ServerState::running,
                                ServerState::stopping, ServerState::waiting,  ServerState::failed};
    out.family("mcpm_servers", Kind::gauge, "servers by status");
    std::map<std::string_view, std::uint64_t> by_state;
    for (const auto state : states) by_state[wire_name(state)];
    for (const auto& server : servers) ++by_state[wire_name(server.status.state)];
    for (const auto& [state, count] : by_state) out.sample({{"status", state}}, count);
}

/// What cannot be summed up is said of the named ones alone.
void write_states(Exposition& out, const Servers& servers) {
    out.family("mcpm_server_status", Kind::gauge, "1 for the status that the server has");
    for (const auto& server : servers) {
        Labels labels = label_of(server);
        labels.emplace_back("status", wire_name(server.status.state));
        out.sample(labels, std::uint64_t{1});
    }
    out.family("mcpm_server_up", Kind::gauge, "1 while the server runs");
    for (const auto& server : servers)
        out.sample(label_of(server), std::uint64_t{server.status.state == ServerState::running ? 1U : 0U});
    out.family("mcpm_server_healthy", Kind::gauge, "1 healthy, 0 unhealthy; no sample while unknown");
    for (const auto& server : servers)
        if (server.status.health != Health::unknown)
            out.sample(label_of(server), std::uint64_t{server.status.health == Health::healthy ? 1U : 0U});
    out.family("mcpm_server_restarts", Kind::gauge, "restarts since it was last started by somebody");
    for (const auto& server : servers)
        out.sample(label_of(server), std::uint64_t{server.status.restart_count});
}

const ProcessUsage* usage_of(const ServerView& server, const Machine& machine) {
    if (!server.status.pid) return nullptr;
    const auto found = machine.trees.find(*server.status.pid);
    return found == machine.trees.end() ? nullptr : &found->second;
}

void write_usage(Exposition& out, const Shown& shown, const Machine& machine) {
    const auto each = [&](const auto& value) {
        for (const auto& server : shown.named)
            if (const auto* const usage = usage_of(server, machine))
                out.sample(label_of(server), value(*usage));
        if (shown.rest.empty()) return;
        decltype(value(ProcessUsage{})) sum{};
        for (const auto& server : shown.rest)
            if (const auto* const usage = usage_of(server, machine)) sum += value(*usage);
        out.sample(label_of_rest(), sum);
    };
    out.family("mcpm_server_cpu_seconds_total", Kind::counter, "CPU time of the server's living processes");
    each([](const ProcessUsage& usage) { return double{usage.cpu_seconds}; });
    out.family("mcpm_server_memory_bytes", Kind::gauge, "resident memory of the server's processes");
    each([](const ProcessUsage& usage) { return std::uint64_t{usage.memory_bytes}; });
    out.family("mcpm_server_processes", Kind::gauge, "processes of the server");
    each([](const ProcessUsage& usage) { return std::uint64_t{usage.processes}; });
}

/// One sample a server, and the sum of the rest.
template <typename Value>
void write_sums(Exposition& out, const Shown& shown,
                const std::pair<std::string_view, std::string_view>& label, const Value& value) {
    const auto with = [&](Labels labels) {
        if (!label.first.empty()) labels.push_back(label);
        return labels;
    };
    for (const auto& server : shown.named) out.sample(with(label_of(server)), value(server));
    if (shown.rest.empty()) return;
    std::uint64_t sum = 0;
    for (const auto& server : shown.rest) sum += value(server);
    out.sample(with(label_of_rest()), sum);
}

void write_logs(Exposition& out, const Rooms& rooms, const Shown& shown) {
    struct Row {
        std::string_view name, help;
        std::uint64_t LogCounters::*value;
    };
    constexpr std::array rows{
        Row{"mcpm_server_log_lines_total", "lines written to the server's log", &LogCounters::lines},
        Row{"mcpm_server_log_bytes_total", "bytes written to the server's log", &LogCounters::bytes},
        Row{"mcpm_server_log_dropped_bytes_total", "bytes that were not kept", &LogCounters::dropped_bytes}};
    for (const auto& row : rows) {
        out.family(row.name, Kind::counter, row.help);
        write_sums(out, shown, {},
                   [&](const ServerView& server) { return rooms.logs.counters(server.id).*row.value; });
    }
    out.family("mcpm_server_log_dropped_lines_total", Kind::counter,
               "lines that were not kept, by cause: no space on the disk, or another error of it");
    write_sums(out, shown, {"cause", "no_space"},
               [&](const ServerView& server) { return rooms.logs.counters(server.id).no_space_lines; });
    write_sums(out, shown, {"cause", "disk_error"}, [&](const ServerView& server) {
        const auto counters = rooms.logs.counters(server.id);
        return counters.dropped_lines - counters.no_space_lines;
    });
}

/// Of the session that is open now: a new one counts from nothing.
void write_messages(Exposition& out, const Rooms& rooms, const Shown& shown) {
    struct Row {
        std::string_view outcome;
        std::uint64_t (*value)(const mcp::SessionCounts& counts);
    };
    constexpr std::array rows{
        Row{"answered", [](const mcp::SessionCounts& counts) { return counts.calls.answered; }},
        Row{"late", [](const mcp::SessionCounts& counts) { return counts.calls.late; }},
        Row{"duplicate", [](const mcp::SessionCounts& counts) { return counts.calls.duplicate; }},
        Row{"unknown", [](const mcp::SessionCounts& counts) { return counts.calls.unknown; }},
        Row{"progress_dropped",
            [](const mcp::SessionCounts& counts) { return counts.calls.progress_dropped; }},
        Row{"timed_out", [](const mcp::SessionCounts& counts) { return counts.timed_out; }},
        Row{"cancelled", [](const mcp::SessionCounts& counts) { return counts.cancelled; }},
        Row{"noise", [](const mcp::SessionCounts& counts) { return counts.noise; }},
        Row{"oversized", [](const mcp::SessionCounts& counts) { return counts.oversized; }},
        Row{"torn", [](const mcp::SessionCounts& counts) { return counts.torn; }},
        Row{"refused", [](const mcp::SessionCounts& counts) { return counts.refused_requests; }},
        Row{"unsent", [](const mcp::SessionCounts& counts) { return counts.unsent; }},
    };
    out.family("mcpm_server_messages_total", Kind::counter,
               "what came and went over the server's MCP session, by what became of it");
    for (const auto& row : rows)
        write_sums(out, shown, {"outcome", row.outcome},
                   [&](const ServerView& server) { return row.value(rooms.sessions.counts(server.id)); });
}

// ---- tools ----

struct ToolRow {
    Labels labels;
    const gateway::ToolUsage* usage;
};

void add_usage(gateway::ToolUsage& sum, const gateway::ToolUsage& usage) {
    sum.calls += usage.calls;
    sum.errors += usage.errors;
    sum.durations.add(usage.durations);
}

/// Points into `sums` and into the gateway's counts.
std::vector<ToolRow> tool_rows(const Rooms& rooms, const Shown& shown,
                               std::map<std::string, gateway::ToolUsage>& sums) {
    std::vector<ToolRow> rows;
    const auto add_row = [&](Labels labels, std::string_view tool, const gateway::ToolUsage& usage) {
        labels.emplace_back("tool", tool);
        rows.push_back({std::move(labels), &usage});
    };
    for (const auto& server : shown.named) {
        const auto* const tools = rooms.gateway.usage().of(server.id);
        if (tools == nullptr) continue;
        std::size_t named = 0;
        for (const auto& [name, usage] : *tools) {
            const bool has_name = name != gateway::Usage::others && name != other;
            if (has_name && ++named <= most_tools_measured)
                add_row(label_of(server), name, usage);
            else
                add_usage(sums[server.id], usage);
        }
        if (const auto found = sums.find(server.id); found != sums.end())
            add_row(label_of(server), other, found->second);
    }
    for (const auto& server : shown.rest) {
        const auto* const tools = rooms.gateway.usage().of(server.id);
        if (tools == nullptr) continue;
        for (const auto& [name, usage] : *tools) add_usage(sums[std::string(other)], usage);
    }
    if (const auto found = sums.find(std::string(other)); found != sums.end())
        add_row(label_of_rest(), other, found->second);
    return rows;
}

void write_tools(Exposition& out, const Rooms& rooms, const Shown& shown) {
    std::map<std::string, gateway::ToolUsage> sums;
    const auto rows = tool_rows(rooms, shown, sums);
    out.family("mcpm_tool_calls_total", Kind::counter, "calls of tools");
    for (const auto& row : rows) out.sample(row.labels, row.usage->calls);
    out.family("mcpm_tool_errors_total", Kind::counter,
               "calls of tools without an answer, with an error, or with isError");
    for (const auto& row : rows) out.sample(row.labels, row.usage->errors);
    out.family("mcpm_tool_call_duration_seconds", Kind::histogram, "how long calls of tools took");
    for (const auto& row : rows) out.histogram(row.labels, row.usage->durations.histogram());
}

}  // namespace

void write_servers(Exposition& out, const Rooms& rooms, const Servers& servers, const Machine& machine) {
    Shown shown;
    const auto named = std::min(servers.size(), most_servers_measured);
    const auto end = servers.begin() + static_cast<std::ptrdiff_t>(named);
    shown.named.assign(servers.begin(), end);
    shown.rest.assign(end, servers.end());
    write_counts(out, servers);
    write_states(out, shown.named);
    write_usage(out, shown, machine);
    write_logs(out, rooms, shown);
    write_messages(out, rooms, shown);
    write_tools(out, rooms, shown);
}

}  // namespace mcpm::api
