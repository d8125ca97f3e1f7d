#include "agent/notify/gathering.hpp"
#include "agent/notify/notice.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::notify;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

Event event(std::string type, std::string detail = {}, std::string server_id = "srv_a") {
    Event made;
    made.type = std::move(type);
    made.server_id = server_id;
    made.server_name = "web";
    made.message = "\"web\" did something";
    made.detail = std::move(detail);
    return made;
}

Notice notice(NotifyKind kind, std::string server_id = "srv_a") {
    Notice made;
    made.kind = kind;
    made.severity = severity_of(kind);
    made.server_id = std::move(server_id);
    made.title = "title";
    return made;
}

NotifySettings settings(std::optional<QuietHours> quiet = {}) {
    NotifySettings made;
    made.group = seconds(10);
    made.repeat_after = hours(1);
    made.quiet = quiet;
    return made;
}

const Clock::time_point start{hours(1000)};
Moment at(Clock::duration after, unsigned minute = 12 * 60) {
    return {start + after, minute};
}

}  // namespace

TEST_CASE("A server that is unhealthy is told once, and its recovery only after that") {
    Watch watch;
    CHECK_FALSE(watch.take(event("server:health", R"({"health":"healthy"})"), {}));
    const auto bad = watch.take(event("server:health", R"({"health":"unhealthy"})"), {{"team", "ops"}});
    REQUIRE(bad);
    CHECK(bad->kind == NotifyKind::unhealthy);
    CHECK(bad->severity == NotifySeverity::warning);
    CHECK(bad->labels.at("team") == "ops");
    CHECK_FALSE(watch.take(event("server:health", R"({"health":"unhealthy"})"), {}));
    const auto good = watch.take(event("server:health", R"({"health":"healthy"})"), {});
    REQUIRE(good);
    CHECK(good->kind == NotifyKind::recovered);
    CHECK_FALSE(watch.take(event("server:health", R"({"health":"healthy"})"), {}));
}

TEST_CASE("A crash loop is critical, and over when the server runs") {
    Watch watch;
    CHECK_FALSE(watch.take(event("server:status", R"({"status":"running"})"), {}));
    CHECK(watch.take(event("server:crash-loop"), {})->severity == NotifySeverity::critical);
    CHECK_FALSE(watch.take(event("server:status", R"({"status":"starting"})"), {}));
    CHECK(watch.take(event("server:status", R"({"status":"running"})"), {})->kind == NotifyKind::recovered);
}

TEST_CASE("A server that was removed does not recover") {
    Watch watch;
    watch.take(event("server:crash-loop"), {});
    watch.take(event("server:deleted"), {});
    CHECK_FALSE(watch.take(event("server:status", R"({"status":"running"})"), {}));
}

TEST_CASE("Feedback is told when it is for the team") {
    Watch watch;
    CHECK(watch.take(event("feedback:received", R"({"type":"bug","forTeam":true})", ""), {}));
    CHECK_FALSE(watch.take(event("feedback:received", R"({"type":"general","forTeam":false})", ""), {}));
    CHECK_FALSE(watch.take(event("feedback:received", "broken", ""), {}));
}

TEST_CASE("A disk that is short is told once, and good again only clearly above") {
    Watch watch;
    CHECK_FALSE(watch.take_free_space(1000, 1000, {}));
    CHECK(watch.take_free_space(999, 1000, {})->kind == NotifyKind::disk_short);
    CHECK_FALSE(watch.take_free_space(1, 1000, {}));
    CHECK_FALSE(watch.take_free_space(1050, 1000, {}));
    CHECK(watch.take_free_space(1100, 1000, {})->kind == NotifyKind::recovered);
}

TEST_CASE("Without rules all channels are told of warnings, of worse, and of recoveries") {
    const std::vector<NotifyChannel> all{NotifyChannel::slack, NotifyChannel::email};
    CHECK(channels_for(notice(NotifyKind::unhealthy), {}, all) == all);
    CHECK(channels_for(notice(NotifyKind::recovered), {}, all) == all);
    CHECK(channels_for(notice(NotifyKind::test), {}, all).empty());
}

