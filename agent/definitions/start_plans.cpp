#include "agent/definitions/start_plans.hpp"

#include "common/risks.hpp"

namespace mcpm {

namespace {

/// The policy may be younger than the definition.
Error refused_by_policy(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = StartStage::policy;
    return error;
}

/// What a disk that is busy or full keeps back today may be there in a minute.
Error cannot_lend(Error error) {
    const bool passes = error.code == ErrorCode::unavailable;
    error.code = ErrorCode::cannot_launch;
    error.details = ErrorDetails(StartStage::secret, passes ? "EAGAIN" : "");
    return error;
}

/// There is never a second copy of a server: it waits until the engine takes the first one away.
Error cannot_start_beside(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = ErrorDetails(StartStage::left_over, "EAGAIN");
    return error;
}

}  // namespace

Task<Result<LaunchPlan>> StartPlans::plan(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (spec.type == ServerType::remote) {
        const auto prepared = co_await prepare_remotes_();
        if (!prepared) co_return prepared.error();
    }
    auto values = co_await lending_.lend(server_id, spec);
    if (!values) co_return cannot_lend(values.error());
    if (auto allowed = check_policy(spec, refused_risks_); !allowed)
        co_return refused_by_policy(allowed.error());
    const auto intact = co_await packages_.check(spec);
    if (!intact) co_return intact.error();
    const auto alone = co_await outside_.end_left(server_id, spec, run);
    if (!alone) co_return cannot_start_beside(alone.error());
    co_return co_await packages_.plan(std::move(server_id), std::move(spec), run, std::move(*values));
}

}  // namespace mcpm
