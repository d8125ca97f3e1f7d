// The types of messages that the agent sends on /ws, and their words there; changes of servers have those of
// their events (common/event_type.hpp).
#pragma once

#include "common/event_type.hpp"
#include "common/named_values.hpp"

#include <array>

namespace mcpm {

enum class LiveMessage {
    hello,
    reset,  // what was shown so far is to be asked for anew
    subscribed,
    error,
    lagged,
    event,
    log_lines,
    samples,
    pong,
    heartbeat,
};

template <>
struct EnumNames<LiveMessage> {
    static constexpr std::array<NamedValue<LiveMessage>, 10> all{
        {{LiveMessage::hello, "hello"},
         {LiveMessage::reset, "reset"},
         {LiveMessage::subscribed, "subscribed"},
         {LiveMessage::error, "error"},
         {LiveMessage::lagged, name_of(EventType::lagged)},
         {LiveMessage::event, "event"},
         {LiveMessage::log_lines, name_of(EventType::server_log)},
         {LiveMessage::samples, "server:stats"},
         {LiveMessage::pong, "pong"},
         {LiveMessage::heartbeat, "heartbeat"}}};
};

}  // namespace mcpm
