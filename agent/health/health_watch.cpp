#include "agent/health/health_watch.hpp"

#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

/// Many events come together when many servers start.
constexpr std::chrono::milliseconds settle_time{20};
constexpr Duration ping_margin{500};
constexpr std::size_t output_shown = 200;
constexpr std::uint64_t longest_body = 1 << 20;

TaskGroup::Report report_to(const AgentLog& log) {
    return [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); };
}

std::string last_line_of(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const auto newline = text.rfind('\n');
    if (newline != std::string_view::npos) text.remove_prefix(newline + 1);
    return std::string(text.substr(0, output_shown));
}

}  // namespace

HealthKind settled_kind(const ServerSpec& spec, bool has_session) {
    if (spec.health.kind != HealthKind::automatic) return spec.health.kind;
    return has_session ? HealthKind::mcp : HealthKind::process;
}

HealthWatch::HealthWatch(Loop& loop, Supervisor& supervisor, mcp::Sessions& sessions, StateStore& store,
                         Commands commands, outgoing::Client& outside, const AgentLog& log,
                         BatchLimits checks)
    : supervisor_(supervisor),
      sessions_(sessions),
      store_(store),
      commands_(std::move(commands)),
      outside_(outside),
      tasks_(loop, report_to(log)),
      checks_(
          loop, "store checks of health", checks,
          [this](StateStore::Checks rows) { return store_.add_health(std::move(rows)); }, report_to(log)),
      monitor_(loop, means(), sinks(), report_to(log)) {}

ProbeMeans HealthWatch::means() {
    ProbeMeans means;
    means.ask_mcp = [this](HealthTarget target) { return ask_mcp(std::move(target)); };
    means.run_command = [this](HealthTarget target) { return run_command(std::move(target)); };
    means.fetch = [this](HealthTarget target) { return fetch(std::move(target)); };
    return means;
}

HealthMonitor::Sinks HealthWatch::sinks() {
    HealthMonitor::Sinks sinks;
    sinks.report = [this](const std::string& server_id, std::uint64_t run, Health health, std::string why) {
        supervisor_.report_health(server_id, run, health, std::move(why));
    };
    sinks.record = [this](const std::string& server_id, const HealthCheck& check) {
        record(server_id, check);
    };
    return sinks;
}

void HealthWatch::start() {
    tasks_.spawn("follow who runs", follow());
}

Task<> HealthWatch::follow() {
    for (;;) {
        const auto seen = supervisor_.events().end();
        monitor_.watch(targets());
        co_await supervisor_.events().wait(seen);
        co_await sleep_for(settle_time);
    }
}

std::vector<HealthTarget> HealthWatch::targets() const {
    std::vector<HealthTarget> all;
    for (const ServerView& server : supervisor_.list()) {
        if (server.status.state != ServerState::running) continue;
        HealthTarget target{server.id, server.status.run, server.status.started_at.value_or(Timestamp{}),
                            server.spec.health};
        target.health.kind = settled_kind(server.spec, sessions_.facts(server.id).has_value());
        if (target.health.kind != HealthKind::none) all.push_back(std::move(target));
    }
    return all;
}

/// `ping`, or what every server of the per-request era answers. One that works on calls may be too busy for
/// it; one that is frozen is not.
Task<ProbeFinding> HealthWatch::ask_mcp(HealthTarget target) {
    const auto facts = sessions_.facts(target.server_id);
    if (!facts) co_return ProbeFinding{CheckOutcome::bad, "there is no session with it"};
    Silence silence = calls_of(target.server_id);
    if (silence.calls > 0) silence.before = co_await vitals_of(target.server_id);
    std::string method = facts->era == mcp::Era::handshake ? "ping" : "server/discover";
    mcp::CallOptions options;
    // Earlier than the check's own end: what it says of a call in flight is to be judged before.
    options.timeout = target.health.timeout - std::min<Duration>(target.health.timeout / 5, ping_margin);
    const auto answer =
        co_await sessions_.call(target.server_id, std::move(method), "{}", std::move(options));
    if (answer) co_return ProbeFinding{};
    // An error of JSON-RPC is an answer too: somebody is there.
    if (answer.error().code == ErrorCode::wrong_state && !answer.error().details.empty())
        co_return ProbeFinding{};
    if (answer.error().code != ErrorCode::timed_out)
        co_return ProbeFinding{CheckOutcome::bad, answer.error().message};
    silence.after = co_await vitals_of(target.server_id);
    co_return judge_silence(silence, answer.error().message);
}

Task<std::optional<Vitals>> HealthWatch::vitals_of(std::string server_id) {
    if (!commands_.vitals) co_return std::nullopt;
    co_return co_await commands_.vitals(std::move(server_id));
}

Silence HealthWatch::calls_of(const std::string& server_id) const {
    Silence silence;
    const auto now = now_utc();
    for (const auto& call : sessions_.in_flight(server_id)) {
        ++silence.calls;
        const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - call.since);
        if (!silence.oldest_name.empty() && age <= silence.oldest) continue;
        silence.oldest = age;
        silence.oldest_name = call.name.empty() ? call.method : call.name;
    }
    return silence;
}

