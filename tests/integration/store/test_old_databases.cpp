// Every schema that a program of ours ever wrote (tests/fixtures/databases, one file each, kept as they were)
// is opened by this one, and nothing that a person entered is lost.
#include "agent/store/connection.hpp"
#include "agent/store/schema.hpp"
#include "tests/integration/store/fixture.hpp"
#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::filesystem::path kept(int schema) {
    return std::filesystem::path(places::source_folder()) / "tests/fixtures/databases" /
           ("schema-" + std::to_string(schema) + ".sql");
}

void lay_down(const std::filesystem::path& file, const std::string& sql) {
    std::ofstream(file).flush();
    const auto old =
        store::Connection::open(file, store::Connection::Mode::read_write, std::chrono::seconds(1));
    old->execute(sql.c_str());
    REQUIRE_FALSE(old->failure());
}

}  // namespace

TEST_CASE("A database of every schema before is brought up to date with all that is in it") {
    for (int schema = 1; schema <= store::schema_version(); ++schema) {
        CAPTURE(schema);
        // A new schema comes with a database of it: the program before the next one wrote it.
        REQUIRE(std::filesystem::exists(kept(schema)));
        const Folder folder;
        lay_down(folder.database(), content(kept(schema)));
        Loop loop;
        auto opened = must_open(loop, folder.database());
        auto& store = *opened.store;
        CHECK(store.condition() == StoreCondition::healthy);
        CHECK(store.data_id() == "00112233445566778899aabbccddeeff");
        const auto servers = run_to_end(loop, store.load_servers());
        REQUIRE(servers.has_value());
        REQUIRE(servers->size() == 2);
        const bool first_is_files = servers->front().spec.name == "files";
        const auto& files = first_is_files ? servers->front() : servers->back();
        const auto& web = first_is_files ? servers->back() : servers->front();
        CHECK(files.id == "srv_aaaaaaaaaaaa");
        CHECK(files.last_run == 2);
        CHECK(std::get<CommandSource>(files.spec.source).program == "/bin/cat");
        CHECK(web.spec.name == "web ü");
        CHECK(web.desired == Desired::up);
        const auto runs = run_to_end(loop, store.load_runs("srv_aaaaaaaaaaaa", 10));
        REQUIRE(runs.has_value());
        CHECK(runs->size() == 1);
        const auto tokens = run_to_end(loop, store.load_tokens());
        REQUIRE(tokens.has_value());
        CHECK(tokens->size() == (schema >= 2 ? 1 : 0));
        const auto profiles = run_to_end(loop, store.load_profiles());
        REQUIRE(profiles.has_value());
        CHECK(profiles->size() == (schema >= 2 ? 1 : 0));
        const auto approvals = run_to_end(loop, store.load_approvals());
        REQUIRE(approvals.has_value());
        CHECK(approvals->size() == (schema >= 5 ? 1 : 0));
        const auto feedback = run_to_end(loop, store.load_feedback({}));
        REQUIRE(feedback.has_value());
        CHECK(feedback->size() == (schema >= 7 ? 1 : 0));
        CHECK(run_to_end(loop, store.save_server(server("srv_c", "new"))).has_value());
        run_to_end(loop, store.close());
    }
}

TEST_CASE("Days of health are summed up out of the hours that an older program left") {
    constexpr std::int64_t hour = 3'600'000;
    const Folder folder;
    std::string sql = content(kept(11));
    for (std::int64_t at = 0; at < 48; ++at)
        sql +=
            "INSERT INTO health (server_id, step, at, checks, failed, total_us, most_us, sequence) VALUES "
            "('srv_aaaaaaaaaaaa', " +
            std::to_string(hour) + ", " + std::to_string(at * hour) + ", 10, 1, 900, " + std::to_string(at) +
            ", " + std::to_string(at + 1) + ");";
    lay_down(folder.database(), sql);
    Loop loop;
    auto opened = must_open(loop, folder.database());
    const auto days =
        run_to_end(loop, opened.store->load_health("srv_aaaaaaaaaaaa", HealthStep::day, Timestamp{}));
    REQUIRE(days.has_value());
    REQUIRE(days->size() == 2);
    CHECK(days->front().checks == 240);
    CHECK(days->front().failed == 24);
    CHECK(days->back().most == std::chrono::microseconds(47));
    CHECK_FALSE(days->back().least);
    run_to_end(loop, opened.store->close());
}
