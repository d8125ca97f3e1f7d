#include "agent/packages/archive_digest.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

constexpr std::size_t most_named = 3;

struct Wording {
    PackageRegistry registry;
    std::string_view what, remedy;
};
constexpr std::array wordings{
    Wording{PackageRegistry::npm, "dist.integrity or dist.shasum",
            "npm config list says which registry is asked: use one that names hashes, as registry.npmjs.org "
            "does"},
    Wording{PackageRegistry::pypi, "sha256",
            "pip config list says which index is asked: use one that names sha256, as pypi.org does"},
    Wording{PackageRegistry::go, "hash in go.sum",
            "go env GOPROXY says where it comes from: use one that has its go.mod"},
    Wording{PackageRegistry::cargo, "cksum", "use an index that names it, as crates.io does"}};

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    const auto shown = std::min(names.size(), most_named);
    for (std::size_t i = 0; i < shown; ++i) list += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shown) list += " and " + std::to_string(names.size() - shown) + " more";
    return list;
}

}  // namespace

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

Result<> check_hashed(const PackageSource& source, const std::vector<std::string>& without) {
    if (without.empty()) return {};
    const auto* const found = std::find_if(wordings.begin(), wordings.end(), [&](const Wording& one) {
        return one.registry == source.registry;
    });
    const bool is_known = found != wordings.end();
    Error error{ErrorCode::unavailable,
                "install " + source.package + (source.version.empty() ? "" : " " + source.version) +
                    ": its registry names no hash" +
                    (is_known ? " (" + std::string(found->what) + ")" : std::string()) + " for " +
                    listed(without) +
                    ", so nobody can tell later whether it is the same; nothing was installed"};
    if (is_known) error.hint = std::string(found->remedy);
    return error;
}

}  // namespace mcpm
