// What inotify(7) tells, event by event: read here for those who may watch (agent/disk, cli/kernel_word). It
// keeps nothing, and never decides what an event means.
#pragma once

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace mcpm {

/// Calls on(event, name) for each event of what one read() gave: `name` is the entry's in the watched folder,
/// and empty when the event is of the folder itself or of the queue. An event that is cut off is left out.
template <typename On>
void each_inotify_event(std::string_view bytes, const On& on) {
    while (bytes.size() >= sizeof(inotify_event)) {
        inotify_event event{};
        std::memcpy(&event, bytes.data(), sizeof event);
        bytes.remove_prefix(sizeof event);
        if (event.len > bytes.size()) return;
        const auto field = bytes.substr(0, event.len);  // the name, and zeros up to the next event
        on(event, field.substr(0, std::min(field.find('\0'), field.size())));
        bytes.remove_prefix(event.len);
    }
}

/// Calls `on` for each event that can be read now. `descriptor` does not block, and stays open meanwhile.
template <typename On>
void read_inotify_events(int descriptor, const On& on) {
    std::array<char, 16384> bytes{};
    for (ssize_t got = 0; (got = ::read(descriptor, bytes.data(), bytes.size())) > 0;)
        each_inotify_event({bytes.data(), static_cast<std::size_t>(got)}, on);
}

}  // namespace mcpm
