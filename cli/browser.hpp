// Opens an address in the browser of who sits before this machine.
#pragma once

#include "common/paths.hpp"

#include <string>

namespace mcpm::cli {

/// False when no program that opens addresses could be started. Does not wait for the browser.
bool open_in_browser(const std::string& url, const Environment& environment);

}  // namespace mcpm::cli
