// A spawn block of the agent's, mapped for as long as this lives. Private: turning its slots into pointers
// does not show in the memfd. Only a fully sealed memfd is taken, so that it can neither change nor shrink
// under us.
#pragma once

#include "agent/keeper/spawn_block.hpp"

#include <cstddef>

namespace mcpm::keeper {

class BlockMapping {
  public:
    /// Takes over `memfd`; -1 makes a mapping that cannot be read.
    explicit BlockMapping(int memfd);
    ~BlockMapping();
    BlockMapping(const BlockMapping&) = delete;
    BlockMapping& operator=(const BlockMapping&) = delete;

    bool read(SpawnPlan& plan);

  private:
    void* memory_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace mcpm::keeper
