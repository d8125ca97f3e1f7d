// Why an agent that holds its lock does not answer: read from /proc and from what its keeper printed, and
// said with the pid that a person can do something about.
#pragma once

#include "common/error.hpp"
#include "common/local_http.hpp"
#include "common/paths.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace mcpm::cli {

/// What the kernel says of a process of the agent's two.
struct SeenProcess {
    pid_t pid = 0;   // 0: there is none
    char state = 0;  // as in /proc/PID/stat
};

struct AgentTraces {
    bool lock_is_held = false;
    SeenProcess keeper, agent;
    std::string program;  // the keeper's
    bool program_is_there = true;
    std::string last_words;  // the end of what the keeper and its agents print, when that is a file
};
AgentTraces find_traces(const Paths& paths);

struct Absence {
    std::string what;  // "the agent (pid 12) is stopped (SIGSTOP)"
    std::string hint;
    /// Waiting changes nothing.
    bool is_certain = false;
};
/// Pure.
Absence judge(const AgentTraces& traces);

/// An absence as an error with the code unavailable.
Error absence_error(const Absence& absence);
/// Whether absence_error() made it of an absence that is certain.
bool is_certain_absence(const Error& error);

/// For requests: gives up when it is certain twice in a row that no answer comes, or when the agent does not
/// answer another connection for half a minute either.
LocalHttp::Watch absence_watch(const Paths& paths);

/// Nobody is there, or nobody answers: what is on disk may be shown instead.
bool is_absence(const Error& error);

/// What to say when what is on disk is shown instead: why there is no answer.
std::string absence_in_words(const Paths& paths, const Error& error);
/// What helps, in words.
std::string way_out_of_absence(const Paths& paths, const Error& error);

/// True when somebody holds the agent's lock.
bool agent_lock_is_held(const Paths& paths);

}  // namespace mcpm::cli
