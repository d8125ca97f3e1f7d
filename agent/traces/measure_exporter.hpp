// Sends durations to a collector, all of them each time: what one request loses the next one has. Nothing is
// done between two of them. Owned by the room signals.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/task_group.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/traces/measures.hpp"
#include "agent/traces/settings.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace mcpm::traces {

class MeasureExporter {
  public:
    using Look = std::function<std::vector<Measure>()>;

    MeasureExporter(Loop& loop, MeasureSettings settings, outgoing::Client& client, Look look,
                    const AgentLog& log);

    void start();
    /// Hands over the last figures, for the client to send while it closes.
    Task<> close();

    std::uint64_t sent() const { return sent_; }
    std::uint64_t failed() const { return failed_; }

  private:
    Task<> run();
    Task<> send();
    outgoing::Request request() const;
    void give_up(std::string_view why);

    MeasureSettings settings_;
    outgoing::Client& client_;
    Look look_;
    const AgentLog& log_;
    Instant begin_ = std::chrono::system_clock::now();
    std::uint64_t sent_ = 0, failed_ = 0;
    bool trouble_said_ = false;
    TaskGroup tasks_;
};

}  // namespace mcpm::traces
