// What is written to the store without anybody waiting: runs and events. Bounded; when the store cannot keep
// up the oldest entries are dropped and counted, and the loss is said as soon as the store takes entries
// again. Events reach the feed with the sequence the store gave them, or with 0 when it could not take them.
#pragma once

#include "agent/async/feed.hpp"
#include "agent/async/task_group.hpp"
#include "agent/store/state_store.hpp"
#include "common/event.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <variant>

namespace mcpm {

class Journal {
  public:
    /// A text about a server as it may be shown.
    using Clean = std::function<std::string(const std::string& server_id, std::string text)>;

    Journal(Loop& loop, StateStore& store, std::size_t feed_capacity, Clean clean = {});

    void save_run(std::string server_id, RunRecord run);
    void add_event(Event event);
    Feed<Event>& events() { return events_; }

    /// Waits at most `limit` for what was not written yet, then gives it up. Nothing is taken afterwards.
    Task<> close(Duration limit);

  private:
    struct RunEntry {
        std::string server_id;
        RunRecord run;
    };
    using Entry = std::variant<RunEntry, Event>;

    void push(Entry entry);
    void write(Entry entry);
    Task<> write_entry(Entry entry);
    Task<bool> write_run(RunEntry entry);
    Task<bool> write_event(Event event);
    void lose(Entry entry);
    void written(bool well);

    void clean(const std::string& server_id, std::string& text) const;

    StateStore& store_;
    Clean clean_;
    TaskGroup tasks_;
    Feed<Event> events_;
    std::deque<Entry> queue_;
    std::size_t in_flight_ = 0;
    std::uint64_t lost_ = 0;
    bool closed_ = false;
    Notifier idle_;
};

}  // namespace mcpm
