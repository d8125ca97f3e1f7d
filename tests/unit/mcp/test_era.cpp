#include "agent/mcp/era.hpp"
#include "agent/mcp/noise_gate.hpp"
#include "agent/mcp/session_record.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::mcp;

namespace {

using Event = Opening::Event;
using Action = Opening::Action;
using Phase = Opening::Phase;
using Failure = Opening::Failure;

Opening opening_after(const std::vector<Event>& events, EraHint hint = EraHint::none) {
    Opening opening(hint);
    for (const Event event : events) opening.step(event);
    return opening;
}

struct Row {
    std::vector<Event> before;
    Event event;
    Action action;
    Phase next;
    Failure failure = Failure::none;
    EraHint learned = EraHint::none;
};

const std::vector<Event> probing{Event::begin};
const std::vector<Event> both_asked{Event::begin, Event::probe_silent};
const std::vector<Event> discover_left{Event::begin, Event::probe_silent, Event::initialize_refused};
const std::vector<Event> shaking{Event::begin, Event::discover_refused};

const std::vector<Row> rows{
    {{}, Event::begin, Action::send_discover, Phase::probing},
    {probing, Event::discovered_modern, Action::use_per_request, Phase::open},
    {probing, Event::discovered_legacy, Action::send_initialize, Phase::shaking},
    {probing, Event::discover_refused, Action::send_initialize, Phase::shaking},
    {probing, Event::discover_no_common, Action::fail, Phase::failed, Failure::no_common_version},
    {probing, Event::probe_silent, Action::send_initialize, Phase::both_asked},
    {probing, Event::gone, Action::fail, Phase::failed, Failure::died_on_probe, EraHint::handshake_only},
    {probing, Event::deadline, Action::fail, Phase::failed, Failure::timed_out},
    {probing, Event::initialized, Action::nothing, Phase::probing},
    {both_asked, Event::discovered_modern, Action::use_per_request, Phase::open},
    {both_asked, Event::discovered_legacy, Action::nothing, Phase::shaking},
    {both_asked, Event::discover_refused, Action::nothing, Phase::shaking},
    {both_asked, Event::discover_no_common, Action::fail, Phase::failed, Failure::no_common_version},
    {both_asked, Event::initialized, Action::use_handshake, Phase::open, Failure::none,
     EraHint::handshake_only},
    {both_asked, Event::initialize_refused, Action::nothing, Phase::discover_left},
    {both_asked, Event::version_unknown, Action::fail, Phase::failed, Failure::no_common_version},
    {both_asked, Event::gone, Action::fail, Phase::failed, Failure::died_on_probe, EraHint::handshake_only},
    {both_asked, Event::deadline, Action::fail, Phase::failed, Failure::timed_out},
    {both_asked, Event::probe_silent, Action::nothing, Phase::both_asked},
    {discover_left, Event::discovered_modern, Action::use_per_request, Phase::open},
    {discover_left, Event::discover_refused, Action::fail, Phase::failed, Failure::initialize_refused},
    {discover_left, Event::discovered_legacy, Action::fail, Phase::failed, Failure::initialize_refused},
    {discover_left, Event::deadline, Action::fail, Phase::failed, Failure::timed_out},
    {shaking, Event::initialized, Action::use_handshake, Phase::open},
    {shaking, Event::version_unknown, Action::fail, Phase::failed, Failure::no_common_version},
    {shaking, Event::initialize_refused, Action::fail, Phase::failed, Failure::initialize_refused},
    {shaking, Event::gone, Action::fail, Phase::failed, Failure::died},
    {shaking, Event::deadline, Action::fail, Phase::failed, Failure::timed_out},
    {shaking, Event::discovered_modern, Action::nothing, Phase::shaking},
    {shaking, Event::probe_silent, Action::nothing, Phase::shaking},
};

MessageScan answer(const std::string& text) {
    static std::vector<std::string> kept;  // scans point into their text
    kept.reserve(100);
    kept.push_back(text);
    return scan_message(kept.back());
}

Event judge_discover(const std::string& text) {
    const auto scan = answer(text);
    return read_discover_answer(scan.result, scan.error);
}

}  // namespace

