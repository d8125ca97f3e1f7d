// Opens an address in the browser of who sits before this machine.
#pragma once

#include "common/paths.hpp"

#include <string>

namespace mcpm::cli {

/// Whether there is a screen, or somebody said which program shows pages.
bool has_browser(const Environment& environment);

/// False when no program that opens addresses could be started. Does not wait for the browser.
bool open_in_browser(const std::string& url, const Environment& environment);

}  // namespace mcpm::cli
