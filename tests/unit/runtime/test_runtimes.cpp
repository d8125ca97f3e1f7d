#include "agent/runtime/remote_runtime.hpp"
#include "agent/runtime/runtimes.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("Each type of server is run by its own runtime, and a missing one is said") {
    Loop loop;
    RemoteRuntime remotes(loop);
    Runtimes all({{ServerType::remote, &remotes}});
    LaunchPlan plan;
    plan.server_id = "srv_a";
    plan.run = 3;
    CHECK(run_to_end(loop, all.launch(plan)).error().code == ErrorCode::cannot_launch);
    plan.what = RemoteTarget{"http://host.test/mcp", {}};
    const auto instance = run_to_end(loop, all.launch(plan)).value();
    CHECK(instance->server_id() == "srv_a");
    CHECK(instance->run() == 3);
    CHECK_FALSE(instance->pid());
    CHECK(instance->endpoint()->url == "http://host.test/mcp");
    CHECK(run_to_end(loop, all.adopt()).value().instances.empty());
}

TEST_CASE("A connection ends by whichever step of a stop comes first, without code or signal") {
    Loop loop;
    RemoteRuntime remotes(loop);
    LaunchPlan connection;
    connection.what = RemoteTarget{};
    const auto instance = run_to_end(loop, remotes.launch(connection)).value();
    instance->terminate();
    instance->kill();
    const Exit exit = run_to_end(loop, instance->wait());
    CHECK_FALSE(exit.code);
    CHECK_FALSE(exit.signal);
    CHECK(run_to_end(loop, instance->sweep(Duration(1))).value() == 0);
}
