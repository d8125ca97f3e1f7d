#include "agent/runtime/runtimes.hpp"

#include <utility>
#include <variant>

namespace mcpm {

ServerType type_of(const LaunchPlan& plan) {
    if (std::holds_alternative<RemoteTarget>(plan.what)) return ServerType::remote;
    return std::holds_alternative<ProgramPlan>(plan.what) ? ServerType::process : ServerType::container;
}

Runtime* Runtimes::find(ServerType type) const {
    const auto found = all_.find(type);
    return found == all_.end() ? nullptr : found->second;
}

Task<Result<std::unique_ptr<Instance>>> Runtimes::launch(LaunchPlan plan) {
    Runtime* const runtime = find(type_of(plan));
    if (runtime == nullptr) {
        co_return Error{ErrorCode::cannot_launch, "servers of this type cannot be run here",
                        StartStage::resolve};
    }
    co_return co_await runtime->launch(std::move(plan));
}

Task<Result<Runtime::Adopted>> Runtimes::adopt() {
    Adopted all;
    for (const auto& [type, runtime] : all_) {
        auto some = co_await runtime->adopt();
        if (!some) co_return some.error();
        all.ended += some->ended;
        for (auto& instance : some->instances) all.instances.push_back(std::move(instance));
    }
    co_return all;
}

Shortcomings Runtimes::shortcomings(const ServerSpec& spec) const {
    const Runtime* const runtime = find(spec.type);
    return runtime == nullptr ? Shortcomings{} : runtime->shortcomings(spec);
}

}  // namespace mcpm
