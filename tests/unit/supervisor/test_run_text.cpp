#include "agent/supervisor/run_text.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace mcpm;

TEST_CASE("An exit is told in words") {
    CHECK(describe(Exit{3, {}, false, {}}) == "exited with code 3");
    CHECK(describe(Exit{{}, SIGSEGV, false, {}}) == "was killed by SIGSEGV");
    CHECK(describe(Exit{{}, SIGKILL, true, {}}) == "was killed by SIGKILL (out of memory)");
    CHECK(describe(Exit{}) == "ended");
    CHECK(signal_name(70) == "signal 70");
}

TEST_CASE("A command is one line with quotes where a shell would need them") {
    CHECK(describe_command({"node", "server.js", "two words", "it's", ""}) ==
          "node server.js 'two words' 'it'\\''s' ''");
}

TEST_CASE("Values of arguments that look like secrets are not shown") {
    CHECK(describe_command({"x", "--api-key", "abc", "on"}) == "x --api-key '***' on");
    CHECK(describe_command({"x", "--api-key=abc"}) == "x '--api-key=***'");
    CHECK(describe_command({"x", "GITHUB_TOKEN=abc"}) == "x 'GITHUB_TOKEN=***'");
    CHECK(describe_command({"x", "--", "-", "--verbose", "abc"}) == "x -- - --verbose abc");
}

TEST_CASE("A command of any length is cut") {
    CHECK(describe_command({"x", std::string(100'000, 'a')}).size() < 5000);
}

TEST_CASE("Only what a process gets at its start needs another start") {
    ServerSpec launched;
    launched.name = "web";
    launched.source = CommandSource{"node", {"a.js"}};
    ServerSpec stored = launched;
    stored.labels["team"] = "a";
    stored.idle_timeout = Duration(1);
    stored.name = "other";
    CHECK(start_mark(launched) == start_mark(stored));
    stored.environment["A"] = "1";
    CHECK(start_mark(launched) != start_mark(stored));
    stored = launched;
    stored.source = CommandSource{"node", {"b.js"}};
    CHECK(start_mark(launched) != start_mark(stored));
}
