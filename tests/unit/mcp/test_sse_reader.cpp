#include "agent/mcp/sse_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm::mcp;

namespace {

struct Heard {
    std::vector<std::string> events;  // "name|data", oversized ones "name|head…tail|length"
    SseReader reader;

    explicit Heard(std::size_t limit = 16u << 20) : reader(limit) {}
    Heard& feed(std::string_view bytes) {
        reader.feed(bytes, [this](const SseEvent& event) {
            std::string text = std::string(event.event) + "|" + std::string(event.data);
            if (event.oversized > 0)
                text += "…" + std::string(event.tail) + "|" + std::to_string(event.oversized);
            events.push_back(std::move(text));
        });
        return *this;
    }
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("An event ends with an empty line, whichever line ends the stream uses") {
    for (const std::string end : {"\n", "\r", "\r\n"}) {
        Heard heard;
        heard.feed("data: one" + end + end + "event: endpoint" + end + "data: /m?x=1" + end + end);
        CHECK(heard.events == Events{"message|one", "endpoint|/m?x=1"});
    }
}

TEST_CASE("Bytes may come one at a time") {
    const std::string stream =
        "\xEF\xBB\xBF: hello\r\nid: 7\r\nretry: 250\r\ndata: a\r\ndata: b\r\n\r\ndata:c\n\n";
    Heard heard;
    for (const char byte : stream) heard.feed({&byte, 1});
    CHECK(heard.events == Events{"message|a\nb", "message|c"});
    CHECK(heard.reader.last_event_id() == "7");
    CHECK(heard.reader.retry() == 250);
    CHECK(heard.reader.counts().comments == 1);
}

TEST_CASE("A line without data is no event, but its id counts") {
    Heard heard;
    heard.feed("id: 5\n\nevent: x\n\n");
    CHECK(heard.events.empty());
    CHECK(heard.reader.last_event_id() == "5");
    heard.feed("id: 6\ndata:\n\n");
    CHECK(heard.events == Events{"message|"});
    CHECK(heard.reader.last_event_id() == "6");
}

TEST_CASE("The id of an event that was not read to its end does not count") {
    Heard heard;
    heard.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n");
    CHECK(heard.reader.last_event_id() == "1");
    heard.reader.reset();
    CHECK(heard.reader.counts().unfinished == 1);
    heard.feed("data: c\n\n");
    CHECK(heard.events == Events{"message|a", "message|c"});
    CHECK(heard.reader.last_event_id() == "1");
}

TEST_CASE("Fields are read as the standard says") {
    Heard heard;
    heard.feed("data\ndata:  two spaces\ndatum: x\nretry: 1s\nretry:\n\n");
    CHECK(heard.events == Events{"message|\n two spaces"});
    CHECK_FALSE(heard.reader.retry());
    Heard nul;
    nul.feed(std::string_view("id: a\0b\ndata: x\n\n", 17));
    CHECK(nul.reader.last_event_id().empty());
    CHECK(nul.reader.counts().ignored == 1);
}

TEST_CASE("An event over the limit is told with its beginning, its end and its length") {
    Heard heard(8);
    heard.feed("data: 12345678\n\n");
    CHECK(heard.events == Events{"message|12345678"});
    heard.feed("data: 1234\ndata: 5678\n\ndata: ok\n\n");
    CHECK(heard.events[1] == "message|1234\n5678…1234\n5678|9");
    CHECK(heard.events[2] == "message|ok");
    CHECK(heard.reader.counts().oversized == 1);
}

TEST_CASE("A line far over the limit takes no memory of that size") {
    Heard heard(1000);
    heard.feed("data: {\"id\":1,");
    for (int i = 0; i < 1000; ++i) heard.feed(std::string(1000, 'x'));
    heard.feed("\"end\"}\n\ndata: next\n\n");
    REQUIRE(heard.events.size() == 2);
    CHECK(heard.events[0].starts_with("message|{\"id\":1,xxx"));
    CHECK(heard.events[0].ends_with("\"end\"}|1000014"));
    CHECK(heard.events[0].size() < 5000);
    CHECK(heard.events[1] == "message|next");
}
