// A servers file as JSON, which is YAML too: read_spec_file reads it back. Pure.
#pragma once

#include "common/spec_file.hpp"
#include "common/wire.hpp"

namespace mcpm {

/// A server's fields as the file has them: config's are flat; without name, type and pins.
wire::Json flat_definition(const ServerSpec& spec);

/// The whole file, without the line for editors.
wire::Json setup_as_json(const SpecFile& file);

}  // namespace mcpm