TEST_CASE("Each row of the era table holds") {
    for (std::size_t place = 0; place < rows.size(); ++place) {
        CAPTURE(place);
        Opening opening = opening_after(rows[place].before);
        CHECK(opening.step(rows[place].event) == rows[place].action);
        CHECK(opening.phase() == rows[place].next);
        CHECK(opening.failure() == rows[place].failure);
        CHECK(opening.learned() == rows[place].learned);
    }
}

TEST_CASE("A server known to die on discover gets initialize alone") {
    Opening opening(EraHint::handshake_only);
    CHECK(opening.step(Event::begin) == Action::send_initialize);
    CHECK(opening.phase() == Phase::shaking);
}

TEST_CASE("Whatever comes, each question is sent at most once a version and the end comes once") {
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        Opening opening(round % 2 == 0 ? EraHint::none : EraHint::handshake_only);
        int discovers = 0;
        int initializes = 0;
        int ends = 0;
        opening.step(Event::begin) == Action::send_discover ? ++discovers : ++initializes;
        for (int turn = 0; turn < 12; ++turn) {
            const auto event = static_cast<Event>(random() % (static_cast<unsigned>(Event::deadline) + 1));
            const auto action = opening.step(event);
            discovers += action == Action::send_discover;
            initializes += action == Action::send_initialize && event != Event::version_refused;
            ends += action == Action::fail || action == Action::use_handshake ||
                    action == Action::use_per_request;
        }
        CHECK(discovers <= 1);
        CHECK(initializes <= 1);
        CHECK(ends <= 1);
    }
}

TEST_CASE("Answers to discover are judged by the versions in them") {
    CHECK(judge_discover(R"({"result":{"supportedVersions":["2025-11-25","2026-07-28"]}})") ==
          Event::discovered_modern);
    CHECK(judge_discover(R"({"result":{"supportedVersions":["2025-11-25","2025-06-18"]}})") ==
          Event::discovered_legacy);
    CHECK(judge_discover(R"({"result":{"supportedVersions":["2031-01-01"]}})") == Event::discover_refused);
    CHECK(judge_discover(R"({"result":{}})") == Event::discover_refused);
    CHECK(judge_discover(R"({"error":{"code":-32601,"message":"Method not found"}})") ==
          Event::discover_refused);
    CHECK(judge_discover(R"({"error":{"code":-32022,"data":{"supported":["2025-11-25"]}}})") ==
          Event::discovered_legacy);
    CHECK(judge_discover(R"({"error":{"code":-32022,"data":{"supported":["2031-01-01"]}}})") ==
          Event::discover_no_common);
    CHECK(judge_discover(R"({"error":{"code":-32022}})") == Event::discover_no_common);
}

TEST_CASE("Answers to initialize are judged by the version they name") {
    std::string version;
    CHECK(read_initialize_answer(answer(R"({"result":{"protocolVersion":"2024-11-05"}})").result, version) ==
          Event::initialized);
    CHECK(read_initialize_answer(answer(R"({"result":{"protocolVersion":"2026-07-28"}})").result, version) ==
          Event::version_unknown);
    CHECK(version == "2026-07-28");
    CHECK(read_initialize_answer(JsonSlice{}, version) == Event::initialize_refused);
}

TEST_CASE("A server that names our own version and refuses it is asked for the handshake") {
    CHECK(judge_discover(R"({"error":{"code":-32022,"data":{"supported":["2026-07-28"]}}})") ==
          Event::discover_refused);
}

