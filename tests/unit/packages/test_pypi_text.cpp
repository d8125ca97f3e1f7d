#include "agent/packages/pypi_text.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
namespace pypi = mcpm::pypi;

namespace {

const std::string hash_a = "sha256:" + std::string(64, 'a');
const std::string hash_b = "sha256:" + std::string(64, 'b');

PackageSource source_of(std::string package, std::string version) {
    PackageSource source;
    source.registry = PackageRegistry::pypi;
    source.package = std::move(package);
    source.version = std::move(version);
    return source;
}

}  // namespace

TEST_CASE("A name is normal as PEP 503 has it") {
    CHECK(pypi::normal_name("Office_Word.MCP--Server[cli]") == "office-word-mcp-server");
}

TEST_CASE("A requirement is exact for a version and a range for a range") {
    CHECK(pypi::requirement(source_of("a", "")) == "a");
    CHECK(pypi::requirement(source_of("a", "latest")) == "a");
    CHECK(pypi::requirement(source_of("a[x]", "2026.10.19")) == "a[x]==2026.10.19");
    CHECK(pypi::requirement(source_of("a", "0.0.1a8")) == "a==0.0.1a8");
    CHECK(pypi::requirement(source_of("a", ">=1,<2")) == "a>=1,<2");
    CHECK(pypi::requirement(source_of("a", "~=1.4")) == "a~=1.4");
}

TEST_CASE("What pip would take for an option, a file or a repository is refused") {
    for (const char* name : {"", "-r", "a b", "git+https://x", "./a", "a@b", "a;b", "a[", "a[]"})
        CHECK_MESSAGE(pypi::validate_package(source_of(name, "")).has_error(), name);
    for (const char* version : {"--index-url", "1 ; python_version", "1.0 @ file"})
        CHECK_MESSAGE(pypi::validate_package(source_of("a", version)).has_error(), version);
    CHECK(pypi::validate_package(source_of("awslabs.aws-api-mcp-server", "1.5.6")).has_value());
}

TEST_CASE("pip's report becomes a lock with hashes, in order of names, and reads back") {
    const std::string report = R"({"version":"1","install":[
        {"metadata":{"name":"Zed_Two","version":"2.0"},"download_info":{"archive_info":{"hashes":{"sha256":")" +
                               std::string(64, 'b') + R"("}}}},
        {"metadata":{"name":"alpha","version":"1.0.post1"},"download_info":{"archive_info":{"hash":"sha256=)" +
                               std::string(64, 'a') + R"("}}}]})";
    const auto files = pypi::read_report(report);
    REQUIRE(files.has_value());
    const auto lock = pypi::write_lock(*files);
    CHECK(lock == "alpha==1.0.post1 --hash=" + hash_a + "\nzed-two==2.0 --hash=" + hash_b + "\n");
    const auto again = pypi::read_lock(lock);
    REQUIRE(again.has_value());
    CHECK((*again)[1] == pypi::LockedFile{"zed-two", "2.0", {hash_b}});
    CHECK(pypi::version_in(*again, "ZED.two") == "2.0");
}

TEST_CASE("A lock file as uv writes it is read") {
    const auto files =
        pypi::read_lock("# comment\nalpha==1.0 \\\n    --hash=" + hash_a + " \\\n    --hash=" + hash_b +
                        "\nbeta==2 ; python_version >= '3.9' \\\n    --hash=" + hash_b + "\n");
    REQUIRE(files.has_value());
    REQUIRE(files->size() == 2);
    CHECK((*files)[0].hashes.size() == 2);
    CHECK((*files)[1] == pypi::LockedFile{"beta", "2", {hash_b}});
}

TEST_CASE("A broken report or lock is an error, not a crash") {
    for (const char* text : {"", "[]", "{}", R"({"install":{}})", R"({"install":[1]})",
                             R"({"install":[{"metadata":{"name":"../x","version":"1"}}]})"})
        CHECK_MESSAGE(pypi::read_report(text).has_error(), text);
    for (const char* text : {"", "# only a comment\n", "--hash=sha256:zz\n", "a==../1\n"})
        CHECK_MESSAGE(pypi::read_lock(text).has_error(), text);
}

