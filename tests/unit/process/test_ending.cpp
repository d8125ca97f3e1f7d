#include "agent/process/ending.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

using namespace mcpm;

namespace {

Task<> wait_for_it(AgentEnding& ending, bool& over) {
    co_await ending.awaited();
    over = true;
}

}  // namespace

TEST_CASE(
    "An agent that cannot begin ends for good where a person has to act, and is begun again elsewhere") {
    const auto end_after = [](ErrorCode code) {
        Loop loop(1);
        const AgentLog log(LogLevel::fatal);
        Announcements announcements(log);
        TaskGroup tasks(loop);
        AgentEnding ending(loop, tasks, announcements, log);
        ending.fail(Error{code, "open it"});
        return ending.how();
    };
    CHECK(end_after(ErrorCode::conflict) == AgentEnd::misconfigured);
    CHECK(end_after(ErrorCode::forbidden) == AgentEnd::misconfigured);
    CHECK(end_after(ErrorCode::unavailable) == AgentEnd::failed);
}

TEST_CASE("What is asked first is how the agent ends") {
    Loop loop(1);
    const AgentLog log(LogLevel::fatal);
    Announcements announcements(log);
    TaskGroup tasks(loop);
    AgentEnding ending(loop, tasks, announcements, log);
    bool over = false;
    asio::co_spawn(loop.get_executor(), wait_for_it(ending, over), asio::detached);
    loop.poll();
    CHECK_FALSE(over);
    CHECK_FALSE(ending.how().has_value());
    ending.ask(AgentEnd::replaced, Supervisor::Servers::leave);
    ending.ask(AgentEnd::stopped, Supervisor::Servers::stop);
    loop.restart();
    loop.poll();
    CHECK(over);
    CHECK(ending.how() == AgentEnd::replaced);
    CHECK(ending.servers() == Supervisor::Servers::leave);
}
