#include "agent/async/task_group.hpp"
#include "agent/store/snapshot.hpp"
#include "tests/integration/store/fixture.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("What was stored is there after opening again") {
    const Folder folder;
    Loop loop;
    std::string data_id;
    {
        auto opened = must_open(loop, folder.database());
        CHECK(opened.notices.empty());
        CHECK(opened.store->condition() == StoreCondition::healthy);
        data_id = opened.store->data_id();
        CHECK(data_id.size() == 32);
        auto& store = *opened.store;
        CHECK(run_to_end(loop, store.save_server(server("srv_a", "web"))).has_value());
        CHECK(run_to_end(loop, store.save_server(server("srv_b", "db"))).has_value());
        CHECK(run_to_end(loop, store.save_desired("srv_a", Desired::up)).has_value());
        RunRecord run;
        run.run = 3;
        CHECK(run_to_end(loop, store.save_run("srv_a", run)).has_value());
        CHECK(run_to_end(loop, store.add_event(event("server:created"))).value() == 1);
        Manifest manifest;
        manifest.tools = R"([{"name":"echo"}])";
        CHECK(run_to_end(loop, store.save_manifest("srv_a", manifest)).has_value());
        CHECK(run_to_end(loop, store.remove_server("srv_b")).has_value());
        run_to_end(loop, store.close());
    }
    auto opened = must_open(loop, folder.database());
    auto& store = *opened.store;
    CHECK(store.data_id() == data_id);
    const auto servers = run_to_end(loop, store.load_servers());
    REQUIRE(servers.has_value());
    REQUIRE(servers->size() == 1);
    CHECK(servers->front().spec == server("srv_a", "web").spec);
    CHECK(servers->front().desired == Desired::up);
    CHECK(servers->front().last_run == 3);
    CHECK(servers->front().created_at == server("srv_a", "web").created_at);
    CHECK(run_to_end(loop, store.load_runs("srv_a", 10)).value().size() == 1);
    const auto manifests = run_to_end(loop, store.load_manifests());
    REQUIRE(manifests.has_value());
    REQUIRE(manifests->size() == 1);
    CHECK(manifests->front().server_id == "srv_a");
    CHECK(manifests->front().manifest.tools == R"([{"name":"echo"}])");
    CHECK(run_to_end(loop, store.add_event(event("agent:started"))).value() == 2);
    CHECK(run_to_end(loop, store.load_events({})).value().size() == 2);
    run_to_end(loop, store.close());
}

TEST_CASE("Nobody else can read the database, its log or the backup") {
    const Folder folder;
    Loop loop;
    const auto file = folder.path / "made" / "mcpm.db";
    auto opened = must_open(loop, file);
    CHECK(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat facts {};
        REQUIRE(::stat((file.string() + suffix).c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777) == 0600);
    }
    run_to_end(loop, opened.store->close());
    struct stat facts {};
    REQUIRE(::stat((folder.path / "made").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
    REQUIRE(::stat((folder.path / "made" / "servers.backup.json").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("The backup has every change of a burst while the store stays open") {
    const Folder folder;
    Loop loop;
    auto opened = must_open(loop, folder.database());
    for (int i = 0; i < 50; ++i) {
        const auto name = "web" + std::to_string(i);
        REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_" + name, name))).has_value());
    }
    const auto is_there = [&] {
        return content(folder.path / "servers.backup.json").find("\"web49\"") != std::string::npos;
    };
    for (const auto until = Clock::now() + std::chrono::seconds(20); !is_there() && Clock::now() < until;) {
        loop.restart();
        loop.run_for(std::chrono::milliseconds(5));
    }
    CHECK(is_there());
    run_to_end(loop, opened.store->close());
}

namespace {

Task<> add_one(StateStore& store, unsigned& stored) {
    auto result = co_await store.add_event(event("server:started"));
    if (result.has_value()) ++stored;
}

unsigned add_many(Loop& loop, StateStore& store, unsigned count) {
    TaskGroup group(loop);
    unsigned stored = 0;
    for (unsigned i = 0; i < count; ++i) group.spawn("event", add_one(store, stored));
    run_to_end(loop, group.drain());
    return stored;
}

}  // namespace

TEST_CASE("A hundred writes at once are a few commits, not a hundred") {
    const Folder folder;
    Loop loop;
    auto opened = must_open(loop, folder.database());
    const auto before = opened.store->stats();
    CHECK(add_many(loop, *opened.store, 100) == 100);
    const auto after = opened.store->stats();
    CHECK(after.writes - before.writes == 100);
    CHECK(after.commits - before.commits <= 3);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("When more wait than may, the rest is refused at once and counted") {
    const Folder folder;
    Loop loop;
    auto options = quick();
    options.waiting_limit = 10;
    auto opened = must_open(loop, folder.database(), options);
    CHECK(add_many(loop, *opened.store, 100) < 100);
    CHECK(opened.store->stats().refused > 0);
    CHECK(add_many(loop, *opened.store, 5) == 5);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("Events beyond the limit are forgotten, oldest first") {
    const Folder folder;
    Loop loop;
    auto options = quick();
    options.events_kept = 200;
    auto opened = must_open(loop, folder.database(), options);
    for (int round = 0; round < 10; ++round) add_many(loop, *opened.store, 100);
    EventQuery query;
    query.limit = 5000;
    const auto events = run_to_end(loop, opened.store->load_events(query)).value();
    CHECK(events.size() >= 200);
    CHECK(events.size() <= 210);
    CHECK(events.back().sequence == 1000);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("A healthy store without work leaves the loop nothing to wait for") {
    const Folder folder;
    Loop loop;
    auto opened = must_open(loop, folder.database());
    CHECK(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
    loop.restart();
    loop.run();  // returns: no timer, no coroutine is left
    loop.restart();
    CHECK(loop.poll() == 0);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("After close every call fails with a reason, and closing twice is harmless") {
    const Folder folder;
    Loop loop;
    auto opened = must_open(loop, folder.database());
    run_to_end(loop, opened.store->close());
    run_to_end(loop, opened.store->close());
    const auto result = run_to_end(loop, opened.store->add_event(event("late")));
    REQUIRE(result.has_error());
    CHECK(result.error().code == ErrorCode::unavailable);
}

TEST_CASE("A store that goes without being closed answers the calls that wait") {
    const Folder folder;
    Loop loop;
    auto opened = must_open(loop, folder.database());
    TaskGroup group(loop);
    unsigned stored = 0;
    for (int i = 0; i < 10; ++i) group.spawn("event", add_one(*opened.store, stored));
    loop.restart();
    while (opened.store->stats().waiting < 10) loop.run_one();
    opened.store.reset();
    run_to_end(loop, group.drain());
    CHECK(stored == 0);
}

TEST_CASE("A file is replaced whole, and a failed replacement leaves the old one") {
    const Folder folder;
    const auto path = folder.path / "snapshot.json";
    CHECK(write_file_atomically(path, "one").has_value());
    CHECK(write_file_atomically(path, "two").has_value());
    CHECK(content(path) == "two");
    CHECK(names_with(folder.path, "snapshot").size() == 1);
    std::filesystem::create_directory(folder.path / "snapshot.json.new");
    const auto failed = write_file_atomically(path, "three");
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == ErrorCode::conflict);
    CHECK(content(path) == "two");
    CHECK(read_small_file(path, 2).error().code == ErrorCode::payload_too_large);
    CHECK(read_small_file(folder.path / "none", 2).error().code == ErrorCode::not_found);
}
