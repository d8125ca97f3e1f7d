#include "agent/supervisor/own_process.hpp"

#include <utility>

namespace mcpm {

namespace {

ServerSpec own_spec(ServerSpec spec, const ClientFolder& folder) {
    if (!folder.cwd.empty()) spec = with_client_folder(std::move(spec), folder);
    spec.restart.mode = RestartMode::never;
    spec.lazy = false;
    return spec;
}

}  // namespace

OwnProcess::OwnProcess(RunGround& ground, const Run& of, std::string owner,
                       std::shared_ptr<OwnRunHooks> hooks, const ClientFolder& folder)
    : spec_(own_spec(of.spec(), folder)),
      hooks_(std::move(hooks)),
      run_(ground, *this, {of.server_id(), of.last_number(), owner.empty() ? "somebody" : std::move(owner)}) {
}

Instance* OwnProcess::instance() const {
    return run_.instance() != nullptr ? run_.instance() : last_.get();
}

OwnRunStatus OwnProcess::status() const {
    return {run_.number(), run_.instance()->pid(), run_.owner(), run_.record().started_at};
}

LifecyclePolicy OwnProcess::policy() const {
    LifecyclePolicy policy = policy_of(spec_);
    // The process's owner opens the session, and knows best what to do when none comes about.
    policy.readiness = LifecyclePolicy::Readiness::at_once;
    return policy;
}

/// The process's owner takes the pipes.
RunHolder::Output OwnProcess::attached(Instance&, bool) {
    return Output::kept;
}

void OwnProcess::input_closing(std::uint64_t) {
    const auto told = hooks_->input_closing;
    if (told) told();
}

void OwnProcess::exited(std::uint64_t, const Exit& exit) {
    const auto told = hooks_->exited;  // its owner may go away while it is told
    if (told) told(exit);
}

}  // namespace mcpm
