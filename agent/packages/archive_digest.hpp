// The hash that a definition says its package's own archive must have, compared with what its registry sent.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <vector>

namespace mcpm {

/// `found`: the hashes that the registry names for the archive, one of which must be it. Good when the
/// definition names none. conflict otherwise: call it before anything is put in place.
Result<> check_archive(const PackageSource& source, const std::vector<std::string>& found);

}  // namespace mcpm