TEST_CASE("A rule tells its channels when kind, label and severity fit") {
    const std::vector<NotifyChannel> all{NotifyChannel::slack, NotifyChannel::email};
    const auto rule = [](const char* text) { return std::vector{read_notify_rule(text).value()}; };
    auto crash = notice(NotifyKind::crash_loop);
    CHECK(channels_for(crash, rule("email: crash-loop"), all) == std::vector{NotifyChannel::email});
    CHECK(channels_for(crash, rule("desktop"), all).empty());
    CHECK(channels_for(crash, rule("all: severity=critical"), all) == all);
    CHECK(channels_for(notice(NotifyKind::unhealthy), rule("all: severity=critical"), all).empty());
    CHECK(channels_for(crash, rule("all: unhealthy recovered"), all).empty());
    CHECK(channels_for(crash, rule("all: label=team=ops"), all).empty());
    crash.labels = {{"team", "ops"}};
    CHECK(channels_for(crash, rule("all: label=team=ops"), all) == all);
    CHECK(channels_for(crash, rule("all: label=team"), all) == all);
    CHECK(channels_for(crash, rule("all: label=team=dev"), all).empty());
}

TEST_CASE("What happens together goes together, at the first one's time") {
    Gathering gathering(settings());
    gathering.add(notice(NotifyKind::unhealthy, "srv_a"), at(seconds(0)));
    gathering.add(notice(NotifyKind::unhealthy, "srv_b"), at(seconds(9)));
    CHECK(gathering.due(at(seconds(9))).empty());
    CHECK(gathering.next(at(seconds(9))) == start + seconds(10));
    CHECK(gathering.due(at(seconds(10))).size() == 2);
    CHECK_FALSE(gathering.next(at(seconds(10))));
}

TEST_CASE("The same of the same server is not said again for a while, and is counted") {
    Gathering gathering(settings());
    gathering.add(notice(NotifyKind::unhealthy), at(seconds(0)));
    gathering.add(notice(NotifyKind::unhealthy), at(seconds(1)));
    gathering.add(notice(NotifyKind::crash_loop), at(seconds(1)));
    gathering.add(notice(NotifyKind::unhealthy, "srv_b"), at(seconds(1)));
    CHECK(gathering.due(at(seconds(20))).size() == 3);
    CHECK(gathering.repeated() == 1);
    gathering.add(notice(NotifyKind::unhealthy), at(hours(1)));
    CHECK(gathering.due(at(hours(1) + seconds(10))).size() == 1);
    gathering.add(notice(NotifyKind::feedback, ""), at(hours(2)));
    gathering.add(notice(NotifyKind::feedback, ""), at(hours(2)));
    CHECK(gathering.due(at(hours(2) + seconds(10))).size() == 2);
}

TEST_CASE("In quiet hours only what is critical is said, and the rest waits until they end") {
    Gathering gathering(settings(read_quiet_hours("22:00-07:00")));
    gathering.add(notice(NotifyKind::unhealthy), at(seconds(0), 23 * 60));
    gathering.add(notice(NotifyKind::crash_loop), at(seconds(0), 23 * 60));
    const auto night = gathering.due(at(seconds(10), 23 * 60));
    REQUIRE(night.size() == 1);
    CHECK(night[0].kind == NotifyKind::crash_loop);
    CHECK(gathering.due(at(hours(7), 6 * 60)).empty());
    CHECK(gathering.next(at(hours(7), 6 * 60)));
    CHECK(gathering.due(at(hours(8), 7 * 60)).size() == 1);
}

TEST_CASE("What waits is bounded, the oldest goes and is counted") {
    Gathering gathering(settings(read_quiet_hours("00:00-23:59")));
    for (std::size_t i = 0; i < Gathering::most_waiting + 5; ++i)
        gathering.add(notice(NotifyKind::unhealthy, "srv_" + std::to_string(i)), at(seconds(0), 60));
    CHECK(gathering.waiting() == Gathering::most_waiting);
    CHECK(gathering.dropped() == 5);
}
