// What of a PyPI package nobody but the first answer vouches for: files for which their index named no hash,
// so that the lock has the hash of what came. Pure; the texts are foreign. Kept as sentences beside the
// package.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::pypi {

/// The file of the environment that has the sentences, a line each.
inline constexpr const char* trust_name = "trust.txt";

/// Of pip's whole log and its installation report: a page of the index in HTML names a file's hash in its
/// link ("Found link https://…#sha256=…"), and one in JSON always does (PEP 691).
std::vector<std::string> trusted_by_pip(std::string_view log, std::string_view report);

/// Of a lock of uv with the index of each package ("# from https://…"): uv does not tell whether the hash is
/// the index's own or of what came. Those of PyPI itself are left out.
std::vector<std::string> trusted_by_uv(std::string_view lock);

}  // namespace mcpm::pypi
