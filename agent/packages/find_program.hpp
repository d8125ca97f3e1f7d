// A program's name -> its absolute path, as a shell would find it.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm {

/// `path` is a PATH: folders with ':' between them; empty and relative ones are passed over (a server must
/// not depend on where the agent stands). A name with a '/' must be absolute. cannot_launch with details
/// {"stage":"resolve","errno":"ENOENT"|"EACCES"} and, when there is one, a similar name as hint.
Result<std::string> find_program(std::string_view name, std::string_view path);

}  // namespace mcpm
