#include "cli/connect_lines.hpp"
#include "cli/connect_long_line.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace mcpm::cli;

namespace {

void feed(LineBuffer& lines, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = lines.room();
        REQUIRE_FALSE(room.empty());
        const auto count = std::min(room.size(), bytes.size());
        std::copy_n(bytes.begin(), count, room.begin());
        lines.filled(count);
        bytes.remove_prefix(count);
    }
}

void pass_all(LineBuffer& lines) {
    while (lines.next()) lines.pass();
}

std::string take(LineBuffer& lines, std::size_t at_most = std::string::npos) {
    std::string out;
    while (!lines.ready().empty() && out.size() < at_most) {
        const auto piece = lines.ready().substr(0, at_most - out.size());
        out += piece;
        lines.written(piece.size());
    }
    return out;
}

LongLine seen(std::string_view text, std::size_t step) {
    LongLine line;
    for (std::size_t at = 0; at < text.size(); at += step) line.feed(text.substr(at, step));
    return line;
}

}  // namespace

TEST_CASE("Lines go out as they came, once they are whole and judged") {
    LineBuffer lines;
    feed(lines, "one\ntwo\nhal");
    CHECK(lines.ready().empty());
    CHECK(lines.next()->bytes == "one\n");
    lines.drop();
    CHECK(lines.position() == 0);
    CHECK(lines.next()->bytes == "two\n");
    lines.pass();
    CHECK_FALSE(lines.next().has_value());
    CHECK(take(lines) == "two\n");
    feed(lines, "f\n");
    CHECK(lines.position() == 4);
    CHECK(lines.next()->bytes == "half\n");
    lines.pass();
    CHECK(take(lines) == "half\n");
}

TEST_CASE("A line longer than is kept passes in pieces, in bounded space") {
    LineBuffer lines(1000);
    std::string sent(300'000, 'x');
    sent += "\nnext\n";
    std::string got;
    bool has_begun = false;
    for (std::size_t at = 0; at < sent.size(); at += 700) {
        feed(lines, std::string_view(sent).substr(at, 700));
        while (const auto piece = lines.next()) {
            CHECK(piece->begins == (!has_begun || piece->bytes == "next\n"));
            has_begun = true;
            lines.pass();
        }
        got += take(lines);
    }
    CHECK(got == sent);
}

TEST_CASE("Who does not take slows down who gives") {
    LineBuffer lines(1000);
    std::size_t taken = 0;
    while (lines.has_room()) {
        const auto room = lines.room();
        std::fill(room.begin(), room.end(), '\n');
        lines.filled(room.size());
        taken += room.size();
        pass_all(lines);
    }
    CHECK(taken < 100'000);
    take(lines);
    CHECK(lines.has_room());
}

TEST_CASE("Lines of our own go out between others, never inside one") {
    LineBuffer lines;
    feed(lines, "first\nsecond\n");
    pass_all(lines);
    CHECK(take(lines, 3) == "fir");
    lines.insert("own\n");
    CHECK(take(lines) == "st\nsecond\nown\n");
    lines.hold_back(true);
    feed(lines, "later\n");
    pass_all(lines);
    lines.insert("opening\n");
    CHECK(take(lines) == "opening\n");
    lines.hold_back(false);
    CHECK(take(lines) == "later\n");
}

TEST_CASE("When the source is gone, half a line is forgotten, and one that was begun is ended") {
    LineBuffer lines(1000);
    feed(lines, "whole\nhal");
    pass_all(lines);
    lines.end_of_source();
    feed(lines, "new\n");
    pass_all(lines);
    CHECK(take(lines) == "whole\nnew\n");
    feed(lines, std::string(2000, 'x'));
    pass_all(lines);
    CHECK(take(lines).size() == 2000);
    lines.end_of_source();
    lines.insert("own\n");
    CHECK(take(lines) == "\nown\n");
}

TEST_CASE("When the sink is gone, what went out in part is not sent again, and what did not waits") {
    LineBuffer lines;
    feed(lines, "gone\nbroken\nwaits\n");
    pass_all(lines);
    CHECK(take(lines, 8) == "gone\nbro");
    CHECK(lines.sent() == 8);
    lines.end_of_sink();
    CHECK(lines.sent() == 12);
    CHECK(take(lines) == "waits\n");
}

TEST_CASE("The rest of a long line whose beginning is lost is skipped") {
    LineBuffer lines(1000);
    feed(lines, std::string(2000, 'x'));
    pass_all(lines);
    CHECK(take(lines, 500).size() == 500);
    lines.end_of_sink();
    feed(lines, "rest\nnext\n");
    const auto rest = lines.next();
    REQUIRE(rest.has_value());
    CHECK(rest->is_skipped);
    CHECK(rest->ends);
    lines.drop();
    CHECK_FALSE(lines.next()->is_skipped);
    lines.pass();
    CHECK(take(lines) == "next\n");
}

TEST_CASE("A long line that waits whole is sent whole") {
    LineBuffer lines(1000);
    const std::string line = std::string(2000, 'x') + "\n";
    feed(lines, line);
    pass_all(lines);
    lines.end_of_sink();
    CHECK(take(lines) == line);
}

TEST_CASE("The id of a long message is seen wherever it stands and however it is cut") {
    const std::string text =
        R"({"method":"a","params":{"id":1,"x":"\"id\":2,{[\\","y":[{"id":3}]}, "id" : "a\"b,}" ,"z":[1]})";
    for (const std::size_t step : {1u, 2u, 3u, 5u, 1000u}) {
        CAPTURE(step);
        CHECK(seen(text, step).id() == R"("a\"b,}")");
        CHECK(seen(text, step).has_method());
    }
    CHECK(seen(R"({"id":12,"result":{"method":"x"}})", 4).id() == "12");
    CHECK_FALSE(seen(R"({"id":12,"result":{"method":"x"}})", 4).has_method());
    CHECK(seen(R"({"result":{},"id": -7 })", 4).id() == "-7");
    CHECK(seen(R"({"result":{"id":5}})", 4).id().empty());
    CHECK(seen(R"({"id":")" + std::string(5000, 'x') + R"("})", 64).id().empty());
}

TEST_CASE("However it is cut and whoever is lost in between, only whole lines go out after a loss") {
    std::minstd_rand random(7);
    const auto upto = [&](std::size_t most) { return static_cast<std::size_t>(random()) % most + 1; };
    for (int round = 0; round < 200; ++round) {
        LineBuffer lines(100);
        std::string in;
        std::vector<std::string> outs(1);
        std::size_t number = 0;
        while (in.size() < 5000) in += "<" + std::to_string(number++) + std::string(upto(300), 'x') + ">\n";
        for (std::string_view rest = in; !rest.empty();) {
            const auto piece = rest.substr(0, upto(500));
            rest.remove_prefix(piece.size());
            feed(lines, piece);
            while (const auto next = lines.next()) next->is_skipped ? lines.drop() : lines.pass();
            outs.back() += take(lines, upto(600));
            if (upto(8) == 1) {
                lines.end_of_sink();
                outs.emplace_back();
            }
        }
        outs.back() += take(lines);
        std::size_t from = 0;
        for (std::size_t at = 0; at < outs.size(); ++at) {
            CHECK((outs[at].empty() || outs[at].front() == '<'));
            const auto whole = outs[at].substr(0, outs[at].rfind('\n') + 1);
            const auto found = in.find(whole, from);
            REQUIRE(found != std::string::npos);
            from = found + whole.size();
        }
        CHECK((outs.back().empty() || outs.back().back() == '\n'));
    }
}
