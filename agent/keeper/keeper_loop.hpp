// The keeper's state and its one loop; see keeper.hpp. Everything it needs is reserved when it is made.
#pragma once

#include "agent/keeper/channel.hpp"
#include "agent/keeper/child_table.hpp"
#include "agent/keeper/keeper.hpp"

#include <cstdint>
#include <string>
#include <vector>

struct epoll_event;

namespace mcpm::keeper {

/// What survives a re-execution beside the children.
struct Standing {
    std::int32_t agent_pid = -1;
    std::int32_t agent_pidfd = -1;
    std::int32_t channel = -1;     // our end of the pair
    std::int32_t greeted = 0;      // the greeting has been sent
    std::int32_t shutdown = 0;     // announced, or asked for by a signal
    std::int32_t first_agent = 1;  // no agent has ended yet
    std::uint32_t quick_ends = 0;  // agents in a row that did not live long
    std::int32_t reserved = 0;
    std::int64_t agent_started = 0;   // monotonic milliseconds; -1: never
    std::int64_t start_agent_at = 0;  // 0: not waiting to start one
    std::int64_t give_up_at = 0;      // 0: no deadline
    std::uint64_t open_files = 0;     // the soft limit we were started with, which children get back
    InheritedLimits inherited;        // the other ones
};

class KeeperLoop {
  public:
    explicit KeeperLoop(KeeperOptions options);
    ~KeeperLoop();
    KeeperLoop(const KeeperLoop&) = delete;
    KeeperLoop& operator=(const KeeperLoop&) = delete;

    /// Signals, subreaper, descriptors. False with a word on stderr when the machine cannot carry us.
    bool prepare();
    int run();

    /// Takes over from the program that executed us; call instead of the first agent's start, after
    /// prepare().
    bool resume(int state_descriptor);

  private:
    // keeper_loop.cpp: the loop, signals, exits
    void turn();
    void dispatch(const epoll_event& event);
    int wait_limit() const;
    void on_timers();
    void read_signals();
    void on_child_end(std::uint64_t handle);
    void watch_end(const Child& child);
    void lose_warden(Child& child);
    void reap_orphans();
    void ask_agent_to_leave(int signal_number);
    /// The agent has announced that it ends within so many seconds; 0: the usual time.
    void agent_leaves(std::int32_t seconds);
    void end_everything();
    bool watch(int descriptor, std::uint32_t events, std::uint64_t mark);

    // keeper_agent.cpp: the agent's start and end
    bool start_agent();
    void on_agent_end();
    void plan_next_agent(int exit_code);
    void drop_channel();

    // keeper_talk.cpp: the conversation
    void read_channel();
    void obey(const Message& message, Descriptors& descriptors);
    void spawn(const Message& message, Descriptors& descriptors);
    void replace_passed(int number, Descriptors& descriptors);
    void signal_child(const Message& message);
    void release(std::uint64_t handle);
    void flush();
    bool tell(const Message& message, const int* descriptors, std::size_t count);
    bool tell_child(Child& child);
    bool tell_exit(Child& child);
    void answer(Kind kind, std::uint64_t request, Stage stage, int error_number);

    // keeper_upgrade.cpp: the re-execution
    void upgrade(const Message& message, Descriptors& descriptors);
    int save(std::uint64_t request);
    void set_inheritable(bool inheritable);
    void adopt_text(const char* text, std::size_t size);
    void take_up();
    void list_agent_arguments();

    KeeperOptions options_;
    std::vector<char*> agent_arguments_;
    ChildTable children_;
    Standing standing_;
    Message answer_;  // one answer at most waits for room in the channel; nothing is read meanwhile
    bool answer_waits_ = false;
    bool greeting_waits_ = false;
    bool channel_full_ = false;
    bool untold_ = false;   // some child has news
    bool orphans_ = false;  // SIGCHLD came: look for ended orphans when nothing else is to do
    bool leaving_ = false;
    int exit_status_ = 0;
    int poll_ = -1;
    int signals_ = -1;
};

/// Monotonic milliseconds.
std::int64_t now_milliseconds();
/// One line on stderr, "mcpmd keeper: …"; longer than 400 bytes is cut.
__attribute__((format(printf, 1, 2))) void say(const char* format, ...);

}  // namespace mcpm::keeper
