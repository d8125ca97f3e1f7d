// The signals that ask this process to end, with who sent them: the keeper's means "stop", anybody else's
// means this one process. block_asked_signals() first, before there is a second thread.
#pragma once

#include "agent/async/task.hpp"

#include <sys/types.h>

#include <optional>

namespace mcpm {

void block_asked_signals();

class AskedSignals {
  public:
    struct Asked {
        int number = 0;
        pid_t sender = 0;
    };

    explicit AskedSignals(Loop& loop);
    /// Nothing when it was cancelled.
    Task<std::optional<Asked>> next();

  private:
    Descriptor signals_;
};

}  // namespace mcpm
