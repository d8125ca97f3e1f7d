// The room observe: what is looked at and counted of servers, calls and events. It may include supervisor,
// gateway, engine, outgoing, health (its Vitals), store and metrics. It never changes what it looks at.
//
// What is watched and counted of servers and calls, in one place for those who show it. Owned by the root.
#pragma once

#include "agent/observe/call_recorder.hpp"
#include "agent/observe/error_book.hpp"
#include "agent/observe/sender.hpp"
#include "agent/observe/stats_watch.hpp"
#include "agent/store/history_store.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace mcpm::observe {

struct Desk {
    Desk(Loop& loop, Workers& workers, const StateStore& store, StatsSources sources)
        : history(store),
          stats(loop, workers, history, std::move(sources)),
          calls(loop, history),
          sender(loop, history, MCPM_VERSION) {
        calls.set_stored([this](std::size_t stored) { sender.note_stored(stored); });
    }

    HistoryStore history;
    StatsWatch stats;
    CallRecorder calls;
    Sender sender;
    ErrorBook errors;
    std::uint64_t wakes = 0;    // of lazy servers
    bool records_calls = true;  // else they are only counted

    /// Before the store closes.
    Task<> close() {
        co_await sender.close();
        co_await stats.close();
        co_await calls.close();
    }
};

}  // namespace mcpm::observe
