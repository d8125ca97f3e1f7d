#include "agent/notify/gathering.hpp"
#include "agent/notify/kept_notices.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
using namespace mcpm::notify;

namespace {

Notice notice() {
    Notice notice;
    notice.kind = NotifyKind::crash_loop;
    notice.severity = NotifySeverity::critical;
    notice.server_id = "srv_1";
    notice.server = "web";
    notice.labels = {{"team", "ops"}};
    notice.title = "web crashes";
    notice.text = "again \"and\" again";
    notice.at = Timestamp(std::chrono::hours(500'000));
    return notice;
}

}  // namespace

TEST_CASE("Notices and letters that wait are the same when they are read again") {
    const auto read =
        read_kept(kept_text({{NotifyChannel::webhook, {notice()}, {}},
                             {NotifyChannel::email, {}, {{"a@x", {"b@y", "c@z"}, "subject", "text"}}}}));
    REQUIRE(read.size() == 2);
    REQUIRE(read[0].notices.size() == 1);
    const auto& same = read[0].notices[0];
    CHECK(read[0].channel == NotifyChannel::webhook);
    CHECK(same.kind == NotifyKind::crash_loop);
    CHECK(same.severity == NotifySeverity::critical);
    CHECK(same.server == "web");
    CHECK(same.labels == notice().labels);
    CHECK(same.text == notice().text);
    CHECK(same.at == notice().at);
    REQUIRE(read[1].letters.size() == 1);
    CHECK(read[1].letters[0].to.size() == 2);
    CHECK(read[1].letters[0].subject == "subject");
}

TEST_CASE("What is no notice of ours is left out") {
    CHECK(read_kept("").empty());
    CHECK(read_kept("{}").empty());
    CHECK(read_kept(R"([7,{"channel":"pigeon"},{}])").empty());
    const auto read = read_kept(R"([{"channel":"slack","notices":[1,{"kind":"x"}],"letters":[{"to":[]}]}])");
    REQUIRE(read.size() == 1);
    CHECK(read[0].notices.empty());
    CHECK(read[0].letters.empty());
}

TEST_CASE("The file is taken once, and is nobody else's") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "notices.json";
    CHECK(take_kept(file).empty());
    REQUIRE(save_kept(file, {{NotifyChannel::slack, {notice()}, {}}}).has_value());
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(take_kept(file).size() == 1);
    CHECK(take_kept(file).empty());
}

TEST_CASE("What is gathered can be taken as it stands") {
    Gathering gathering(NotifySettings{});
    gathering.add(notice(), {Clock::now(), 0});
    CHECK(gathering.take_all().size() == 1);
    CHECK(gathering.waiting() == 0);
}
