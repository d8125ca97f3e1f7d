// Sentences about runs, for events, notes in the log and errors. Pure.
#pragma once

#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// "exited with code 1", "was killed by SIGKILL", with "(out of memory)" where it was.
std::string describe(const Exit& exit);

/// "SIGKILL", or "signal 70" for one without a name.
std::string signal_name(int number);

/// The name of a server as messages show it.
std::string in_quotes(const std::string& name);

/// argv as one line; values of arguments that look like secrets are shown as ***. At most 4 KiB.
std::string describe_command(const std::vector<std::string>& arguments);

/// "a, b, c"
std::string join_words(const std::vector<std::string>& words);

/// Two definitions have the same mark when no process has to be started again to go from one to the other.
/// Never 0; the same in every agent, so that a run that is taken over can be compared.
std::uint64_t start_mark(const ServerSpec& spec);

}  // namespace mcpm
