// One client's own process: a run without a server. It follows the definition that its server had when it was
// launched, runs once, and tells its owner alone. Inside of the supervisor; clients' side has an OwnRun.
#pragma once

#include "agent/supervisor/own_run.hpp"
#include "agent/supervisor/run.hpp"
#include "common/client_folder.hpp"

#include <memory>
#include <string>

namespace mcpm {

class OwnProcess : public RunHolder {
  public:
    OwnProcess(RunGround& ground, const Run& of, std::string owner, std::shared_ptr<OwnRunHooks> hooks,
               const ClientFolder& folder);

    const ServerSpec& spec() const override { return spec_; }
    Run& run() { return run_; }
    const Run& run() const { return run_; }
    /// The one there is or was; null before it is launched.
    Instance* instance() const;
    OwnRunStatus status() const;

  private:
    LifecyclePolicy policy() const override;
    Output attached(Instance& instance, bool resumed) override;
    void input_closing(std::uint64_t run) override;
    void exited(std::uint64_t run, const Exit& exit) override;
    void changed(const LifeChange&) override {}  // its start and its end are told, and that is all
    void gone(std::shared_ptr<Instance> instance) override { last_ = std::move(instance); }

    ServerSpec spec_;
    std::shared_ptr<OwnRunHooks> hooks_;
    std::shared_ptr<Instance> last_;  // its owner may look at its facts
    Run run_;
};

}  // namespace mcpm
