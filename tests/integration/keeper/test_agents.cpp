// Agents come and go, the keeper is replaced or killed: what becomes of the children.
#include "tests/support/kept_children.hpp"

namespace mcpm {

namespace {
using namespace test;
}

TEST_CASE("An agent killed twice finds the same child with its unread output, and a code it was away for") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("chatty", {"6", "1"}));
    KeptChild brief = spawn(loop, *link, request("exiter", {"42", "200"}));
    const int first_agent = house.agent_pid();
    link.reset();
    child.descriptors = {};
    brief.descriptors = {};
    house.kill_agent();
    auto second = connect(loop, house);
    CHECK(house.agent_pid() != first_agent);
    CHECK(second->take_kept_children().size() == 2);
    second.reset();
    house.kill_agent();
    ::usleep(250'000);  // `brief` ends while nobody listens to the keeper
    auto third = connect(loop, house);
    auto kept = third->take_kept_children();
    REQUIRE(kept.size() == 2);
    auto& same = kept[0].tag == "test chatty" ? kept[0] : kept[1];
    auto& other = kept[0].tag == "test chatty" ? kept[1] : kept[0];
    CHECK(same.pid == child.pid);
    CHECK(same.start_time == child.start_time);
    CHECK(same.input_open);
    CHECK(read_until(same.descriptors.error_output.get(), "line 5\n") == "line 1\nline 3\nline 5\n");
    CHECK(read_until(same.descriptors.output.get(), "line 6\n") == "line 2\nline 4\nline 6\n");
    CHECK(run_to_end(loop, third->wait_exit(other.handle)).code == 42);
    // Both holders close it, and only then does the child see the end of its input.
    third->close_input(same.handle);
    same.descriptors.input.reset();
    CHECK(run_to_end(loop, third->wait_exit(same.handle)).code == 0);
}

TEST_CASE("A killed keeper takes its agent and its children with it") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("stubborn"));
    const int agent = house.agent_pid();
    ::kill(house.keeper_pid(), SIGKILL);
    CHECK(house.wait_keeper() == -SIGKILL);
    CHECK(becomes_true([&] { return !KeptHouse::is_alive(child.pid) && !KeptHouse::is_alive(agent); }));
    CHECK(!run_to_end(loop, link->wait_exit(child.handle)).code);
    CHECK(run_to_end(loop, link->spawn(request("exiter"))).error().code == ErrorCode::unavailable);
}

TEST_CASE("An announced shutdown ends what is left, escapees included, and the keeper with it") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild stubborn = spawn(loop, *link, request("stubborn"));
    KeptChild escaper = spawn(loop, *link, request("escaper", {"--clear"}));
    const std::string text = read_until(escaper.descriptors.error_output.get(), "\n");
    const int escaped = std::stoi(text.substr(8));
    link->announce_shutdown(std::chrono::seconds(60));
    house.end_agent(0);
    REQUIRE(house.exited_within(5000));
    CHECK(house.wait_keeper() == 0);
    for (const int pid : {stubborn.pid, escaper.pid, escaped}) CHECK(!KeptHouse::is_alive(pid));
}

TEST_CASE("An agent that has announced its end and hangs is killed, and everything ends") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("stubborn"));
    const int agent = house.agent_pid();
    link->announce_shutdown(std::chrono::seconds(1));
    REQUIRE(house.exited_within(20'000));
    CHECK(house.wait_keeper() == 1);
    for (const int pid : {agent, child.pid}) CHECK(!KeptHouse::is_alive(pid));
}

TEST_CASE("SIGTERM is passed on to the agent, and its leaving ends everything") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("stubborn"));
    ::kill(house.keeper_pid(), SIGTERM);  // the courier does not handle it and dies of it
    REQUIRE(house.exited_within(5000));
    CHECK(house.wait_keeper() == 1);
    CHECK(!KeptHouse::is_alive(child.pid));
}

TEST_CASE("Exit status 75 asks for a new agent, 78 from the first agent ends the keeper with it") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("stubborn"));
    link.reset();
    house.end_agent(75);
    link = connect(loop, house);
    REQUIRE(link->take_kept_children().size() == 1);
    link.reset();
    house.end_agent(78);
    link = connect(loop, house);
    CHECK(KeptHouse::is_alive(child.pid));
    KeptHouse misconfigured;
    misconfigured.receive_agent_end();
    misconfigured.end_agent(78);
    REQUIRE(misconfigured.exited_within(5000));
    CHECK(misconfigured.wait_keeper() == 78);
}

TEST_CASE("A keeper that re-executes itself keeps pid, agent, children, descriptors and exits") {
    KeptHouse house;
    Loop loop;
    auto link = connect(loop, house);
    KeptChild child = spawn(loop, *link, request("echo_stdin"));
    KeptChild ended = spawn(loop, *link, request("exiter", {"3"}));
    run_to_end(loop, link->wait_exit(ended.handle));
    const auto before = KeptHouse::open_descriptors(house.keeper_pid());
    const auto wrong = run_to_end(loop, link->upgrade_keeper("/no/such/keeper"));
    REQUIRE(wrong.has_error());
    CHECK(wrong.error().message.find("No such file") != std::string::npos);
    REQUIRE(run_to_end(loop, link->upgrade_keeper(KeptHouse::fixture("keeper_host"))).has_value());
    CHECK(KeptHouse::open_descriptors(house.keeper_pid()) == before);
    REQUIRE(::write(child.descriptors.input.get(), "still here\n", 11) == 11);
    CHECK(read_until(child.descriptors.output.get(), "\n") == "still here\n");
    KeptChild newer = spawn(loop, *link, request("exiter", {"4"}));
    CHECK(newer.handle > ended.handle);
    CHECK(run_to_end(loop, link->wait_exit(newer.handle)).code == 4);
    CHECK(run_to_end(loop, link->wait_exit(ended.handle)).code == 3);
    link->close_input(child.handle);
    child.descriptors.input.reset();
    CHECK(run_to_end(loop, link->wait_exit(child.handle)).code == 0);
}

}  // namespace mcpm
