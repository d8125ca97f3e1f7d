// Why a server is as it is, and why a run ended: the values, and their words on the wire and in the store.
#pragma once

#include "common/named_values.hpp"

#include <array>
#include <string_view>

namespace mcpm {

/// `statusReason` on the wire.
enum class Reason {
    none,
    restarting,
    crash_loop,
    start_failed,
    start_timeout,
    not_ready,
    unhealthy,
    exited,
    completed,
    stuck,
    idle,             // being put to sleep
    asleep,           // until the first request
    restart_pending,  // runs by an older definition than the stored one
    engine_lost       // its container lives or not, and nobody can be asked
};

/// Why the current run ends, or a run ended: `reason` of a run on the wire.
enum class Ending {
    none,
    asked,
    restarted,
    completed,
    crashed,
    start_timeout,
    not_ready,
    unhealthy,
    idle,
    era_asked,     // it could not bear to be asked for its protocol era
    start_failed,  // no process came to be
    agent_lost,    // an own process of a client, whose agent was lost
    other          // a word that this version does not know
};

template <>
struct EnumNames<Reason> {
    static constexpr std::array<NamedValue<Reason>, 14> all{{{Reason::none, ""},
                                                             {Reason::restarting, "restarting"},
                                                             {Reason::crash_loop, "crash-loop"},
                                                             {Reason::start_failed, "start-failed"},
                                                             {Reason::start_timeout, "start-timeout"},
                                                             {Reason::not_ready, "not-ready"},
                                                             {Reason::unhealthy, "unhealthy"},
                                                             {Reason::exited, "exited"},
                                                             {Reason::completed, "completed"},
                                                             {Reason::stuck, "stuck"},
                                                             {Reason::idle, "idle"},
                                                             {Reason::asleep, "asleep"},
                                                             {Reason::restart_pending, "restart-pending"},
                                                             {Reason::engine_lost, "engine-lost"}}};
};
template <>
struct EnumNames<Ending> {
    static constexpr std::array<NamedValue<Ending>, 13> all{{{Ending::none, ""},
                                                             {Ending::asked, "asked"},
                                                             {Ending::restarted, "restarted"},
                                                             {Ending::completed, "completed"},
                                                             {Ending::crashed, "crashed"},
                                                             {Ending::start_timeout, "start-timeout"},
                                                             {Ending::not_ready, "not-ready"},
                                                             {Ending::unhealthy, "unhealthy"},
                                                             {Ending::idle, "idle"},
                                                             {Ending::era_asked, "era-asked"},
                                                             {Ending::start_failed, "start-failed"},
                                                             {Ending::agent_lost, "agent-lost"},
                                                             {Ending::other, "other"}}};
};

constexpr std::string_view text_of(Reason reason) {
    return name_of(reason);
}
constexpr std::string_view text_of(Ending ending) {
    return name_of(ending);
}

/// The reason of a word that another version wrote: `none` when it is not known here.
constexpr Reason reason_of_word(std::string_view word) {
    return value_of<Reason>(word).value_or(Reason::none);
}
/// The ending of a word that another version wrote: `other` when it is not known here.
constexpr Ending ending_of_word(std::string_view word) {
    return value_of<Ending>(word).value_or(Ending::other);
}

}  // namespace mcpm
