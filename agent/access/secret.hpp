// A token's secret: 256 random bits, shown once, of which only a digest is kept.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm::access {

/// "mcpm_" and 43 characters of base64url.
std::string make_secret();

/// SHA-256 as 64 hexadecimal digits.
std::string digest_of(std::string_view secret);

/// Takes as long whatever the texts hold; only their lengths may show.
bool same_in_constant_time(std::string_view left, std::string_view right);

}  // namespace mcpm::access
