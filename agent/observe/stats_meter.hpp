// From two looks at a server to what it used between them. Pure: times and counts are passed in.
#pragma once

#include "agent/async/task.hpp"
#include "agent/observe/process_usage.hpp"
#include "agent/store/history_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace mcpm::observe {

/// What was seen of a server at one moment. Counts grow while `run` is the same.
struct Look {
    std::uint64_t run = 0;
    ProcessUsage usage = {};
    std::optional<std::uint64_t> received_bytes = {}, sent_bytes = {};  // of containers
    std::uint64_t calls = 0, errors = 0;                                // since the agent began
};

/// The newest of a server.
struct Reading {
    Look look = {};
    std::optional<std::uint64_t> proportional_bytes = {};  // not asked for at every look
    std::optional<double> cpu_percent = {};                // of one core; nothing at the first look at a run
    Timestamp at{};
};

class StatsMeter {
  public:
    /// What is to be kept of this look. The first one at a run has no span: how it used its time before is
    /// not known.
    StatsPoint take(const std::string& server_id, const Look& look, Clock::time_point now, Timestamp at);
    std::optional<Reading> newest(const std::string& server_id) const;
    /// Servers of which `runs` is not true do not run any more. Their calls stay counted.
    template <typename Runs>
    void end_unless(const Runs& runs) {
        for (auto& [id, known] : known_) known.is_running = known.is_running && runs(id);
    }
    template <typename Keeps>
    void forget_unless(const Keeps& keeps) {
        std::erase_if(known_, [&](const auto& entry) { return !keeps(entry.first); });
    }

  private:
    struct Known {
        Reading reading = {};
        Clock::time_point at{};
        bool is_running = false;
    };
    std::unordered_map<std::string, Known> known_;
};

}  // namespace mcpm::observe
