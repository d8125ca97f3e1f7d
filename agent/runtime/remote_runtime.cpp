#include "agent/runtime/remote_runtime.hpp"

#include "common/units.hpp"

#include <utility>

namespace mcpm {

RemoteInstance::RemoteInstance(Loop& loop, std::string server_id, std::uint64_t run, RemoteTarget target,
                               RunFacts facts)
    : server_id_(std::move(server_id)),
      run_(run),
      target_(std::move(target)),
      facts_(std::move(facts)),
      started_at_(now_utc()),
      ended_(loop) {}

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
        std::make_unique<RemoteInstance>(loop_, std::move(plan.server_id), plan.run,
                                         std::get<RemoteTarget>(std::move(plan.what)), std::move(*facts));
    co_return instance;
}

Task<Result<Runtime::Adopted>> RemoteRuntime::adopt() {
    co_return Adopted{};
}

Shortcomings RemoteRuntime::shortcomings(const ServerSpec& /*spec*/) const {
    return {};
}

}  // namespace mcpm
