// The store against the faults it promises to stand: killed writers, corrupt and newer files, foreign locks,
// a read-only folder, a full disk.
#include "agent/async/notifier.hpp"
#include "agent/store/connection.hpp"
#include "agent/store/schema.hpp"
#include "tests/integration/store/fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <doctest/doctest.h>

#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

using namespace mcpm;
using namespace mcpm::test;

namespace {

/// In a child: stores events and writes each number that was answered to `acknowledged`, until killed.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int acknowledged) {
    Loop loop;
    auto opened = must_open(loop, file);
    for (;;) {
        const auto sequence = run_to_end(loop, opened.store->add_event(event("server:started")));
        if (!sequence.has_value()) std::_Exit(1);
        const std::uint64_t number = *sequence;
        if (::write(acknowledged, &number, sizeof number) != sizeof number) std::_Exit(1);
    }
}

void overwrite(const std::filesystem::path& file, std::streamoff position, const std::string& bytes) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(position);
    stream << bytes;
}

void fill_and_close(Loop& loop, const std::filesystem::path& file, int events) {
    auto opened = must_open(loop, file);
    REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
    REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_b", "db"))).has_value());
    REQUIRE(run_to_end(loop, opened.store->save_desired("srv_a", Desired::up)).has_value());
    auto big = event("server:started");
    big.message.assign(2000, 'x');
    for (int i = 0; i < events; ++i) REQUIRE(run_to_end(loop, opened.store->add_event(big)).has_value());
    run_to_end(loop, opened.store->close());
}

/// The condition at the latest after five seconds.
StoreCondition condition_becomes(Loop& loop, StateStore& store, StoreCondition wanted) {
    for (int i = 0; i < 250 && store.condition() != wanted; ++i) {
        run_to_end(loop, sleep_for(std::chrono::milliseconds(20)));
    }
    return store.condition();
}

