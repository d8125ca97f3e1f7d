#include "common/sound_clock.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

struct HandedOn {
    explicit HandedOn(const std::string& text) { ::setenv(sound_clock::handed_on, text.c_str(), 1); }
    HandedOn(const HandedOn&) = delete;
    HandedOn& operator=(const HandedOn&) = delete;
    ~HandedOn() { ::unsetenv(sound_clock::handed_on); }
};

std::string beginning(std::chrono::milliseconds wall, std::chrono::milliseconds passed) {
    return std::to_string(wall.count()) + ":" + std::to_string(passed.count());
}

}  // namespace

TEST_CASE("A beginning that is handed on holds for whoever gets it, though the clock was set meanwhile") {
    const auto passed = sound_clock::read(CLOCK_BOOTTIME);
    const HandedOn handed(beginning(1000s, passed - 5s));
    const auto begun = sound_clock::handed_beginning();
    CHECK(begun.wall == 1000s);
    const auto now = sound_clock::undisturbed_since(begun);
    CHECK(now >= Timestamp(1005s));
    CHECK(now < Timestamp(1000s + 1h));
}

TEST_CASE("A beginning that cannot be is none") {
    const auto passed = sound_clock::read(CLOCK_BOOTTIME);
    for (const std::string& text : {std::string(), std::string("nonsense"), std::string("5"),
                                    std::string("5:"), beginning(1000s, 0s), beginning(1000s, passed + 1h)}) {
        CAPTURE(text);
        const HandedOn handed(text);
        CHECK(sound_clock::handed_beginning().wall > 1000s);
    }
}
