#include "agent/packages/archive_digest.hpp"

#include <algorithm>

namespace mcpm {

Result<> check_archive(const PackageSource& source, const std::vector<std::string>& found) {
    if (source.digest.empty()) return {};
    if (std::find(found.begin(), found.end(), source.digest) != found.end()) return {};
    const std::string has = found.empty() ? "no hash" : found.front();
    return Error{ErrorCode::conflict,
                 "install " + source.package + " " + source.version +
                     ": its archive is not the one that was meant: the registry has " + has +
                     " in place of " + source.digest,
                 {},
                 "nothing was installed; do not take it before you know why, then change or remove digest"};
}

}  // namespace mcpm
