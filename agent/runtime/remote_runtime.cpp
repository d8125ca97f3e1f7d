#include "agent/runtime/remote_runtime.hpp"

#include "common/units.hpp"

#include <utility>

namespace mcpm {

RemoteInstance::RemoteInstance(Loop& loop, LaunchPlan plan, RunFacts facts)
    : plan_(std::move(plan)), facts_(std::move(facts)), started_at_(now_utc()), ended_(loop) {}

Task<Exit> RemoteInstance::wait() {
    while (!exit_) co_await ended_.wait();
    co_return *exit_;
}

void RemoteInstance::end() {
    if (exit_) return;
    exit_ = Exit{{}, {}, false, now_utc()};
    ended_.notify_all();
}

Task<Result<unsigned>> RemoteInstance::sweep(Duration /*limit*/) {
    co_return 0U;
}

Task<Result<std::unique_ptr<Instance>>> RemoteRuntime::launch(LaunchPlan plan) {
    auto facts = RunFacts::create();
    if (!facts) co_return facts.error();
    std::unique_ptr<Instance> instance =
        std::make_unique<RemoteInstance>(loop_, std::move(plan), std::move(*facts));
    co_return instance;
}

Task<Result<Runtime::Adopted>> RemoteRuntime::adopt() {
    co_return Adopted{};
}

Shortcomings RemoteRuntime::shortcomings(const ServerSpec& /*spec*/) const {
    return {};
}

}  // namespace mcpm
