#include "agent/store/store_watch.hpp"

namespace mcpm {

Task<> watch_store(StateStore& store) {
    constexpr std::chrono::seconds look_again{10};
    for (;;) {
        co_await sleep_for(look_again);
        co_await store.look();
    }
}

}  // namespace mcpm
