#include "agent/door/callers.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mcpm;
using namespace mcpm::door;

namespace {

constexpr const char* id = "srv_abcdefghijkl";
constexpr pid_t keeper = 100, leader = 200;

ServerOutline server(ApiUse api) {
    ServerSpec spec;
    spec.name = "web";
    spec.api = api;
    return {id, std::make_shared<const ServerSpec>(spec), {}, {}, {}};
}

CallerFacts facts_with(ApiUse api, pid_t keeper_pid = keeper) {
    CallerFacts facts;
    facts.keeper_pid = keeper_pid;
    facts.server_of_pids = [api](const std::vector<int>& pids) -> std::optional<ServerOutline> {
        if (std::find(pids.begin(), pids.end(), leader) == pids.end()) return std::nullopt;
        return server(api);
    };
    facts.server_by_id = [api](std::string_view asked) -> std::optional<ServerOutline> {
        if (asked != id) return std::nullopt;
        return server(api);
    };
    return facts;
}

http::Peer peer_of(http::PeerProcess process) {
    http::Peer peer;
    peer.is_local_socket = true;
    peer.pid = 300;
    peer.uid = 1000;
    peer.process = std::make_shared<const http::PeerProcess>(std::move(process));
    return peer;
}

const std::string own_group = std::string("/user.slice/mcpm-1-2/") + id + "-3";

}  // namespace

TEST_CASE("who comes from a server's tree or control group is refused, who does not is not") {
    struct Row {
        const char* what;
        http::PeerProcess process;
        pid_t keeper_pid;
        bool is_refused;
    };
    for (const Row& row : {
             Row{"a person's shell", {"mcpm", "/user.slice", {300, 250, 240}}, keeper, false},
             Row{"the server itself", {"node", "/user.slice", {leader, keeper}}, keeper, true},
             Row{"its child", {"mcpm", "/user.slice", {300, leader, keeper}}, keeper, true},
             Row{"a daemon of it, the keeper's child now", {"mcpm", "/", {300, keeper}}, keeper, true},
             Row{"a member of its group, whatever its parents", {"mcpm", own_group, {300}}, keeper, true},
             Row{"a group below that", {"mcpm", own_group + "/inner", {300}}, keeper, true},
             Row{"another agent's server", {"mcpm", "/mcpm-9/srv_zzzzzzzzzzzz-1", {300}}, keeper, false},
             Row{"the keeper is pid 1: a person's exec", {"mcpm", "/", {300}}, 1, false},
             Row{"the keeper is pid 1: a server's child", {"mcpm", "/", {300, leader}}, 1, true},
             Row{"nothing is known of it", {}, keeper, false},
         }) {
        CAPTURE(row.what);
        CHECK(refuse_server(peer_of(row.process), facts_with(ApiUse::refuse, row.keeper_pid)).has_value() ==
              row.is_refused);
    }
}

TEST_CASE("what the agent started to ask it something may ask back, and nothing beside it") {
    auto facts = facts_with(ApiUse::refuse);
    const auto peer = peer_of({"mcpmd", "/", {300, keeper}});
    CHECK(refuse_server(peer, facts));
    facts.is_own_command = [](int pid) { return pid == 301; };
    CHECK(refuse_server(peer, facts));
    facts.is_own_command = [](int pid) { return pid == 300; };
    CHECK_FALSE(refuse_server(peer, facts));
}

TEST_CASE(
    "a process of this user that ended before it was looked at is refused, what cannot be seen is not") {
    auto facts = facts_with(ApiUse::refuse);
    facts.own_uid = 1000;
    auto peer = peer_of({});
    CHECK(refuse_server(peer, facts));
    peer.uid = 0;  // root, hidden from us
    CHECK_FALSE(refuse_server(peer, facts));
    peer.uid = 1000;
    for (const pid_t pid : {0, 1}) {
        peer.pid = pid;
        CHECK_FALSE(refuse_server(peer, facts));
    }
    peer.process = nullptr;
    CHECK_FALSE(refuse_server(peer, facts));
}

TEST_CASE("a definition that allows it lets its own processes ask, and no others") {
    const auto allowed = facts_with(ApiUse::allow);
    CHECK_FALSE(refuse_server(peer_of({"mcpm", "/", {300, leader, keeper}}), allowed));
    CHECK_FALSE(refuse_server(peer_of({"mcpm", own_group, {300}}), allowed));
    // A daemon without a control group is nobody's.
    CHECK(refuse_server(peer_of({"mcpm", "/", {300, keeper}}), allowed));
}

TEST_CASE("a refusal names program, pid and server, and says what would let it in") {
    const auto refused =
        refuse_server(peer_of({"no\nde", "/", {300, leader, keeper}}), facts_with(ApiUse::refuse));
    REQUIRE(refused);
    CHECK(refused->code == ErrorCode::forbidden);
    CHECK(refused->message ==
          "the agent's socket is not for servers: no?de (pid 300) belongs to server \"web\"");
    CHECK(refused->hint == "mcpm update web --api allow lets it manage servers");
}

TEST_CASE("the server in a control group's path is the deepest one") {
    CHECK(server_of_cgroup("/a/mcpm-1-2/srv_abcdefghijkl-17") == "srv_abcdefghijkl");
    CHECK(server_of_cgroup("/mcpm-1/srv_abcdefghijkl-1/mcpm-2/srv_abcdefghijkm-2/x") == "srv_abcdefghijkm");
    CHECK(server_of_cgroup("/mcpm-1/srv_abcdefghijkl").empty());
    CHECK(server_of_cgroup("/mcpm-1/job-5").empty());
    CHECK(server_of_cgroup("/srv_abcdefghijkl-1").empty());
    CHECK(server_of_cgroup("").empty());
}

TEST_CASE("events name program and pid where there is a process") {
    http::Peer peer;
    CHECK(process_in_words(peer).empty());
    peer.pid = 42;
    peer.process = std::make_shared<const http::PeerProcess>(http::PeerProcess{"mcpm", "", {}});
    CHECK(process_in_words(peer) == " (mcpm, pid 42)");
}
