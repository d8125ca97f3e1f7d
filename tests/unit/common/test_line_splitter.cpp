#include "common/line_splitter.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace mcpm;

namespace {

struct Lines {
    std::vector<std::string> seen;
    void operator()(LineSplitter::Piece piece) {
        seen.push_back(std::string(piece.bytes) + (piece.partial ? "+" : ""));
    }
};

std::vector<std::string> split(std::size_t limit, const std::vector<std::string>& chunks) {
    LineSplitter splitter(limit);
    Lines lines;
    for (const auto& chunk : chunks) {
        splitter.feed(chunk, lines);
        CHECK(splitter.carry().size() <= limit + 1);
    }
    splitter.finish(lines);
    return lines.seen;
}

/// The definition, slowly: the line without its newline, cut every `limit` bytes.
std::vector<std::string> split_slowly(std::size_t limit, std::string text) {
    std::vector<std::string> out;
    const auto cut = [&](std::string line) {
        for (; line.size() > limit; line.erase(0, limit)) out.push_back(line.substr(0, limit) + "+");
        out.push_back(line);
    };
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        std::string line = text.substr(0, end);
        text.erase(0, end + 1);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        cut(line);
    }
    if (!text.empty()) cut(text);
    return out;
}

}  // namespace

TEST_CASE("Lines come out without LF or CRLF, a lone CR is data") {
    CHECK(split(10, {"a\nbb\r\n\nc\rd\n\r\n"}) == std::vector<std::string>{"a", "bb", "", "c\rd", ""});
}

TEST_CASE("A CR and its LF may come in two reads") {
    CHECK(split(10, {"ab\r", "\ncd"}) == std::vector<std::string>{"ab", "cd"});
    CHECK(split(2, {"ab\r", "\n"}) == std::vector<std::string>{"ab"});
    CHECK(split(2, {"ab\r", "c\n"}) == std::vector<std::string>{"ab+", "\rc"});
    CHECK(split(2, {"ab\r"}) == std::vector<std::string>{"ab+", "\r"});
}

TEST_CASE("A line as long as the limit is one piece, a longer one comes in fragments") {
    CHECK(split(3, {"abc\n"}) == std::vector<std::string>{"abc"});
    CHECK(split(3, {"abcd\nx\n"}) == std::vector<std::string>{"abc+", "d", "x"});
    CHECK(split(3, {"ab", "cdefg", "h\n"}) == std::vector<std::string>{"abc+", "def+", "gh"});
    CHECK(split(0, {"ab\n"}) == std::vector<std::string>{"a+", "b"});
}

TEST_CASE("A carry handed over goes on where it stood") {
    LineSplitter splitter(4);
    splitter.set_carry("abcdefghij");
    Lines lines;
    splitter.feed("k\n", lines);
    splitter.set_carry("123456789");
    splitter.finish(lines);
    CHECK(lines.seen == std::vector<std::string>{"abcd+", "efgh+", "ijk", "1234+", "5678+", "9"});
}

TEST_CASE("However the input is cut, the same lines come out as by the definition") {
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        std::vector<std::string> chunks;
        for (auto i = random() % 6; i > 0; --i) {
            std::string chunk;
            for (auto k = random() % 9; k > 0; --k) chunk += "ab\r\n"[random() % 4];
            text += chunk;
            chunks.push_back(chunk);
        }
        const std::size_t limit = 1 + random() % 5;
        CAPTURE(text);
        CHECK(split(limit, chunks) == split_slowly(limit, text));
    }
}
