#include "cli/inspector.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

TEST_CASE("The inspector takes Node 22.19 and newer, and the refusal names what there is") {
    for (const char* good : {"v22.19.0", "v22.20.1", "v24.0.0", "v22.19.0-nightly"}) CHECK(judge_node(good));
    for (const char* old : {"v22.18.9", "v20.20.2", "v18.0.0", "nonsense"}) {
        const auto judged = judge_node(old);
        REQUIRE_FALSE(judged);
        CHECK(judged.error().message.find(old) != std::string::npos);
        CHECK(judged.error().message.find("22.19") != std::string::npos);
    }
    REQUIRE_FALSE(judge_node(""));
    CHECK(judge_node("").error().message.find("no `node`") != std::string::npos);
}

TEST_CASE("The inspector is told its server by a file, and no secret is among its words") {
    const auto words = inspector_words(true, "/run/x.json", "my server", {"--method", "tools/list"});
    CHECK(words.size() == 10);
    CHECK(words[2].find("@2.") != std::string::npos);
    CHECK(words[3] == "--cli");
    CHECK(words[5] == "/run/x.json");
    CHECK(words[7] == "my server");
    CHECK(words[9] == "tools/list");
}
