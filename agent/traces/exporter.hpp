// The room traces: calls through the gateway as spans of OpenTelemetry, sent by OTLP over HTTP. It may
// include outgoing, metrics and async. It never looks into a message: the gateway tells it what a call was.
//
// Takes spans as calls end and sends them in batches. Never makes a call wait: the queue is bounded, and what
// does not fit, or is refused, is dropped and counted. Owned by the root.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/traces/call_trace.hpp"
#include "agent/traces/settings.hpp"
#include "agent/traces/span.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::traces {

class Exporter : public Tracer {
  public:
    /// `clean`: a text as it may leave this machine.
    Exporter(Loop& loop, Settings settings, outgoing::Client& client,
             std::function<std::string(std::string text)> clean, const AgentLog& log);

    /// False: nobody looks at calls.
    bool is_on() const { return !settings_.url.empty(); }
    /// Of these servers (names, or "all") spans have arguments and results.
    void show_of(std::vector<std::string> servers);
    void start();
    /// Hands over what is left, for the client to send while it closes.
    Task<> close();

    std::unique_ptr<CallTrace> begin(const Carried& carried) override;
    void end(CallTrace& call) override;

    struct Counts {
        std::uint64_t sent = 0;
        std::uint64_t full = 0;         // dropped: too many waited
        std::uint64_t refused = 0;      // dropped: the receiver did not take them
        std::uint64_t unreachable = 0;  // dropped: no answer, again and again
        std::size_t waiting = 0;
    };
    Counts counts() const;

  private:
    void take(Span span);
    Task<> run();
    Task<> send(std::vector<Span> batch);
    std::vector<Span> next_batch();
    outgoing::Request request_for(std::vector<Span> batch) const;
    /// `answer`: the body of a success, which may say that a part was not taken.
    void note_taken(std::size_t count, std::string_view answer);
    void give_up(std::size_t count, std::uint64_t Counts::*cause, std::string_view why);

    Settings settings_;
    outgoing::Client& client_;
    std::function<std::string(std::string text)> clean_;
    const AgentLog& log_;
    CallTrace::Shown shown_;
    std::deque<Span> queue_;
    Counts counts_;
    bool trouble_said_ = false;
    Notifier filled_;
    TaskGroup tasks_;
};

}  // namespace mcpm::traces
