// The engine's events for containers with one label, watched over: an engine that ends, hangs or falls silent
// is noticed (a ping every two seconds, and now and then the stream is taken anew from where it was), and its
// return within a second. Pings as long as it lives: have one only while something of ours runs.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/engine/types.hpp"
#include "common/error.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mcpm::http {
class ClientStream;
}

namespace mcpm::engine {

class Engine;

/// Called on the loop thread, never from within Engine::watch(). They may destroy the watch.
struct WatchHooks {
    /// An old one may be told once more after `back`; what is true now, inspect() says.
    std::function<void(const ContainerEvent&)> event;
    /// The engine does not answer, and why. Said once, until `back`.
    std::function<void(const Error&)> lost;
    /// The engine answers, and events are heard: from here on nothing is missed, but everything may have
    /// changed. Look at all (list, inspect). Also called once at the beginning.
    std::function<void(const EngineInfo&)> back;
};

class EventWatch {
  public:
    EventWatch(Loop& loop, Engine& engine, std::string label, std::string value, WatchHooks hooks);
    ~EventWatch();
    EventWatch(const EventWatch&) = delete;
    EventWatch& operator=(const EventWatch&) = delete;

    bool is_lost() const;

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace mcpm::engine
