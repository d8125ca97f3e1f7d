#include "agent/registry/server_json.hpp"
#include "common/package_kinds.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace mcpm;
using namespace mcpm::registry;

namespace {

/// What an entry with one package of that kind has as its problem; empty: it can be installed.
std::string problem_of(std::string_view kind) {
    const std::string text =
        R"({"name": "io.github.a/b", "description": "d", "version": "1.0.0", "packages": [{"registryType": ")" +
        std::string(kind) + R"(", "identifier": "pkg", "version": "1.0.0", "fileSha256": ")" +
        std::string(64, 'a') + R"(", "transport": {"type": "stdio"}}]})";
    const auto entry = read_server_json(*wire::parse(text), "a file");
    if (!entry) FAIL(entry.error().message);
    return entry->problem;
}

}  // namespace

TEST_CASE("Each registryType of a server.json is understood, or refused with what to do") {
    for (const char* kind : {"npm", "pypi", "oci", "mcpb"}) CHECK_MESSAGE(problem_of(kind) == "", kind);
    struct Row {
        std::string_view kind, instead;
    };
    for (const Row& row : {Row{"nuget", "mcpm add NAME -- dnx pkg@1.0.0 --yes"},
                           Row{"cargo", "mcpm add NAME --cargo pkg@1.0.0 --allow-scripts"},
                           Row{"go", "mcpm add NAME --go pkg@1.0.0"},
                           Row{"deb", "packages of the kind \"deb\" are not known here"},
                           Row{"", "packages of an unnamed kind are not known here"}})
        CHECK_MESSAGE(problem_of(row.kind).find(row.instead) != std::string::npos, row.kind,
                      problem_of(row.kind));
}
