// clang-format off
// What the keeper and the agent say to each other. This header is the whole protocol.
//
// Channel: one SOCK_SEQPACKET pair per agent. Every packet is exactly one `Message` (fixed size, native byte order: both
// ends are on one machine); a packet of another size is refused. Descriptors travel by SCM_RIGHTS.
//
// keeper -> agent
//   greeting        first packet. number = protocol_version, pid = the keeper's, handle = the agent's own pid,
//                   request = how many `child` packets follow at once.
//   child           a child that was there before this agent: handle, pid, tag, flags, and exit facts when it has ended.
//                   Descriptors in order: pidfd, stdout (read end), stderr (read end), [input_open] stdin (write end),
//                   [has_record] record. number = the pid of its warden (warden.hpp), 0 when it has none.
//   spawned         answer to spawn (same request): as `child`.
//   spawn_failed    answer to spawn: stage, error_number. No process is left of it.
//   exited          handle, exit_code or exit_signal, ended_at. Sent once per agent and child.
//   upgraded        answer to upgrade, sent by the new program (same pid, same channel). number = its version.
//   upgrade_failed  answer to upgrade: error_number. The old program goes on.
//
// agent -> keeper
//   spawn           request; tag; flags. Descriptors in order: sealed memfd with a spawn block (spawn_block.hpp),
//                   [has_cgroup] a cgroup v2 directory, [has_record] the record to keep. Flag wants_warden: it is
//                   born below a warden; an older keeper ignores it.
//   signal          handle, number = signal, flag to_group for the child's process group. No effect once released.
//   close_input     handle: the keeper closes its duplicate of the child's stdin.
//   release         handle: the child is forgotten; its zombie is reaped (when it has not ended yet: as soon as it does).
//                   The handle is never used again.
//   shutdown        when this agent exits, end what is left and exit; start no other agent. number = seconds after which
//                   an agent that has not left is killed; 0: 90.
//   listen          number: the descriptor number that every agent is given, whose socket is replaced by the one that
//                   comes with it (the agent bound its path anew). An older keeper ignores it.
//   upgrade         request. Descriptor: sealed memfd with a spawn block, of which `program` is executed as
//                   `program --keeper-resume N`; the same program is used for agents started from then on.
//
// Life of an agent: started as `program arguments… --agent-fd 3`, its end of the pair being descriptor 3, in its own
// session, with a parent-death SIGKILL. What its exit means: 0 after `shutdown`: done; agent_restart: start me again now;
// agent_misconfigured from the first agent: the keeper exits with it; all else is a crash: started again, at once the
// first time, then after 100 ms doubling to 5 s.
// clang-format on
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mcpm::keeper {

inline constexpr std::int32_t protocol_version = 1;
inline constexpr int agent_descriptor = 3;
inline constexpr int agent_restart = 75;
inline constexpr int agent_misconfigured = 78;
inline constexpr std::size_t child_limit = 4096;
inline constexpr std::size_t tag_limit = 128;
inline constexpr std::size_t descriptor_limit = 5;  // the most in one packet

enum class Kind : std::uint32_t {
    greeting = 1,
    child,
    spawned,
    spawn_failed,
    exited,
    upgraded,
    upgrade_failed,
    spawn = 64,
    signal,
    close_input,
    release,
    shutdown,
    upgrade,
    listen,
};

enum Flag : std::uint32_t {
    input_open = 1,
    has_exit = 2,
    to_group = 4,
    has_cgroup = 8,
    has_record = 16,
    wants_warden = 32,
};

/// How far a birth came. Stages from `session` on happen in the child.
enum class Stage : std::uint32_t {
    none,
    request,
    table,
    pipes,
    clone,
    session,
    cgroup,
    limits,
    cwd,
    stdio,
    exec
};
std::string_view name_of(Stage stage);

struct Message {
    Kind kind = Kind::greeting;
    std::uint32_t flags = 0;
    std::uint64_t request = 0;
    std::uint64_t handle = 0;
    std::int64_t ended_at = 0;  // milliseconds since the epoch, UTC
    std::int32_t pid = 0;
    Stage stage = Stage::none;
    std::int32_t error_number = 0;
    std::int32_t exit_code = -1;  // -1: ended by exit_signal
    std::int32_t exit_signal = 0;
    std::int32_t number = 0;
    char tag[tag_limit] = {};  // padded with NUL; may fill the field
};
static_assert(sizeof(Message) == 184);

}  // namespace mcpm::keeper
