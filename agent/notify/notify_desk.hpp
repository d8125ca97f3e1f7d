// The room notify: people are told. It may include outgoing and async. It never asks a server or a room for
// news: events bring them.
//
// Tells people: follows the events, gathers what is to be said, and delivers it to each channel by itself, so
// that none waits for another. What cannot be delivered is tried again for about half an hour; queues are
// bounded, and what is lost is counted and said in the log. Owned by the root; nothing waits for it.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/feed.hpp"
#include "agent/async/task_group.hpp"
#include "agent/notify/couriers.hpp"
#include "agent/notify/gathering.hpp"
#include "common/event.hpp"
#include "common/wire.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mcpm::notify {

class NotifyDesk {
  public:
    struct Means {
        Feed<Event>& events;
        std::function<Labels(const std::string& server_id)> labels = {};
        /// A text as it may leave this machine.
        std::function<std::string(std::string text)> clean = {};
        /// Bytes beside the agent's data; nothing when that cannot be told.
        std::function<Task<std::optional<std::uint64_t>>()> free_space = {};
        /// Where what waits at the end is kept for the next agent; empty: nowhere.
        std::filesystem::path kept = {};
    };

    NotifyDesk(Loop& loop, NotifySettings settings, Couriers::Means couriers, Means means,
               const AgentLog& log);
    ~NotifyDesk();

    void start();
    Task<> close();

    /// False when mail is not set up.
    bool send_letter(std::string to, std::string subject, std::string text);
    /// Past all rules, now. validation_error names a channel that is none or is not set up.
    Task<Result<wire::Json>> test(std::string channel);
    wire::Json as_json() const;

    struct Counts {
        NotifyChannel channel;
        std::uint64_t sent = 0, failed = 0, dropped = 0, repeated = 0, waiting = 0;
    };
    std::vector<Counts> counts() const;

  private:
    using Message = std::variant<Notices, Letter>;
    struct Lane;

    Task<> follow();
    Task<> watch_space();
    Task<> run(Lane& lane);
    Task<bool> deliver_first(Lane& lane);
    void tell(Notice notice);
    void take_kept_ones();
    void keep_waiting_ones();
    void push(Lane& lane, Message message);
    Lane* lane_of(NotifyChannel channel);
    static Counts counts_of(const Lane& lane);

    NotifySettings settings_;
    Couriers couriers_;
    Means means_;
    const AgentLog& log_;
    Watch watch_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::uint64_t missed_ = 0;  // events that came too quickly
    TaskGroup tasks_;
};

}  // namespace mcpm::notify
