#include "agent/packages/built_package.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <fstream>

using namespace mcpm;

namespace {

PackageSource go(std::string package, std::string version = {}) {
    PackageSource source;
    source.registry = PackageRegistry::go;
    source.package = std::move(package);
    source.version = std::move(version);
    return source;
}

void put_program(const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n";
    ::chmod(file.c_str(), 0755);
}

}  // namespace

TEST_CASE("what a Go program says of itself is its module's version and hash") {
    const auto facts = built::read_go_version(
        "/tmp/bin/notes: "
        "go1.26\n\tpath\texample.test/notes/cmd/notes\n\tmod\texample.test/notes\tv1.2.0\th1:abc=\n"
        "\tdep\tgolang.org/x/sys\tv0.1.0\th1:def=\n");
    CHECK(facts.version == "v1.2.0");
    CHECK(facts.hash == "h1:abc=");
    CHECK(facts.module == "example.test/notes");
    CHECK(built::read_go_version("not an executable").version == "");
}

TEST_CASE("what cargo says is read") {
    CHECK(built::read_cargo_info("notes #mcp\nversion: 1.2.0 (latest 2.0.0)\nlicense: MIT\n") == "1.2.0");
    CHECK(
        built::read_crates(
            R"x({"installs": {"notes 1.2.0 (registry+https://github.com/rust-lang/crates.io-index)": {}}})x",
            "notes") == "1.2.0");
    CHECK(built::read_crates("{", "notes") == "");
}

TEST_CASE("a failed build is told apart by its cause") {
    CHECK(built::explain_failure("go: example.test/x@v9: unknown revision v9", "build").code ==
          ErrorCode::not_found);
    CHECK(built::explain_failure("dial tcp: lookup proxy.golang.org: no such host", "build").code ==
          ErrorCode::unavailable);
    CHECK(built::explain_failure("error: could not find `nosuch` in registry", "build").code ==
          ErrorCode::not_found);
    CHECK(built::explain_failure("x.go:1: syntax error", "build").code == ErrorCode::cannot_launch);
    CHECK(built::explain_failure("verifying module: checksum mismatch\nSECURITY ERROR", "build")
              .hint.find("nothing was") != std::string::npos);
}

TEST_CASE("names that are none, or that a tool would take for something else, are refused") {
    for (const char* bad : {"notes", "-x.test/y", "x.test/../y", "x.test//y", "/abs.test/y", "x.test/y z"})
        CHECK(!built::validate_package(go(bad)));
    CHECK(built::validate_package(go("github.com/example/notes/cmd/notes", "v1.2.0")));
    PackageSource crate = go("notes");
    crate.registry = PackageRegistry::cargo;
    CHECK(built::validate_package(crate));
    crate.package = "--config";
    CHECK(!built::validate_package(crate));
}

TEST_CASE("the program is the only one, or the one named as the package, or the one that is asked for") {
    CHECK(*built::choose_program({"a"}, go("x.test/b")) == "a");
    CHECK(*built::choose_program({"a", "b"}, go("x.test/b")) == "b");
    auto source = go("x.test/c");
    CHECK(!built::choose_program({"a", "b"}, source));
    source.program = "a";
    CHECK(*built::choose_program({"a", "b"}, source) == "a");
    CHECK(!built::choose_program({}, source));
}

TEST_CASE("what was built is put in place once, and found again while it is whole") {
    const test::TemporaryFolder folder;
    const auto packages = folder.path() / "packages";
    const auto temporary = packages / "go" / ".new-1";
    put_program(temporary / "out" / "bin" / "notes");
    const auto source = go("example.test/notes", "v1.2.0");
    const auto pin = built::put_in_place(temporary, packages, source, {"v1.2.0", "h1:abc="});
    REQUIRE(pin.has_value());
    CHECK(pin->version == "v1.2.0");
    CHECK(pin->integrity == "h1:abc=");
    CHECK(pin->launcher.front() == pin->folder + "/bin/notes");
    const auto found = built::find_installed(packages, source, "v1.2.0");
    REQUIRE(found.has_value());
    CHECK(found->files == pin->files);
    CHECK(built::find_installed(packages, source, "v1.2.1").has_error());
    std::ofstream(pin->launcher.front(), std::ios::app) << "changed\n";
    CHECK(built::find_installed(packages, source, "v1.2.0").has_error());
}

TEST_CASE("for which modules the checksum database does not vouch is as Go says it") {
    const auto why = [](const std::string& patterns) {
        return built::unvouched("sum.golang.org\n" + patterns + "\n", "example.test/a/notes");
    };
    CHECK(built::unvouched("off\n\n", "example.test/a") == "GOSUMDB=off");
    CHECK(why("") == "");
    CHECK(why("example.test") == "GONOSUMDB=example.test");
    CHECK(why("other.test,*.test/a") == "GONOSUMDB=*.test/a");
    CHECK(why("example.test/b") == "");
    CHECK(why("example") == "");
    CHECK(why("example.test/a/notes/deeper") == "");
    CHECK(built::unvouched("", "x") == "");
}