TEST_CASE("Programs are those that RECORD names below bin, and the package's own is chosen") {
    const auto programs = pypi::programs_in_record(
        "../../../bin/word_mcp_server,sha256=x,1\n../../../bin/other,sha256=x,1\nword/"
        "__init__.py,sha256=y,2\n"
        "word/bin/not_one,,\n");
    CHECK(programs == std::vector<std::string>{"other", "word_mcp_server"});
    CHECK(*pypi::choose_program(programs, "word-mcp-server", "") == "word_mcp_server");
    CHECK(*pypi::choose_program(programs, "x", "other") == "other");
    CHECK(*pypi::choose_program({"only"}, "x", "") == "only");
    const auto several = pypi::choose_program(programs, "x", "");
    REQUIRE(several.has_error());
    CHECK(several.error().message == "PyPI package x has several programs: other, word_mcp_server");
    CHECK(pypi::choose_program(programs, "x", "nosuch").has_error());
    CHECK(pypi::choose_program({}, "x", "").has_error());
}

TEST_CASE("Why an installation failed is said in the registry's own words with a remedy") {
    const auto missing = pypi::explain_failure(
        "ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: none)\n"
        "ERROR: No matching distribution found for nosuch==9\n\n[notice] A new release of pip\n",
        "install PyPI package nosuch==9");
    CHECK(missing.code == ErrorCode::not_found);
    CHECK(missing.message == "install PyPI package nosuch==9: No matching distribution found for nosuch==9");
    const auto venv = pypi::explain_failure(
        "The virtual environment was not created successfully because ensurepip is not\n"
        "available.\n",
        "make a virtual environment");
    CHECK(venv.hint.find("python3-venv") != std::string::npos);
    // Where there is nothing better to do, what it said is to be read.
    const auto other =
        pypi::explain_failure("error: subprocess-exited-with-error\nerror: no compiler\n", "x");
    CHECK(other.message == "x: no compiler");
    CHECK(other.hint.find("mcpm agent logs") != std::string::npos);
}

TEST_CASE("A registry that is away is not taken for one without the package") {
    const auto error = pypi::explain_failure(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'ReadTimeoutError(\"read "
        "timeout=3\")'\n"
        "ERROR: Could not find a version that satisfies the requirement notes (from versions: none)\n"
        "ERROR: No matching distribution found for notes",
        "install notes");
    CHECK(error.code == ErrorCode::unavailable);
    CHECK(error.hint == "the registry does not answer; try again");
}

TEST_CASE("A page of the index that could not be fetched is found in pip's log") {
    CHECK(pypi::unfetched("a\n2026 Could not fetch URL http://i/x/: 404 Client Error: Not Found - skipping\n"
                          "2026 Could not fetch URL http://i/x/: 500 Server Error - skipping\nb\n") ==
          "http://i/x/: 500 Server Error - skipping");
    CHECK(pypi::unfetched("Could not fetch URL http://i/x/: 404 Client Error: Not Found").empty());
    CHECK(pypi::unfetched("").empty());
}

TEST_CASE("Files of a lock that have no sha256 are named") {
    const auto files = pypi::read_report(R"({"version": "1", "install": [
        {"metadata": {"name": "a", "version": "1"}, "download_info": {"archive_info": {"hashes": {"md5": "0123"}}}},
        {"metadata": {"name": "b", "version": "2"}, "download_info": {"archive_info": {"hashes": {"sha256":
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}},
        {"metadata": {"name": "c", "version": "3"}, "download_info": {"url": "https://h/c.whl"}}]})");
    REQUIRE(files.has_value());
    CHECK(pypi::without_hash(*files) == std::vector<std::string>{"a 1", "c 3"});
}

TEST_CASE("A package that asks for another Python says which") {
    const auto error = pypi::explain_failure(
        "ERROR: Ignored the following versions that require a different python version: 0.1.0 "
        "Requires-Python >=3.10; 0.14.0 "
        "Requires-Python <4,>=3.12\nERROR: No matching distribution found for yfmcp==0.14.0\n",
        "install PyPI package yfmcp==0.14.0");
    CHECK(error.code == ErrorCode::not_found);
    CHECK(error.hint.starts_with("it asks for Python <4,>=3.12: "));
    CHECK(pypi::explain_failure("ERROR: No matching distribution found for x\n", "x").hint.find("Python") ==
          std::string::npos);
}
