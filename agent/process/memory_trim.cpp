#include "agent/process/memory_trim.hpp"

#include "agent/async/notifier.hpp"

#include <malloc.h>

#include <chrono>

namespace mcpm {

namespace {

/// A burst is over by then, and it is not done more often than that.
constexpr std::chrono::seconds settle_time{3};

}  // namespace

Task<> trim_memory(Supervisor& supervisor) {
    for (;;) {
        co_await supervisor.events().wait(supervisor.events().end());
        co_await sleep_for(settle_time);
        ::malloc_trim(0);
    }
}

}  // namespace mcpm