Task<ProbeFinding> HealthWatch::run_command(HealthTarget target) {
    const auto server = supervisor_.find(target.server_id);
    if (!server) co_return ProbeFinding{CheckOutcome::unclear, server.error().message};
    ServerSpec spec = server->spec;
    const auto& words = target.health.command;
    spec.source = CommandSource{words.front(), {words.begin() + 1, words.end()}};
    auto plan = co_await commands_.plan(target.server_id, std::move(spec), target.run);
    if (!plan) co_return ProbeFinding{CheckOutcome::bad, plan.error().message};
    const ProgramPlan& program = std::get<ProgramPlan>(plan->what);
    Job job;
    job.program = program.program;
    job.arguments.assign(program.arguments.begin() + 1, program.arguments.end());
    job.environment = program.environment;
    job.cwd = program.cwd;
    job.time_limit = target.health.timeout;
    job.output_limit = 4096;
    job.error_limit = 4096;
    const auto ended = co_await commands_.run(std::move(job));
    if (!ended) co_return ProbeFinding{CheckOutcome::bad, ended.error().message};
    if (ended->exit.code == 0) co_return ProbeFinding{};
    std::string why = ended->exit.signal
                          ? fmt::format("the command was ended by signal {}", *ended->exit.signal)
                          : fmt::format("the command ended with {}", ended->exit.code.value_or(-1));
    const std::string said = last_line_of(ended->error_tail.empty() ? ended->output : ended->error_tail);
    if (!said.empty()) why += ": " + said;
    co_return ProbeFinding{CheckOutcome::bad, std::move(why)};
}

Task<ProbeFinding> HealthWatch::fetch(HealthTarget target) {
    const auto prepared = co_await outside_.prepare();
    if (!prepared) co_return ProbeFinding{CheckOutcome::unclear, prepared.error().message};
    outgoing::Request request;
    request.url = target.health.target;
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    request.limits.connect = request.limits.total = target.health.timeout;
    request.limits.body = longest_body;
    const auto answer = co_await outside_.fetch(std::move(request));
    if (!answer) co_return ProbeFinding{CheckOutcome::bad, answer.error().message};
    co_return judge_answer(static_cast<unsigned>(answer->head.status), answer->body, target.health.match);
}

void HealthWatch::add_figures(std::vector<metrics::HistogramFigure>& figures) const {
    const auto add = [&](const std::string& server_id, const char* status, const metrics::Histogram& times) {
        if (times.count() > 0)
            figures.push_back({"health_check_duration_seconds",
                               "how long checks of servers' health took, by what they found",
                               {{"server_id", server_id}, {"status", status}},
                               &times});
    };
    for (const auto& [server_id, times] : check_times_) {
        add(server_id, "healthy", times.good);
        add(server_id, "unhealthy", times.failed);
    }
}

/// Servers that are gone make room for others.
HealthWatch::CheckTimes& HealthWatch::times_of(const std::string& server_id) {
    if (const auto found = check_times_.find(server_id); found != check_times_.end()) return found->second;
    if (check_times_.size() >= most_timed)
        std::erase_if(check_times_, [this](const auto& one) {
            return one.first != others && !supervisor_.find(one.first).has_value();
        });
    return check_times_[check_times_.size() < most_timed ? server_id : others];
}

void HealthWatch::record(const std::string& server_id, const HealthCheck& check) {
    if (check.outcome == CheckOutcome::unclear) return;
    HealthPoint point;
    point.at = check.at;
    point.checks = 1;
    point.failed = check.outcome == CheckOutcome::bad ? 1 : 0;
    auto& times = times_of(server_id);
    (point.failed == 0 ? times.good : times.failed).add(check.response_time);
    if (point.failed == 0) {
        point.total = point.most = check.response_time;
        point.least = check.response_time;
    }
    checks_.add({server_id, point});
}

Task<Result<>> HealthWatch::await_good_check(std::string server_id, Duration limit) {
    const auto end = Clock::now() + limit;
    for (;;) {
        const auto server = supervisor_.find(server_id);
        if (!server) co_return server.error();
        if (server->status.state != ServerState::running)
            co_return Error{ErrorCode::cannot_launch,
                            "it is " + std::string(wire_name(server->status.state)) + " again"};
        const auto check = monitor_.last_check(server_id);
        const bool is_its = check && check->at >= server->status.started_at.value_or(Timestamp{});
        if (is_its && check->outcome == CheckOutcome::good) co_return Result<>{};
        const auto left = end - Clock::now();
        if (left <= Clock::duration::zero()) {
            if (!is_its || check->outcome != CheckOutcome::bad) co_return Result<>{};
            co_return Error{ErrorCode::cannot_launch,
                            "it did not become healthy within " + format_duration(limit) + ": " + check->why};
        }
        // The monitor also wakes at the end of a run: it is told then who runs.
        co_await monitor_.news(left);
    }
}

Task<> HealthWatch::close() {
    co_await monitor_.close();
    tasks_.cancel_all();
    co_await tasks_.drain();
    co_await checks_.close();
}

}  // namespace mcpm
