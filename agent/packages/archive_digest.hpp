// The hash that a definition says its package's own archive must have, compared with what its registry sent;
// and that there is a hash at all, of the package and of everything that it needs.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <vector>

namespace mcpm {

/// `found`: the hashes that the registry names for the archive, one of which must be it. Good when the
/// definition names none. conflict otherwise: call it before anything is put in place.
Result<> check_archive(const PackageSource& source, const std::vector<std::string>& found);

/// `without`: what its registry named no hash for, the package itself or what it needs ("name 1.0.0"). Good
/// when there is none; otherwise unavailable, naming the first few: what cannot be known again is not
/// installed.
Result<> check_hashed(const PackageSource& source, const std::vector<std::string>& without);

}  // namespace mcpm
