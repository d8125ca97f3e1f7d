#include "agent/sharing/session_file.hpp"

#include "agent/store/snapshot.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_bytes = 64U << 20U;
constexpr std::chrono::milliseconds settle_time{200};

}  // namespace

void SessionFile::restore() {
    const auto text = read_small_file(file_, most_bytes);
    if (!text) {
        if (text.error().code != ErrorCode::not_found) log_.warning(text.error().message);
        return;
    }
    const std::size_t restored = gateway_.gateway().restore_sessions(*text);
    if (restored > 0) log_.info(fmt::format("{} MCP sessions go on", restored));
}

Task<> SessionFile::save() {
    auto work = [file = file_, text = gateway_.gateway().sessions_text()] {
        return write_file_atomically(file, text);
    };
    const Result<> saved = co_await offload(workers_, std::move(work));
    if (!saved) log_.warning(saved.error().message);
}

Task<> SessionFile::keep() {
    auto saved = gateway_.session_changes().count();
    for (;;) {
        co_await gateway_.session_changes().wait_since(saved);
        co_await sleep_for(settle_time);
        saved = gateway_.session_changes().count();
        co_await save();
    }
}

Task<> SessionFile::leave(Next next) {
    constexpr std::chrono::milliseconds time_to_write{50};
    if (next == Next::comes) {
        co_await save();
    } else if (next == Next::does_not_come) {
        ::unlink(file_.c_str());
        gateway_.gateway().end_sessions_here();
    }
    gateway_.gateway().finish_streams();
    co_await sleep_for(time_to_write);
}

}  // namespace mcpm
