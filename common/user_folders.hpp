// Whose agent it is, and where a user's programs keep their settings: what common/paths.hpp builds upon, for
// those who look after files of other programs. Pure but for the environment that is passed in.
#pragma once

#include "common/error.hpp"
#include "common/paths.hpp"

#include <filesystem>

namespace mcpm {

/// MCPM_SYSTEM=1: the agent of the machine.
bool is_of_machine(const Environment& environment);

/// XDG_CONFIG_HOME, else ~/.config. validation_error when neither it nor HOME says where, or the one that
/// does is no absolute path.
Result<std::filesystem::path> user_config_folder(const Environment& environment);

}  // namespace mcpm
