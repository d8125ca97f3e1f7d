// "Runs" servers that run elsewhere: an instance is our connection to one. It has no process and no pipes; it
// ends when it is told to, which whoever holds the connection asks for when it is lost. Nothing outlives the
// agent. Owned by the root.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/runtime/runtime.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace mcpm {

class RemoteInstance final : public Instance {
  public:
    RemoteInstance(Loop& loop, std::string server_id, std::uint64_t run, RemoteTarget target, RunFacts facts);

    const RemoteTarget* endpoint() const override { return &target_; }

    const std::string& server_id() const override { return server_id_; }
    std::uint64_t run() const override { return run_; }
    std::optional<int> pid() const override { return std::nullopt; }
    Timestamp started_at() const override { return started_at_; }
    Pipes& pipes() override { return pipes_; }
    RunFacts& facts() override { return facts_; }

    Task<Exit> wait() override;
    void close_input() override { end(); }
    void terminate() override { end(); }
    void kill() override { end(); }
    Task<Result<unsigned>> sweep(Duration limit) override;

  private:
    void end();

    std::string server_id_;
    std::uint64_t run_;
    RemoteTarget target_;
    RunFacts facts_;
    Pipes pipes_;
    Timestamp started_at_;
    std::optional<Exit> exit_;
    Notifier ended_;
};

class RemoteRuntime final : public Runtime {
  public:
    explicit RemoteRuntime(Loop& loop) : loop_(loop) {}

    /// The connection itself is made by whoever is given the instance.
    Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) override;
    Task<Result<Adopted>> adopt() override;
    Shortcomings shortcomings(const ServerSpec& spec) const override;

  private:
    Loop& loop_;
};

}  // namespace mcpm
