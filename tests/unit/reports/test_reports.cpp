#include "agent/reports/limits.hpp"
#include "agent/reports/report.hpp"
#include "agent/reports/spool.hpp"
#include "common/wire.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::reports;
using std::chrono::minutes;
using std::chrono::seconds;
using wire::Json;

namespace {

const Clock::time_point start{std::chrono::hours(1000)};
const Origin origin{"mcpm@0.1.0", "production", "Linux"};

Event event(std::string type, std::string detail = {}) {
    Event made;
    made.type = std::move(type);
    made.message = "start \"web\": it exited with 7";
    made.detail = std::move(detail);
    return made;
}

std::string line_of(const std::string& envelope, int number) {
    std::size_t begin = 0;
    for (int i = 0; i < number; ++i) begin = envelope.find('\n', begin) + 1;
    return envelope.substr(begin, envelope.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("A DSN says where envelopes go, and its user is the key") {
    const auto dsn = read_dsn("https://abc123@o1.ingest.example.org/42");
    REQUIRE(dsn.has_value());
    CHECK(dsn->url == "https://o1.ingest.example.org/api/42/envelope/");
    CHECK(dsn->public_key == "abc123");
    CHECK(read_dsn("http://k:old@127.0.0.1:9000/prefix/7")->url ==
          "http://127.0.0.1:9000/prefix/api/7/envelope/");
    CHECK(read_dsn("http://k:old@127.0.0.1:9000/prefix/7")->public_key == "k");
    CHECK(auth_header(*dsn).find("sentry_key=abc123") != std::string::npos);
}

TEST_CASE("A DSN that is none is refused without being shown") {
    for (const char* text : {"", "abc", "https://o1.example.org/42", "https://@host/1", "https://k@host",
                             "https://k@host/", "ftp://k@host/1", "https://k@host/1?x=1", "https://k@/1"}) {
        CAPTURE(text);
        const auto dsn = read_dsn(text);
        REQUIRE(dsn.has_error());
        if (*text != '\0') CHECK(dsn.error().message.find(text) == std::string::npos);
    }
}

TEST_CASE("Failed starts, crash loops and faults of the agent are errors, other events are not") {
    CHECK(report_of(event("server:start-failed", R"({"stage":"exec"})"))->tags.at("stage") == "exec");
    CHECK(report_of(event("server:crash-loop"))->severity == Severity::fatal);
    CHECK(report_of(event("agent:fault"))->type == "agent");
    CHECK_FALSE(report_of(event("server:status")));
    CHECK_FALSE(report_of(event("server:exited")));
}

TEST_CASE("An envelope has a head, an item that says its length, and the event") {
    Report report = *report_of(event("server:start-failed"));
    report.tags["endpoint"] = "/api/servers/{id}/start";
    report.frames = {{"mcpmd", 0x10, 0x5510}, {"libc.so.6", 0x20, 0x7f20}};
    const auto envelope = write_envelope(report, origin, std::string(32, 'a'), {});
    CHECK(Json::parse(line_of(envelope, 0))["event_id"] == std::string(32, 'a'));
    CHECK_FALSE(Json::parse(line_of(envelope, 0)).contains("dsn"));
    CHECK(Json::parse(line_of(envelope, 1))["length"] == line_of(envelope, 2).size());
    const auto body = Json::parse(line_of(envelope, 2));
    CHECK(body["level"] == "error");
    CHECK(body["exception"]["values"][0]["type"] == "start-failed");
    CHECK(body["tags"]["component"] == "supervisor");
    CHECK(body["tags"]["endpoint"] == "/api/servers/{id}/start");
    const auto frames = body["exception"]["values"][0]["stacktrace"]["frames"];
    CHECK(frames[0]["function"] == "libc.so.6+0x20");  // the outermost first
    CHECK(frames[1]["instruction_addr"] == "0x5510");
    CHECK(envelope.ends_with("\n"));
}

TEST_CASE("An envelope stays small and readable, whatever the message") {
    Report report = *report_of(event("server:start-failed"));
    report.message = std::string(1'000'000, '\xff') + "\nx";
    report.tags["endpoint"] = std::string(10'000, 'x');
    const auto envelope = write_envelope(report, origin, std::string(32, 'a'), {});
    CHECK(envelope.size() < 64'000);
    CHECK_FALSE(Json::parse(line_of(envelope, 2), nullptr, false).is_discarded());
}

TEST_CASE("A long message is not cut within a character") {
    Report report = *report_of(event("server:start-failed"));
    report.message = "a";
    while (report.message.size() < 9'000) report.message += "é";
    const auto envelope = write_envelope(report, origin, std::string(32, 'a'), {});
    const auto body = Json::parse(line_of(envelope, 2));
    CHECK(body["exception"]["values"][0]["value"] == report.message.substr(0, 8'191));
}

TEST_CASE("The same error is reported once in ten minutes, and others up to a number") {
    Limits limits;
    CHECK(limits.take("a", start));
    CHECK_FALSE(limits.take("a", start + minutes(9)));
    CHECK(limits.take("a", start + minutes(10)));
    CHECK(limits.left_out() == 1);
    Limits others;
    unsigned taken = 0;
    for (int i = 0; i < 100; ++i) taken += others.take("e" + std::to_string(i), start) ? 1U : 0U;
    CHECK(taken == Limits::burst);
    CHECK(others.left_out() == 100 - Limits::burst);
    CHECK(others.take("later", start + Limits::one_more_in));
    CHECK_FALSE(others.take("later still", start + Limits::one_more_in));
}

TEST_CASE("A receiver that asks for quiet gets it: Retry-After, and limits by category") {
    Limits limits;
    CHECK_FALSE(limits.quiet_until(start));
    limits.note_answer(200, "7", "", start);
    CHECK_FALSE(limits.quiet_until(start));
    limits.note_answer(429, "7", "", start);
    CHECK(limits.quiet_until(start) == start + seconds(7));
    CHECK_FALSE(limits.quiet_until(start + seconds(7)));
    limits.note_answer(429, "", "", start + minutes(1));
    CHECK(limits.quiet_until(start + minutes(1)) == start + minutes(2));
    limits.note_answer(200, "", "120:error:organization", start + minutes(5));
    CHECK(limits.quiet_until(start + minutes(5)) == start + minutes(7));
}

TEST_CASE("Only limits that hold for errors count") {
    CHECK_FALSE(read_rate_limits(""));
    CHECK_FALSE(read_rate_limits("60:transaction:organization"));
    CHECK(read_rate_limits("60:transaction;error:organization, 2700:session:key") == seconds(60));
    CHECK(read_rate_limits("5::organization, 9:default:x") == seconds(9));
    CHECK(read_rate_limits("nonsense, 3:error") == seconds(3));
    CHECK(read_rate_limits("999999999:error") == seconds(24 * 3600));
}

TEST_CASE("The spool keeps what it is given, the oldest first, and no more than its bound") {
    const test::TemporaryFolder folder;
    const Spool spool(folder.path() / "reports");
    CHECK_FALSE(spool.oldest());
    CHECK(spool.add("first").value() == 0);
    CHECK(spool.add("second").value() == 0);
    REQUIRE(spool.oldest());
    CHECK(spool.oldest()->text == "first");
    spool.remove(spool.oldest()->name);
    CHECK(spool.oldest()->text == "second");
    std::size_t gone = 0;
    for (std::size_t i = 0; i < Spool::most_files + 5; ++i) gone += spool.add("x").value();
    CHECK(gone == 6);
    CHECK(spool.size() == Spool::most_files);
    CHECK(spool.add(std::string(100'000, 'x')).has_error());
}
