#include "agent/packages/archive_digest.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

const std::string npm_hash = "sha512-" + std::string(86, 'a') + "==";
const std::string pypi_hash = "sha256:" + std::string(64, 'a');

PackageSource locked(PackageRegistry registry, std::string digest) {
    PackageSource source;
    source.registry = registry;
    source.package = "notes";
    source.version = "1.0.0";
    source.digest = std::move(digest);
    return source;
}

Result<> validated(PackageRegistry registry, std::string digest) {
    ServerSpec spec;
    spec.name = "notes";
    spec.source = locked(registry, std::move(digest));
    return validate(spec);
}

}  // namespace

TEST_CASE("A package's archive has the hash that its definition names, or nothing is installed") {
    CHECK(check_archive(locked(PackageRegistry::npm, ""), {"sha512-other"}));
    CHECK(check_archive(locked(PackageRegistry::npm, npm_hash), {npm_hash}));
    CHECK(check_archive(locked(PackageRegistry::pypi, pypi_hash), {"sha256:other", pypi_hash}));
    const auto other = check_archive(locked(PackageRegistry::npm, npm_hash), {"sha512-other"});
    REQUIRE_FALSE(other);
    CHECK(other.error().code == ErrorCode::conflict);
    CHECK(other.error().message ==
          "install notes 1.0.0: its archive is not the one that was meant: the registry has "
          "sha512-other in place of " +
              npm_hash);
    CHECK(other.error().hint.starts_with("nothing was installed"));
    CHECK_FALSE(check_archive(locked(PackageRegistry::pypi, pypi_hash), {}));
}

TEST_CASE("A definition names a hash as the package's registry does") {
    CHECK(validated(PackageRegistry::npm, npm_hash));
    CHECK(validated(PackageRegistry::pypi, pypi_hash));
    CHECK_FALSE(validated(PackageRegistry::npm, pypi_hash));
    CHECK_FALSE(validated(PackageRegistry::pypi, npm_hash));
    CHECK_FALSE(validated(PackageRegistry::npm, "sha512-short"));
    CHECK_FALSE(validated(PackageRegistry::cargo, pypi_hash));
}
