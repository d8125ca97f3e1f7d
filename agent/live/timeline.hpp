// What happened, numbered, for those who watch: which servers changed (of each only the last change, so that
// who is slow or comes back is brought up to date with one message a server), and the last events. Pure,
// bounded.
#pragma once

#include "common/event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm::live {

enum class Change { created, updated, status, health, deleted };
/// "server:created" and so on.
std::string_view wire_name(Change change);
/// What an event says of its server.
Change change_of(std::string_view event_type);

class Timeline {
  public:
    explicit Timeline(std::size_t most_events = 4096, std::size_t most_deleted = 4096);

    /// Event number N (from 1) has number 2N+1, and the change of its server, if it has one, 2N.
    void add(Event event);

    /// The number of the newest; 1 = nothing happened yet.
    std::uint64_t newest() const { return newest_; }
    /// Whether nothing behind `after` is forgotten: everything between can still be told.
    bool knows(std::uint64_t after) const;

    enum class Wanted { neither, servers, events, both };
    struct Item {
        std::uint64_t number = 0;
        std::string server_id = {};               // of a change
        Change change = Change::status;           // likewise; `created` to who has not heard of the server
        std::shared_ptr<const Event> event = {};  // null for a change
    };
    struct Batch {
        std::vector<Item> items;   // by number
        std::uint64_t missed = 0;  // events that are forgotten
        std::uint64_t next = 0;    // what to ask behind next time
    };
    /// At most `limit` of what came behind `after`.
    Batch read(std::uint64_t after, Wanted wanted, std::size_t limit) const;

  private:
    struct Known {
        std::string server_id;
        Change change = Change::status;
        std::uint64_t created = 0;  // its number then; 0 = before all this
    };

    void note(const std::string& server_id, Change change, std::uint64_t number);
    void forget_deleted();

    std::size_t most_events_, most_deleted_;
    std::uint64_t newest_ = 1;
    std::map<std::uint64_t, Known> changes_;                    // by number; one a server
    std::unordered_map<std::string, std::uint64_t> number_of_;  // by server
    std::deque<std::uint64_t> deleted_;                         // numbers
    std::uint64_t forgotten_deletion_ = 0;                      // the newest number of such
    std::deque<std::shared_ptr<const Event>> events_;
    std::uint64_t first_event_ = 1;  // which of all is the first of events_
};

}  // namespace mcpm::live