/// A small tmpfs of its own; empty path when we may not mount.
class SmallDisk {
  public:
    explicit SmallDisk(const std::filesystem::path& at) {
        std::filesystem::create_directory(at);
        if (::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=400k,mode=0700") == 0) path = at;
    }
    ~SmallDisk() {
        if (!path.empty()) ::umount2(path.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool remount(unsigned long flags) const {
        return ::mount("tmpfs", path.c_str(), "tmpfs", MS_REMOUNT | flags, "size=400k") == 0;
    }

    std::filesystem::path path;
};

}  // namespace

TEST_CASE("After a writer was killed in the middle of its commits every acknowledged write is there") {
    const Folder folder;
    for (int round = 0; round < 5; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            write_for_ever(folder.database(), ends[1]);
        }
        ::close(ends[1]);
        std::uint64_t newest = 0;
        for (int i = 0; i < 40 + round * 7; ++i)
            REQUIRE(::read(ends[0], &newest, sizeof newest) == sizeof newest);
        ::kill(child, SIGKILL);
        while (::read(ends[0], &newest, sizeof newest) == sizeof newest) {
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        Loop loop;
        auto opened = must_open(loop, folder.database());
        CHECK(opened.notices.empty());
        EventQuery query;
        query.limit = 100000;
        const auto events = run_to_end(loop, opened.store->load_events(query)).value();
        REQUIRE(events.size() >= newest);
        for (std::uint64_t i = 0; i < newest; ++i) REQUIRE(events[i].sequence == i + 1);
        run_to_end(loop, opened.store->close());
    }
}

TEST_CASE("A database with a garbage header is moved aside with its date and the definitions are restored") {
    const Folder folder;
    Loop loop;
    fill_and_close(loop, folder.database(), 3);
    overwrite(folder.database(), 0, "this is no database at all");
    const auto damaged = content(folder.database());
    auto opened = must_open(loop, folder.database());
    CHECK(any_contains(opened.notices, "was corrupt"));
    CHECK(any_contains(opened.notices, "2 server definitions were restored"));
    const auto aside = names_with(folder.path, "mcpm.db.corrupt-");
    REQUIRE(aside.size() == 1);
    CHECK(content(folder.path / aside.front()) == damaged);
    const auto servers = run_to_end(loop, opened.store->load_servers()).value();
    REQUIRE(servers.size() == 2);
    CHECK(servers[0].id == "srv_a");
    CHECK(servers[0].desired == Desired::up);
    CHECK(servers[0].spec == server("srv_a", "web").spec);
    // Numbers that were given out before are not given out again.
    CHECK(run_to_end(loop, opened.store->add_event(event("agent:started"))).value() > 3);
    CHECK(opened.store->condition() == StoreCondition::healthy);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("The mark of our processes survives a corrupt database") {
    const Folder folder;
    Loop loop;
    std::string id;
    {
        auto opened = must_open(loop, folder.database());
        id = opened.store->data_id();
        REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
        run_to_end(loop, opened.store->close());
    }
    overwrite(folder.database(), 0, std::string(200, '!'));
    auto opened = must_open(loop, folder.database());
    CHECK(opened.store->data_id() == id);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("A torn page that is met while running is moved aside, said, and the store goes on") {
    const Folder folder;
    Loop loop;
    fill_and_close(loop, folder.database(), 200);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder.database()));
    // The last pages hold events, which opening does not read.
    for (std::streamoff at = size / 2; at < size; at += 4096)
        overwrite(folder.database(), at, std::string(4096, '\xee'));
    auto opened = must_open(loop, folder.database());
    std::vector<std::string> notices = opened.notices;
    opened.store->set_notice_sink([&notices](std::string notice) { notices.push_back(std::move(notice)); });
    EventQuery query;
    query.limit = 1000;
    (void)run_to_end(loop, opened.store->load_events(query));
    CHECK(any_contains(notices, "was corrupt"));
    CHECK(names_with(folder.path, "mcpm.db.corrupt-").size() >= 1);
    CHECK(run_to_end(loop, opened.store->load_servers()).value().size() == 2);
    CHECK(run_to_end(loop, opened.store->save_server(server("srv_c", "new"))).has_value());
    CHECK(opened.store->condition() == StoreCondition::healthy);
    run_to_end(loop, opened.store->close());
}

TEST_CASE("An unreadable backup of a corrupt database is kept and said") {
    const Folder folder;
    Loop loop;
    fill_and_close(loop, folder.database(), 1);
    overwrite(folder.database(), 0, "garbage garbage garbage");
    std::ofstream(folder.path / "servers.backup.json") << "{half";
    auto opened = must_open(loop, folder.database());
    CHECK(any_contains(opened.notices, "backup of the definitions can't be used"));
    CHECK(names_with(folder.path, "servers.backup.json.corrupt-").size() == 1);
    CHECK(run_to_end(loop, opened.store->load_servers()).value().empty());
    run_to_end(loop, opened.store->close());
}

TEST_CASE("A schema from the future is refused with both versions and the file stays as it was") {
    const Folder folder;
    Loop loop;
    fill_and_close(loop, folder.database(), 1);
    {
        const auto newer = store::Connection::open(folder.database(), store::Connection::Mode::read_write,
                                                   std::chrono::milliseconds(0));
        newer->execute("PRAGMA user_version = 999");
        REQUIRE_FALSE(newer->failure());
    }
    const auto before = content(folder.database());
    const auto opened = run_to_end(loop, StateStore::open(loop, folder.database(), quick()));
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == ErrorCode::conflict);
    CHECK(opened.error().message.find("version 999") != std::string::npos);
    CHECK(opened.error().message.find("up to version " + std::to_string(store::schema_version())) !=
          std::string::npos);
    CHECK(content(folder.database()) == before);
    CHECK(names_with(folder.path, "corrupt").empty());
}

TEST_CASE("While another process holds the lock calls fail in time, reads work, and kept writes follow") {
    const Folder folder;
    Loop loop;
    auto options = quick();
    options.call_limit = std::chrono::milliseconds(600);
    auto opened = must_open(loop, folder.database(), options);
    auto& store = *opened.store;
    REQUIRE(run_to_end(loop, store.save_server(server("srv_a", "web"))).has_value());
    {
        const auto other = store::Connection::open(folder.database(), store::Connection::Mode::read_write,
                                                   std::chrono::milliseconds(1000));
        other->execute("BEGIN IMMEDIATE");
        REQUIRE_FALSE(other->failure());
        const auto added = run_to_end(loop, store.save_server(server("srv_b", "db")));
        REQUIRE(added.has_error());
        CHECK(added.error().code == ErrorCode::unavailable);
        CHECK(added.error().message.find("locked") != std::string::npos);
        CHECK(run_to_end(loop, store.save_desired("srv_a", Desired::up)).has_error());
        CHECK(store.condition() == StoreCondition::degraded);
        CHECK(run_to_end(loop, store.load_servers()).value().size() == 1);
    }
    CHECK(condition_becomes(loop, store, StoreCondition::healthy) == StoreCondition::healthy);
    const auto servers = run_to_end(loop, store.load_servers()).value();
    REQUIRE(servers.size() == 1);  // the definition that failed did not come after all
    CHECK(servers[0].desired == Desired::up);
    run_to_end(loop, store.close());
}

TEST_CASE("A full disk fails writes with the reason, loses nothing, and is over when there is space again") {
    const Folder folder;
    const SmallDisk disk(folder.path / "disk");
    if (disk.path.empty()) {
        MESSAGE("skipped: mounting a tmpfs needs root");
        return;
    }
    Loop loop;
    auto opened = must_open(loop, disk.path / "mcpm.db");
    auto& store = *opened.store;
    std::vector<std::string> notices;
    store.set_notice_sink([&notices](std::string notice) { notices.push_back(std::move(notice)); });
    REQUIRE(run_to_end(loop, store.save_server(server("srv_a", "web"))).has_value());
    const auto ballast = disk.path / "ballast";
    std::ofstream(ballast) << std::string(1 << 20, 'x');
    auto big = event("server:started");
    big.message.assign(100000, 'x');
    int failed = 0;
    for (int i = 0; i < 10 && failed == 0; ++i)
        failed += run_to_end(loop, store.add_event(big)).has_error() ? 1 : 0;
    REQUIRE(failed == 1);
    CHECK(store.condition() == StoreCondition::degraded);
    CHECK(store.condition_reason().find("full") != std::string::npos);
    CHECK(any_contains(notices, "changes can't be stored"));
    auto heavy = server("srv_b", "db");
    heavy.spec.environment["X"] = std::string(100000, 'x');
    const auto refused = run_to_end(loop, store.save_server(heavy));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(run_to_end(loop, store.load_servers()).value().size() == 1);
    std::filesystem::remove(ballast);
    CHECK(condition_becomes(loop, store, StoreCondition::healthy) == StoreCondition::healthy);
    EventQuery query;
    const auto events = run_to_end(loop, store.load_events(query)).value();
    REQUIRE_FALSE(events.empty());  // the kept one was stored
    CHECK(events.back().message.size() == 100000);
    CHECK(run_to_end(loop, store.save_server(server("srv_b", "db"))).has_value());
    run_to_end(loop, store.close());
}

TEST_CASE("A read-only folder opens degraded with what is there, and recovers when it can be written") {
    const Folder folder;
    const SmallDisk disk(folder.path / "disk");
    if (disk.path.empty()) {
        MESSAGE("skipped: mounting a tmpfs needs root");
        return;
    }
    Loop loop;
    fill_and_close(loop, disk.path / "mcpm.db", 1);
    REQUIRE(disk.remount(MS_RDONLY));
    auto opened = must_open(loop, disk.path / "mcpm.db");
    auto& store = *opened.store;
    CHECK(store.condition() == StoreCondition::degraded);
    CHECK(any_contains(opened.notices, "can't be used"));
    CHECK(run_to_end(loop, store.load_servers()).value().size() == 2);
    const auto refused = run_to_end(loop, store.save_server(server("srv_c", "new")));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(run_to_end(loop, store.save_desired("srv_b", Desired::up)).has_error());
    REQUIRE(disk.remount(0));
    CHECK(condition_becomes(loop, store, StoreCondition::healthy) == StoreCondition::healthy);
    CHECK(run_to_end(loop, store.load_servers()).value()[1].desired == Desired::up);
    CHECK(run_to_end(loop, store.save_server(server("srv_c", "new"))).has_value());
    run_to_end(loop, store.close());
}

TEST_CASE("A folder that can't be made opens degraded and empty, with the reason") {
    const Folder folder;
    Loop loop;
    std::ofstream(folder.path / "file") << "in the way";
    auto opened = must_open(loop, folder.path / "file" / "data" / "mcpm.db");
    CHECK(opened.store->condition() == StoreCondition::degraded);
    CHECK_FALSE(opened.store->condition_reason().empty());
    CHECK(run_to_end(loop, opened.store->load_servers()).value().empty());
    run_to_end(loop, opened.store->close());
}

TEST_CASE("A stored definition that can't be read is left out, said, and stays on disk") {
    const Folder folder;
    Loop loop;
    fill_and_close(loop, folder.database(), 0);
    {
        const auto other = store::Connection::open(folder.database(), store::Connection::Mode::read_write,
                                                   std::chrono::milliseconds(1000));
        other->execute("UPDATE servers SET spec = '{broken' WHERE id = 'srv_a'");
        REQUIRE_FALSE(other->failure());
    }
    auto opened = must_open(loop, folder.database());
    std::vector<std::string> notices;
    opened.store->set_notice_sink([&notices](std::string notice) { notices.push_back(std::move(notice)); });
    CHECK(run_to_end(loop, opened.store->load_servers()).value().size() == 1);
    CHECK(any_contains(notices, "srv_a"));
    run_to_end(loop, opened.store->close());
    const auto connection = store::Connection::open(folder.database(), store::Connection::Mode::read_only,
                                                    std::chrono::milliseconds(0));
    CHECK(connection->number("SELECT count(*) FROM servers") == 2);
}

TEST_CASE(
    "A database that was deleted, replaced or cut while it was open takes nothing with it that was "
    "answered") {
    enum class Fault { deleted, folder_deleted, replaced, cut, garbled };
    for (const auto fault :
         {Fault::deleted, Fault::folder_deleted, Fault::replaced, Fault::cut, Fault::garbled}) {
        CAPTURE(static_cast<int>(fault));
        Folder folder;
        Loop loop;
        const auto file = folder.database();
        auto opened = must_open(loop, file);
        std::string said;
        opened.store->set_notice_sink([&said](const std::string& notice) { said += notice + "\n"; });
        REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
        REQUIRE(run_to_end(loop, opened.store->save_token(StoredToken{"ci", true, "", "d1"})).has_value());
        // Out of the write-ahead log, so that there is something to be damaged.
        run_to_end(loop, opened.store->close());
        opened = must_open(loop, file);
        opened.store->set_notice_sink([&said](const std::string& notice) { said += notice + "\n"; });
        if (fault == Fault::deleted) {
            for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
        } else if (fault == Fault::folder_deleted) {
            std::filesystem::remove_all(folder.path);
        } else if (fault == Fault::replaced) {
            std::ofstream(folder.path / "other") << "something else";
            std::filesystem::rename(folder.path / "other", file);
        } else if (fault == Fault::cut) {
            std::filesystem::resize_file(file, 4096);
        } else {
            overwrite(file, 4096, std::string(65536, 'x'));
        }
        REQUIRE(
            run_to_end(loop, opened.store->save_token(StoredToken{"later", false, "", "d2"})).has_value());
        CHECK_FALSE(said.empty());
        CHECK(opened.store->condition() == StoreCondition::healthy);
        opened.store.reset();  // as when it is killed
        auto again = must_open(loop, file);
        CHECK(run_to_end(loop, again.store->load_servers())->size() == 1);
        CHECK(run_to_end(loop, again.store->load_tokens())->size() == 2);
    }
}

TEST_CASE("Nothing is written while nobody can say what lies where the database was, and nothing is lost") {
    Folder folder;
    Loop loop;
    const auto file = folder.database();
    const std::filesystem::path elsewhere = folder.path.string() + "-elsewhere";
    auto opened = must_open(loop, file);
    REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_a", "web"))).has_value());
    std::filesystem::rename(folder.path, elsewhere);
    std::filesystem::create_symlink(folder.path, folder.path);  // leads to itself
    const auto refused = run_to_end(loop, opened.store->save_server(server("srv_b", "lost")));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("can't be looked at") != std::string::npos);
    CHECK(run_to_end(loop, opened.store->load_servers())->size() == 1);
    std::filesystem::remove(folder.path);
    std::filesystem::rename(elsewhere, folder.path);
    REQUIRE(run_to_end(loop, opened.store->save_server(server("srv_c", "again"))).has_value());
    CHECK(run_to_end(loop, opened.store->load_servers())->size() == 2);
    opened.store.reset();
    auto again = must_open(loop, file);
    CHECK(run_to_end(loop, again.store->load_servers())->size() == 2);
}
