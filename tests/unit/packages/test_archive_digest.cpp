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

TEST_CASE("What a registry names no hash for is not installed, and is said with what to do") {
    CHECK(check_hashed(locked(PackageRegistry::npm, ""), {}));
    const auto one = check_hashed(locked(PackageRegistry::npm, ""), {"notes 1.0.0"});
    REQUIRE_FALSE(one);
    CHECK(one.error().code == ErrorCode::unavailable);
    CHECK(
        one.error().message ==
        "install notes 1.0.0: its registry names no hash (dist.integrity or dist.shasum) for notes 1.0.0, so "
        "nobody can tell later whether it is the same; nothing was installed");
    CHECK(one.error().hint.starts_with("npm config list"));
    const auto many = check_hashed(locked(PackageRegistry::pypi, ""), {"a 1", "b 1", "c 1", "d 1", "e 1"});
    CHECK(many.error().message.find("(sha256) for a 1, b 1, c 1 and 2 more,") != std::string::npos);
    for (const auto registry :
         {PackageRegistry::npm, PackageRegistry::pypi, PackageRegistry::go, PackageRegistry::cargo})
        CHECK_FALSE(check_hashed(locked(registry, ""), {"x 1"}).error().hint.empty());
}