TEST_CASE("A refused version leaves another to ask for") {
    const auto next = [](std::string_view error, std::string_view asked) {
        return version_after_refusal(JsonSlice{error, JsonType::object}, asked);
    };
    constexpr std::string_view bare = R"({"code":-32602,"message":"Invalid params"})";
    CHECK(next(bare, "2025-11-25") == "2025-06-18");
    CHECK(next(bare, "2025-06-18") == "2025-03-26");
    CHECK(next(bare, "2024-11-05").empty());
    constexpr std::string_view in_words =
        R"--({"code":-32000,"message":"Unsupported protocol version (supported versions: 2025-03-26)"})--";
    CHECK(next(in_words, "2025-11-25") == "2025-03-26");
    CHECK(next(R"({"code":-32022,"message":"no","data":{"supported":["2024-11-05"]}})", "2025-11-25") ==
          "2024-11-05");
    CHECK(next(R"({"code":-32000,"message":"not logged in"})", "2025-11-25").empty());
    CHECK(version_after_refusal(JsonSlice{}, "2025-11-25").empty());
}

TEST_CASE("After a refused version the handshake is asked for again, also beside a silent discover") {
    Opening opening(EraHint::none);
    CHECK(opening.step(Event::begin) == Action::send_discover);
    CHECK(opening.step(Event::probe_silent) == Action::send_initialize);
    CHECK(opening.step(Event::version_refused) == Action::send_initialize);
    CHECK(opening.step(Event::initialized) == Action::use_handshake);
    Opening later(EraHint::handshake_only);
    CHECK(later.step(Event::begin) == Action::send_initialize);
    CHECK(later.step(Event::version_refused) == Action::send_initialize);
    CHECK(later.step(Event::initialize_refused) == Action::fail);
    CHECK(later.step(Event::version_refused) == Action::nothing);
}

TEST_CASE("A session's facts survive being written down") {
    const std::string result =
        R"({"protocolVersion":"2025-06-18","capabilities":{"tools":{},"x":1.0},)"
        R"("serverInfo":{"name":"n","b":9223372036854775807},"instructions":"a\nb\ud83d"})";
    SessionFacts facts = facts_of_initialize(result);
    CHECK(facts.instructions == "a\nb\xEF\xBF\xBD");
    CHECK_FALSE(read_record(write_record(facts))->opened_at.has_value());
    facts.opened_at = Timestamp(std::chrono::milliseconds(1'790'000'000'123));
    const auto again = read_record(write_record(facts));
    REQUIRE(again);
    CHECK(again->era == Era::handshake);
    CHECK(again->protocol_version == "2025-06-18");
    CHECK(again->capabilities == R"({"tools":{},"x":1.0})");
    CHECK(again->server_info == R"({"name":"n","b":9223372036854775807})");
    CHECK(again->instructions == facts.instructions);
    CHECK(again->opened_at == facts.opened_at);
    CHECK(has_capability(*again, "tools"));
    CHECK_FALSE(has_capability(*again, "prompts"));
}

TEST_CASE("A record that is no finished session is none") {
    for (const std::string_view text :
         {std::string_view(), std::string_view("{"), std::string_view("[]"),
          std::string_view(R"({"opening":[]})"), std::string_view(R"({"era":"new"})"),
          std::string_view(R"({"era":"handshake","capabilities":"{"})")}) {
        CHECK_FALSE(read_record(text));
    }
}

TEST_CASE("What was asked while a session was opened is known to the next agent") {
    using enum OpeningQuestion;
    for (const auto& asked :
         {std::vector<OpeningQuestion>{}, {discover}, {initialize}, {discover, initialize}})
        CHECK(read_opening_record(write_opening_record(asked)) == asked);
    CHECK_FALSE(read_opening_record(R"({"opening":true})"));  // of an agent that did not say what
    CHECK_FALSE(read_opening_record(R"({"era":"handshake"})"));
    CHECK_FALSE(read_opening_record(""));
}

TEST_CASE("A flood of noise is reported in part, with the number of the rest") {
    NoiseGate gate;
    const Clock::time_point start{};
    int reported = 0;
    for (int i = 0; i < 1000; ++i) reported += gate.admit(start + std::chrono::seconds(1)) ? 1 : 0;
    CHECK(reported == 100);
    CHECK(gate.admit(start + std::chrono::seconds(12)));
    CHECK(gate.take_withheld() == 900);
    CHECK(gate.take_withheld() == 0);
}
