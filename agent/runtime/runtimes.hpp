// One Runtime for all kinds of servers: each call goes to the one that its kind needs. Owned by the root, as
// are those behind it.
#pragma once

#include "agent/runtime/runtime.hpp"

#include <map>

namespace mcpm {

class Runtimes final : public Runtime {
  public:
    /// One for each type there can be; a missing one is a bug only when such a server is started.
    explicit Runtimes(std::map<ServerType, Runtime*> all) : all_(std::move(all)) {}

    Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) override;
    /// What all of them found.
    Task<Result<Adopted>> adopt() override;
    Shortcomings shortcomings(const ServerSpec& spec) const override;

  private:
    Runtime* find(ServerType type) const;

    std::map<ServerType, Runtime*> all_;
};

}  // namespace mcpm
