#include "agent/definitions/start_test.hpp"

#include <utility>

namespace mcpm {

namespace {

bool says_how_to_look(const HealthSpec& health) {
    return health.kind != HealthKind::automatic && health.kind != HealthKind::none;
}

}  // namespace

Task<Result<>> StartTest::start_and_look(ServerView before, std::string actor) {
    const Lease lease = supervisor_.hold(before.id);
    const auto restarted = co_await supervisor_.restart(before.id, actor);
    if (!restarted) co_return restarted.error();
    // A lazy server may be back to sleep.
    const auto awake = co_await supervisor_.wake(before.id, actor);
    if (!awake) co_return awake.error();
    if (says_how_to_look(before.spec.health)) {
        const Duration limit = before.spec.start_timeout + before.spec.health.start_period;
        const auto well = co_await health_.await_good_check(before.id, limit);
        if (!well) co_return well.error();
    }
    if (!ask_tools_) co_return Result<>{};
    co_return co_await ask_tools_(before.id);
}

Task<Result<>> StartTest::pass(ServerView before, std::string actor) {
    const auto passed = co_await start_and_look(before, actor);
    if (!passed) co_return passed.error();
    if (before.status.desired == Desired::up) co_return Result<>{};
    const auto stopped = co_await supervisor_.stop(before.id, actor);
    if (!stopped) co_return stopped.error();
    co_return Result<>{};
}

Task<Result<>> StartTest::put_back(ServerView before, std::string actor) {
    if (before.status.desired == Desired::up) {
        const auto restarted = co_await supervisor_.restart(before.id, actor);
        if (!restarted) co_return restarted.error();
    } else {
        const auto stopped = co_await supervisor_.stop(before.id, actor);
        if (!stopped) co_return stopped.error();
    }
    co_return Result<>{};
}

}  // namespace mcpm
