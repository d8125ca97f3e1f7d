#include "cli/agent_absence.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

AgentTraces living() {
    AgentTraces traces;
    traces.lock_is_held = true;
    traces.keeper = {100, 'S'};
    traces.agent = {200, 'S'};
    traces.program = "/opt/mcpmd";
    return traces;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("An agent that may still answer is waited for") {
    CHECK_FALSE(judge(living()).is_certain);
    CHECK(has(judge(living()).what, "pid 200"));
    AgentTraces none;
    CHECK_FALSE(judge(none).is_certain);
    CHECK(judge(none).what == "the agent is not running");
    auto busy = living();
    busy.agent.state = 'D';
    CHECK_FALSE(judge(busy).is_certain);
    auto between = living();
    between.agent = {};
    CHECK_FALSE(judge(between).is_certain);
}

TEST_CASE("A process that is stopped is named with its pid, and how it goes on") {
    auto traces = living();
    traces.agent.state = 'T';
    auto absence = judge(traces);
    CHECK(absence.is_certain);
    CHECK(has(absence.what, "the agent (pid 200) is stopped"));
    CHECK(has(absence.hint, "kill -CONT 200"));
    traces.keeper.state = 'T';
    absence = judge(traces);
    CHECK(has(absence.what, "the keeper (pid 100) is stopped"));
    // A debugger looks on for a moment: that is no stop.
    traces.keeper.state = 't';
    traces.agent.state = 't';
    CHECK_FALSE(judge(traces).is_certain);
}

TEST_CASE("A program that is gone is named, and so is an agent that ends again and again") {
    auto traces = living();
    traces.agent = {};
    traces.program_is_there = false;
    CHECK(judge(traces).is_certain);
    CHECK(has(judge(traces).what, "/opt/mcpmd is gone"));
    CHECK(has(judge(traces).what, "pid 100"));
    traces.program_is_there = true;
    traces.last_words =
        "mcpmd: config.yaml:1: unknown key\nmcpmd keeper: the agent keeps ending; trying again";
    CHECK(judge(traces).is_certain);
    CHECK(has(judge(traces).what, "unknown key"));
}

TEST_CASE("An error knows whether waiting is of no use") {
    CHECK(is_certain_absence(absence_error({"x", "y", true})));
    CHECK_FALSE(is_certain_absence(absence_error({"x", "y", false})));
    CHECK(absence_error({"x", "y", true}).hint == "y");
    CHECK(is_absence(Error{ErrorCode::timed_out, "z"}));
    CHECK_FALSE(is_absence(Error{ErrorCode::server_not_found, "z"}));
}
