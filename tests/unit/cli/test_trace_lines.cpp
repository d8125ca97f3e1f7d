#include "cli/trace_lines.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

constexpr const char* header = R"({"mcpmTrace":1,"version":"0.1.0","server":"a","date":"x"})"
                               "\n";

Json record(std::string_view text) {
    return Json::parse(text);
}

}  // namespace

TEST_CASE("A record is one line that says when, which way, what, how it ended and how large it was") {
    CHECK(
        trace_text(record(
            R"({"time":"2026-11-22T22:40:17.123Z","direction":"to-server","kind":"request","client":"token:a",)"
            R"("method":"tools/call","name":"echo","id":17,"bytes":123})")) ==
        "22:40:17.123 -> tools/call echo #17 (token:a) 123B\n");
    CHECK(
        trace_text(record(
            R"({"time":"2026-11-22T22:40:17.126Z","direction":"to-client","kind":"response","method":"tools/call",)"
            R"("id":"x","durationMs":3.2,"outcome":"tool-error","bytes":2048,"body":{"a":1}})")) ==
        "22:40:17.126 <- tools/call #\"x\" tool-error 3.20ms 2KiB\n    {\"a\":1}\n");
    CHECK(trace_text(record(R"({"kind":"lagged","missed":7})")) == "… 7 messages were missed\n");
    CHECK(trace_text(record(R"({"name":"a\u001b[31mb\nc"})")).find('\x1b') == std::string::npos);
}

TEST_CASE("A recording gives the client's requests with how they ended, not the agent's own") {
    const std::string text =
        std::string(header) +
        R"({"direction":"to-server","kind":"request","method":"initialize","id":1,"body":{}})"
        "\n"
        R"({"direction":"to-server","kind":"request","method":"tools/call","name":"echo","id":2,"body":{"params":{"name":"echo","_meta":{"x":1}}}})"
        "\n"
        R"({"direction":"to-client","kind":"request","method":"roots/list","id":2,"body":{}})"
        "\n"
        R"({"direction":"to-server","kind":"request","method":"tools/call","id":3,"body":{"params":{"token":"***"}}})"
        "\n"
        R"({"direction":"to-client","kind":"response","id":2,"outcome":"tool-error"})"
        "\n"
        R"({"direction":"to-server","kind":"request","method":"tools/list","id":4,"bodyLeftOut":true})"
        "\n"
        R"({"direction":"to-client","kind":"error","id":4,"outcome":"error"})"
        "\n";
    const auto calls = read_recording(text);
    REQUIRE(calls.has_value());
    REQUIRE(calls->size() == 3);
    CHECK((*calls)[0].name == "echo");
    CHECK((*calls)[0].outcome == "tool-error");
    CHECK((*calls)[0].params.dump() == R"({"name":"echo"})");
    CHECK((*calls)[0].left_out.empty());
    CHECK((*calls)[1].outcome.empty());
    CHECK((*calls)[1].left_out == "something secret was taken out of it");
    CHECK((*calls)[2].left_out == "its message was not recorded");
    CHECK((*calls)[2].outcome == "error");
}

TEST_CASE("What is no recording is refused, with the line") {
    CHECK_FALSE(read_recording("").has_value());
    CHECK_FALSE(read_recording("{\"mcpmTrace\":2}\n").has_value());
    const auto torn = read_recording(std::string(header) + "{\"direction\":");
    REQUIRE_FALSE(torn.has_value());
    CHECK(torn.error().message == "line 2 is not of a recording");
    CHECK(read_recording(recording_header("a \"b\"", "now")).has_value());
}

TEST_CASE("An answer's outcome is one of three") {
    CHECK(outcome_of(record(R"({"result":{}})")) == "ok");
    CHECK(outcome_of(record(R"({"result":{"isError":true}})")) == "tool-error");
    CHECK(outcome_of(record(R"({"error":{"code":1}})")) == "error");
}
