// The room crash: what a dying agent leaves behind. It may include common alone. It never saves the process,
// nor sends anything: reports does, when the agent runs again.
//
// The agent's last words: a handler for SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS and SIGABRT that writes what
// common/crash_file.hpp says, and lets the signal do its work. All it needs is prepared beforehand: in the
// handler nothing is allocated and no lock is taken (signal-safety(7)); the unwinder was used once, so that
// it is loaded. Modules that were opened later than the handler was installed are named "?".
#pragma once

#include <filesystem>

namespace mcpm::crash {

/// Once, early, by the agent. `folder` is made when it is not there; without it nothing is written. Removes
/// all but the newest ten of what lies there.
void install_handler(const std::filesystem::path& folder);

}  // namespace mcpm::crash
