#include "agent/health/health_monitor.hpp"

#include "agent/async/with_deadline.hpp"
#include "agent/health/silence.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm {

namespace {

Task<Result<ProbeFinding>> finding_of(Probe& probe) {
    auto finding = co_await probe.look();
    co_return Result<ProbeFinding>(std::move(finding));
}

}  // namespace

struct HealthMonitor::Watched {
    Watched(Loop& loop, HealthTarget the_target, std::unique_ptr<Probe> the_probe)
        : target(std::move(the_target)),
          probe(std::move(the_probe)),
          judge(target.health, target.started_at),
          let_go(loop) {}

    HealthTarget target;
    std::unique_ptr<Probe> probe;
    HealthJudge judge;
    std::optional<HealthCheck> last = {};
    bool is_let_go = false;
    Notifier let_go;
};

HealthMonitor::HealthMonitor(Loop& loop, ProbeMeans means, Sinks sinks, TaskGroup::Report report)
    : loop_(loop),
      means_(std::move(means)),
      sinks_(std::move(sinks)),
      news_(loop),
      tasks_(loop, std::move(report)) {}

void HealthMonitor::watch(std::vector<HealthTarget> targets) {
    std::map<std::string, std::shared_ptr<Watched>> next;
    for (HealthTarget& target : targets) {
        const auto known = watched_.find(target.server_id);
        if (known != watched_.end() && known->second->target == target) {
            next.insert(watched_.extract(known));
            continue;
        }
        auto probe = make_probe(loop_, means_, target);
        const std::string id = target.server_id;
        const auto server = std::make_shared<Watched>(loop_, std::move(target), std::move(probe));
        next.insert_or_assign(id, server);
        tasks_.spawn("watch the health of " + id, follow(server));
    }
    for (const auto& [id, server] : watched_) {
        server->is_let_go = true;
        server->let_go.notify_all();
    }
    watched_ = std::move(next);
    news_.notify_all();
}

Task<> HealthMonitor::news(Clock::duration limit) {
    co_await news_.wait_for(limit);
}

std::optional<HealthCheck> HealthMonitor::last_check(const std::string& server_id) const {
    const auto found = watched_.find(server_id);
    return found == watched_.end() ? std::nullopt : found->second->last;
}

Task<HealthCheck> HealthMonitor::look(std::shared_ptr<Watched> server) {
    HealthCheck check;
    const auto begun = Clock::now();
    const auto suspended = suspended_time();
    const Duration limit = server->target.health.timeout;
    std::string failure;
    try {
        auto finding = co_await with_deadline(finding_of(*server->probe), limit, "check its health");
        check.outcome = finding ? finding->outcome : CheckOutcome::bad;
        check.why = finding ? std::move(finding->why) : "no answer within " + format_duration(limit);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        failure = error.what();
    } catch (const std::exception& error) {
        failure = error.what();
    }
    if (!failure.empty()) {
        check.outcome = CheckOutcome::bad;
        check.why = std::move(failure);
    }
    if (check.outcome == CheckOutcome::bad && has_slept(suspended, suspended_time()))
        check = {{}, {}, CheckOutcome::unclear, "the machine slept meanwhile"};
    check.at = now_utc();
    check.response_time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
    co_return check;
}

Task<> HealthMonitor::follow(std::shared_ptr<Watched> server) {
    const HealthSpec& health = server->target.health;
    while (!server->is_let_go) {
        HealthCheck check = co_await look(server);
        if (server->is_let_go) co_return;
        const Health before = server->judge.verdict();
        const Health now = server->judge.take(check.outcome, check.at);
        server->last = check;
        news_.notify_all();
        if (sinks_.record && !is_settled_by_running(health.kind))
            sinks_.record(server->target.server_id, check);
        const bool is_news =
            now != before || (now == Health::unhealthy && check.outcome == CheckOutcome::bad);
        if (sinks_.report && is_news) {
            std::string why = now == Health::unhealthy ? check.why : std::string();
            sinks_.report(server->target.server_id, server->target.run, now, std::move(why));
        }
        if (is_settled_by_running(health.kind)) co_return;
        const Duration pause =
            pause_until_next(health.interval, std::uniform_real_distribution<>(0, 1)(dice_));
        const auto next = Clock::now() + pause;
        while (!server->is_let_go && Clock::now() < next)
            co_await server->let_go.wait_for(next - Clock::now());
    }
}

Task<> HealthMonitor::close() {
    watch({});
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
