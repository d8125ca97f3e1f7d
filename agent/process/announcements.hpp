// What the agent says of itself: in its log, as events, and, what people should know, as notices that are
// shown with it. Events wait here, at most 256 of them, until there is somebody who keeps them. Loop thread
// only.
#pragma once

#include "agent/async/agent_log.hpp"
#include "common/event.hpp"
#include "common/event_type.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mcpm {

class Announcements {
  public:
    using Keep = std::function<void(Event)>;

    explicit Announcements(const AgentLog& log) : log_(log) {}

    /// For people: logged, shown with the agent (the newest 50), and an event. Until settled(), the same
    /// words once.
    void note(std::string text);
    /// An event of the agent itself, or, by the agent, of a server.
    void say(EventType type, std::string message, std::string server_id = {});

    /// Events go there from now on, those that waited first. It must stay callable until part().
    void join(Keep keep);
    /// The agent is open.
    void settled() { is_settled_ = true; }
    /// The agent ends: no more events.
    void part();

    const std::vector<std::string>& notices() const { return notices_; }

  private:
    const AgentLog& log_;
    Keep keep_;
    std::vector<Event> waiting_;
    std::vector<std::string> notices_;
    bool is_settled_ = false;
    bool is_over_ = false;
};

}  // namespace mcpm
