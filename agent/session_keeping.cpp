// MCP sessions over the agent's replacement: beside the socket, where only we read, lies what the next agent
// needs to know their clients again. In the runtime folder: a reboot ends them.
#include "agent/agent_rooms.hpp"
#include "agent/store/snapshot.hpp"

#include <unistd.h>

namespace mcpm {

namespace {

constexpr std::size_t most_bytes = 64U << 20U;
constexpr std::chrono::milliseconds settle_time{200};

std::filesystem::path file_of(const Paths& paths) {
    return paths.runtime / "sessions.json";
}

}  // namespace

/// Before anybody is served.
void Agent::Rooms::restore_sessions() {
    const auto text = read_small_file(file_of(options.paths), most_bytes);
    if (!text) {
        if (text.error().code != ErrorCode::not_found) log.warning(text.error().message);
        return;
    }
    const std::size_t restored = gateway->gateway().restore_sessions(*text);
    if (restored > 0) log.info(fmt::format("{} MCP sessions go on", restored));
}

Task<> Agent::Rooms::save_sessions() {
    auto work = [file = file_of(options.paths), text = gateway->gateway().sessions_text()] {
        return write_file_atomically(file, text);
    };
    const Result<> saved = co_await offload(workers, std::move(work));
    if (!saved) log.warning(saved.error().message);
}

/// After each change, so that a kill loses the last moment at most.
Task<> Agent::Rooms::keep_sessions() {
    for (;;) {
        co_await gateway->sessions_changed().wait();
        co_await sleep_for(settle_time);
        co_await save_sessions();
    }
}

/// The streams end as streams do, so that their readers come again; what they were is left for the next
/// agent, or taken away when there is none.
Task<> Agent::Rooms::leave_sessions() {
    constexpr std::chrono::milliseconds time_to_write{50};
    if (end == AgentEnd::replaced) {
        co_await save_sessions();
    } else if (end == AgentEnd::stopped) {
        ::unlink(file_of(options.paths).c_str());
    }
    gateway->gateway().finish_streams();
    co_await sleep_for(time_to_write);
}

}  // namespace mcpm
