#include "agent/engine/frames.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::engine;

namespace {

std::string frame(char stream, const std::string& bytes) {
    std::string out{stream, 0, 0, 0};
    for (const int shift : {24, 16, 8, 0})
        out += static_cast<char>(bytes.size() >> static_cast<unsigned>(shift));
    return out + bytes;
}

struct Heard {
    std::string output, error;
    bool is_whole = false;
    bool has_failed = false;
};

Heard hear(const std::string& bytes, std::size_t step, Framing framing = Framing::multiplexed) {
    FrameSplitter splitter(framing);
    Heard heard;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        std::string_view rest = std::string_view(bytes).substr(at, step);
        for (;;) {
            const auto piece = splitter.next(rest);
            if (!piece) {
                heard.has_failed = true;
                return heard;
            }
            if (!*piece) break;
            ((*piece)->stream == Stream::error ? heard.error : heard.output).append((*piece)->bytes);
        }
        CHECK(rest.empty());
    }
    heard.is_whole = splitter.is_between_frames();
    return heard;
}

}  // namespace

TEST_CASE("Frames come apart the same however they were cut") {
    const std::string bytes =
        frame(1, "out 1\n") + frame(2, "err\n") + frame(1, "") + frame(0, "in") + frame(1, "out 2");
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const auto heard = hear(bytes, step);
        CHECK(heard.output == "out 1\ninout 2");
        CHECK(heard.error == "err\n");
        CHECK(heard.is_whole);
    }
}

TEST_CASE("An end within a frame is told from one between frames") {
    const std::string bytes = frame(1, "hello");
    CHECK_FALSE(hear(bytes.substr(0, 4), 64).is_whole);
    CHECK_FALSE(hear(bytes.substr(0, 10), 64).is_whole);
    CHECK(hear(bytes, 64).is_whole);
}

TEST_CASE("What is no frame is refused, and so is the engine's own failure") {
    CHECK(hear("plain text of somebody", 64).has_failed);
    CHECK(hear(std::string("\1\0\0\0\xff\xff\xff\xff", 8), 64).has_failed);
    CHECK(hear(frame(3, "the daemon failed"), 64).has_failed);
    CHECK(hear(frame(4, "?"), 64).has_failed);
}

TEST_CASE("A terminal's output is raw") {
    CHECK(hear("plain text", 3, Framing::raw).output == "plain text");
}
