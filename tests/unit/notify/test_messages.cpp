#include "agent/notify/delivery.hpp"
#include "agent/notify/messages.hpp"
#include "common/base64.hpp"
#include "common/hmac.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace mcpm;
using namespace mcpm::notify;
using wire::Json;

namespace {

Notice notice(std::string title, std::string text, NotifySeverity severity = NotifySeverity::warning) {
    Notice made;
    made.kind = NotifyKind::unhealthy;
    made.severity = severity;
    made.server_id = "srv_a";
    made.server = "web";
    made.labels = {{"team", "ops"}};
    made.title = std::move(title);
    made.text = std::move(text);
    made.at = Timestamp{std::chrono::hours(480'000)};
    return made;
}

}  // namespace

TEST_CASE("HMAC SHA-256 is that of RFC 4231") {
    CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(
        hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("A signature is of the time and the body, and there is none without a key") {
    const Timestamp now{std::chrono::seconds(1'700'000'000)};
    CHECK(signature_headers("", "{}", now).empty());
    const auto headers = signature_headers("key", "{}", now);
    REQUIRE(headers.size() == 2);
    CHECK(headers[0].second == "1700000000");
    CHECK(headers[1].second == "sha256=" + hmac_sha256_hex("key", "1700000000.{}"));
}

TEST_CASE("Slack's message has no markup of a server's making") {
    const auto json = Json::parse(slack_message({notice("<web> & co", "<!channel> it died")}, "host"));
    CHECK(json["text"] == "&lt;web&gt; &amp; co");
    CHECK(json["blocks"][0]["text"]["text"].get<std::string>().find("&lt;!channel&gt;") != std::string::npos);
}

TEST_CASE("Discord's message calls nobody, and has at most ten embeds") {
    const Notices many(15, notice("@everyone", "x"));
    const auto json = Json::parse(discord_message(many, "host"));
    CHECK(json["embeds"].size() == 10);
    CHECK(json["content"] == "and 5 more");
    CHECK(json["allowed_mentions"]["parse"].empty());
}

TEST_CASE("A webhook's message says everything of each notice") {
    const auto json = Json::parse(
        webhook_message({notice("a", "b"), notice("worse", "c", NotifySeverity::critical)}, "host", {}));
    CHECK(json["version"] == 1);
    CHECK(json["headline"] == "worse, and 1 more");
    CHECK(json["notices"][0]["server"]["name"] == "web");
    CHECK(json["notices"][0]["labels"]["team"] == "ops");
    CHECK(json["notices"][1]["severity"] == "critical");
}

TEST_CASE("Text that is no UTF-8 and text that is too long make a message all the same") {
    const Notice odd = notice("\xff", std::string(5000, 'x') + "ä");
    CHECK_FALSE(Json::parse(slack_message({odd}, "h"), nullptr, false).is_discarded());
    CHECK_FALSE(Json::parse(discord_message({odd}, "h"), nullptr, false).is_discarded());
    CHECK(discord_message({odd}, "h").size() < 1500);
}

TEST_CASE("A letter's head is one line a field, whatever its subject, and its text comes back") {
    Letter letter = letter_of({notice("web\r\nBcc: all@example.org", "schön")}, "host");
    letter.from = "mcpm@example.org";
    letter.to = {"a@example.org", "b@example.org"};
    const auto text = write_letter(letter, "id@host", Timestamp{std::chrono::seconds(1'700'000'000)});
    CHECK(text.find("\r\nBcc:") == std::string::npos);
    CHECK(text.find("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n") != std::string::npos);
    CHECK(text.find("\r\nTo: a@example.org,\r\n b@example.org\r\n") != std::string::npos);
    const auto body = base64::decode(text.substr(text.find("\r\n\r\n") + 4));
    REQUIRE(body);
    CHECK(body->find("schön") != std::string::npos);
}

TEST_CASE("A long subject of another script is in encoded words of at most 75 characters") {
    Letter letter;
    for (int i = 0; i < 40; ++i) letter.subject += "日本";
    const auto text = write_letter(letter, "id@host", {});
    const auto begin = text.find("Subject: ") + 9;
    const auto subject = text.substr(begin, text.find("\r\nMessage-ID") - begin);
    for (std::size_t at = 0; at < subject.size();) {
        const auto end = std::min(subject.find("\r\n ", at), subject.size());
        CHECK(end - at <= 75);
        at = end + 3;
    }
}

TEST_CASE("A desktop's notice begins with no option of a server's making") {
    const auto arguments = desktop_arguments({notice("--exec", "<b>", NotifySeverity::critical)});
    REQUIRE(arguments.size() == 5);
    CHECK(arguments[1] == "--urgency=critical");
    CHECK(arguments[2] == "--");
    CHECK(arguments[3] == "--exec");
    CHECK(arguments[4] == "&lt;b&gt;");
}

TEST_CASE("What a receiver answers says whether to try again") {
    using Outcome = Delivery::Outcome;
    CHECK(judge_http(204, "").outcome == Outcome::done);
    CHECK(judge_http(429, "7").outcome == Outcome::again);
    CHECK(judge_http(429, "7").after == Duration(7000));
    CHECK(judge_http(503, "").outcome == Outcome::again);
    CHECK(judge_http(404, "").outcome == Outcome::never);
    CHECK(judge_mail(0, "x").outcome == Outcome::again);
    CHECK(judge_mail(451, "x").outcome == Outcome::again);
    CHECK(judge_mail(550, "x").outcome == Outcome::never);
    CHECK_FALSE(read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT"));
    CHECK(read_retry_after("999999") == Duration(3'600'000));
}

TEST_CASE("Attempts come further and further apart, up to five minutes") {
    CHECK(back_off(0, 0) == Duration(1000));
    CHECK(back_off(3, 0) == Duration(8000));
    CHECK(back_off(3, 1) == Duration(4000));
    CHECK(back_off(60, 0) == Duration(300'000));
}
