#include "agent/packages/pypi_trust.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

namespace {

constexpr std::string_view report = R"({"version": "1", "install": [
  {"download_info": {"url": "http://one/x-1.0.whl"}, "metadata": {"name": "x", "version": "1.0"}},
  {"download_info": {"url": "http://one/y-2.0.whl"}, "metadata": {"name": "y", "version": "2.0"}}]})";

std::string found(const char* link, const char* page) {
    return std::string("2026-11-29T14:25:04,892   Found link ") + link + " (from " + page +
           "), version: 1.0\n";
}

}  // namespace

TEST_CASE("what an index of PyPI named no hash for is said, by pip's log") {
    const std::string page = "Fetched page http://one/x/ as text/html\n";
    const auto bare = pypi::trusted_by_pip(page + found("http://one/x-1.0.whl", "http://one/x/") +
                                               found("http://one/y-2.0.whl#sha256=ab", "http://one/y/"),
                                           report);
    REQUIRE(bare.size() == 1);
    CHECK(bare[0].find("names no hash of x 1.0: what came this first time") != std::string::npos);
    CHECK(bare[0].find("y 2.0") == std::string::npos);
}

TEST_CASE("a page in JSON has its hashes beside its links") {
    const std::string page = "Fetched page http://one/x/ as application/vnd.pypi.simple.v1+json\n";
    CHECK(pypi::trusted_by_pip(page + found("http://one/x-1.0.whl", "http://one/x/"), report).empty());
}

TEST_CASE("links that were found and not taken are not said, and odd reports say nothing") {
    CHECK(pypi::trusted_by_pip(found("http://one/x-0.9.whl", "http://one/x/"), report).empty());
    for (const char* odd : {"", "7", "{", R"({"install": 7})", R"({"install": [7, {}]})"})
        CHECK(pypi::trusted_by_pip(found("http://one/x-1.0.whl", "http://one/x/"), odd).empty());
}

TEST_CASE("uv does not tell whose hashes it has: an index other than PyPI is said") {
    CHECK(pypi::trusted_by_uv("six==1.17.0 \\\n    --hash=sha256:ab\n    # from https://pypi.org/simple\n")
              .empty());
    const auto other =
        pypi::trusted_by_uv("six==1.17.0 \\\n    --hash=sha256:ab\n    # from http://127.0.0.1:1/simple\n");
    REQUIRE(other.size() == 1);
    CHECK(other[0].find("six==1.17.0 (http://127.0.0.1:1/simple)") != std::string::npos);
}
