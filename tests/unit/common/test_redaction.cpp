#include "common/redaction.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

namespace {

HiddenValues hiding(const std::string& value) {
    HiddenValues hidden;
    hidden.add({value});
    return hidden;
}

}  // namespace

TEST_CASE("A text of JSON is shown without what is secret by its name or its value") {
    const auto shown =
        redacted_json(R"({"path":"/tmp","password":"x1","text":"it is swordfish","many":[{"token":7}]})",
                      hiding("swordfish"), 1000);
    CHECK(shown == R"({"path":"/tmp","password":"***","text":"it is ***","many":[{"token":"***"}]})");
}

TEST_CASE("A text of JSON is cut where it is too long, at whole characters, after it was redacted") {
    const std::string long_text = R"({"a":"swordfish ää)" + std::string(100, 'b') + "\"}";
    const auto shown = redacted_json(long_text, hiding("swordfish"), 13);
    CHECK(shown == "{\"a\":\"*** ä");
    CHECK(redacted_json(long_text, hiding("swordfish"), 8) == "{\"a\":\"**");
}

TEST_CASE("What cannot be looked through is not shown") {
    CHECK(redacted_json("{not json, swordfish", HiddenValues(), 1000) == "(20 bytes)");
    const std::string huge = '"' + std::string(70'000, 'x') + '"';
    CHECK(redacted_json(huge, HiddenValues(), 1000) == "(70002 bytes)");
}
