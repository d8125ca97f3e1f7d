#include "common/inotify_events.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using mcpm::each_inotify_event;

namespace {

/// As the kernel writes it: the header, and the name with zeros up to `length`.
std::string event_of(int watch, std::uint32_t mask, std::string name, std::size_t length) {
    inotify_event event{};
    event.wd = watch;
    event.mask = mask;
    event.len = static_cast<std::uint32_t>(length);
    std::string bytes(sizeof event, '\0');
    std::memcpy(bytes.data(), &event, sizeof event);
    name.resize(length);
    return bytes + name;
}

std::vector<std::string> told_by(std::string_view bytes) {
    std::vector<std::string> all;
    each_inotify_event(bytes, [&](const inotify_event& event, std::string_view name) {
        all.push_back(std::to_string(event.wd) + ":" + std::to_string(event.mask) + ":" + std::string(name));
    });
    return all;
}

}  // namespace

TEST_CASE("Events are told one by one, with the name of the entry and without the zeros behind it") {
    const auto bytes = event_of(1, IN_CREATE, "agent.log", 16) + event_of(2, IN_IGNORED, "", 0) +
                       event_of(1, IN_DELETE, "0123456789abcdef", 16);
    CHECK(told_by(bytes) ==
          std::vector<std::string>{"1:256:agent.log", "2:32768:", "1:512:0123456789abcdef"});
    CHECK(told_by("").empty());
}

TEST_CASE("An event that is cut off is not told") {
    const auto whole = event_of(1, IN_CREATE, "first", 16);
    const auto bytes = whole + event_of(2, IN_DELETE, "second", 16);
    for (std::size_t size = whole.size(); size < bytes.size(); ++size)
        CHECK(told_by({bytes.data(), size}) == std::vector<std::string>{"1:256:first"});
    CHECK(told_by(bytes).size() == 2);
}
