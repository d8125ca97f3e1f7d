// What a definition gives a server beyond its own box, said before it is defined.
#pragma once

#include "cli/output.hpp"
#include "common/server_spec.hpp"

namespace mcpm::cli {

/// "mcpm: 'NAME': it reaches every file of this machine (-v /:/host)" on stderr, one line a risk. `before`
/// may be null: what was there already is not said again.
void say_risks(Output& out, const ServerSpec& spec, const ServerSpec* before = nullptr);

}  // namespace mcpm::cli
