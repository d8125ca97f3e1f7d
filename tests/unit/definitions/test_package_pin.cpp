#include "agent/definitions/package_pin.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

using namespace mcpm;

namespace {

PackageSource package() {
    PackageSource source;
    source.package = "@scope/server";
    source.version = "^1.0";
    source.program = "server";
    source.arguments = {"--stdio"};
    return source;
}

ServerSpec spec_of(Source source) {
    ServerSpec spec;
    spec.name = "web";
    spec.source = std::move(source);
    return spec;
}

ServerSpec pinned() {
    auto source = package();
    source.pin =
        PackagePin{"1.2.3", "sha512-x", "/packages/x", {"/usr/bin/node", "/packages/x/index.js"}, {}};
    return spec_of(source);
}

const PackageSource& package_of(const ServerSpec& spec) {
    return std::get<PackageSource>(spec.source);
}

}  // namespace

TEST_CASE("A pin stays when only what does not concern the package changes") {
    const auto before = pinned();
    auto after = spec_of(package());
    std::get<PackageSource>(after.source).arguments = {"--other"};
    after.environment = {{"A", "1"}};
    settle_pin(&before, after);
    CHECK(package_of(after).pin == package_of(before).pin);
    CHECK(package_of(after).arguments == std::vector<std::string>{"--other"});
    CHECK_FALSE(needs_package(after));
}

TEST_CASE("Another package, version, program or registry is installed anew") {
    const std::vector<std::function<void(PackageSource&)>> changes{
        [](PackageSource& source) { source.package = "other"; },
        [](PackageSource& source) { source.version = "^2.0"; },
        [](PackageSource& source) { source.program = "other"; },
        [](PackageSource& source) { source.registry = PackageRegistry::pypi; },
    };
    const auto before = pinned();
    for (const auto& change : changes) {
        auto source = package();
        change(source);
        auto after = spec_of(source);
        settle_pin(&before, after);
        CHECK(needs_package(after));
    }
}

TEST_CASE("What a client sends as a pin is never used") {
    auto forged = pinned();
    std::get<PackageSource>(forged.source).pin->launcher = {"/bin/sh", "-c", "evil"};
    auto fresh = forged;
    settle_pin(nullptr, fresh);
    CHECK(needs_package(fresh));
    const auto before = pinned();
    settle_pin(&before, forged);
    CHECK(package_of(forged).pin == package_of(before).pin);
    const auto command = spec_of(CommandSource{"/bin/cat", {}});
    auto switched = pinned();
    settle_pin(&command, switched);
    CHECK(needs_package(switched));
}

TEST_CASE("What is not a package needs none") {
    auto command = spec_of(CommandSource{"/bin/cat", {}});
    const auto before = pinned();
    settle_pin(&before, command);
    CHECK_FALSE(needs_package(command));
    CHECK(needs_package(spec_of(package())));
}

namespace {

ServerOutline from_package(std::string folder, Timestamp installed_at, std::optional<Timestamp> runs_since) {
    ServerSpec spec;
    PackageSource source;
    source.package = "example";
    source.pin = PackagePin{"1.0.0", "sha512-x", std::move(folder), {"/bin/node"}, installed_at};
    spec.source = std::move(source);
    ServerOutline server{"srv_a", std::make_shared<const ServerSpec>(std::move(spec)), {}, {}, {}};
    if (runs_since) server.status.pid = 7;
    server.status.started_at = runs_since;
    return server;
}

constexpr Timestamp noon{std::chrono::hours(12)}, morning{std::chrono::hours(8)},
    evening{std::chrono::hours(20)};

}  // namespace

TEST_CASE("Installed packages are in use while a definition names them") {
    const auto in_use =
        package_folders_in_use({from_package("/p/a", noon, evening), from_package("/p/b", noon, {}),
                                ServerOutline{"srv_c", std::make_shared<const ServerSpec>(), {}, {}, {}}});
    REQUIRE(in_use.has_value());
    CHECK(*in_use == std::vector<std::string>{"/p/a", "/p/b"});
}

TEST_CASE("Nothing is taken away under a server that runs since before its package was installed anew") {
    CHECK_FALSE(package_folders_in_use({from_package("/p/a", noon, morning)}).has_value());
    auto with_own = from_package("/p/a", noon, evening);
    with_own.status.own_runs.push_back({3, 8, "client", morning});
    CHECK_FALSE(package_folders_in_use({with_own}).has_value());
    CHECK(package_folders_in_use({from_package("/p/a", noon, {})}).has_value());
}
