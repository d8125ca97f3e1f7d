// Notices in idle times, too, that the files of the store are not those that were opened.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/store/state_store.hpp"

namespace mcpm {

/// Looks every ten seconds. Runs until it is cancelled.
Task<> watch_store(StateStore& store);

}  // namespace mcpm
