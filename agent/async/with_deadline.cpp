#include "agent/async/with_deadline.hpp"

#include "agent/async/notifier.hpp"

namespace mcpm::detail {

Task<> wait_until_passed(Timer& timer) {
    co_await timer.async_wait();
    co_await check_cancelled();
}

}  // namespace mcpm::detail
