// How this agent comes to its end, and who asked for it: the API, a signal, an upgrade of the program. What
// is asked first counts.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/process/announcements.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/error.hpp"

#include <optional>
#include <string>

namespace mcpm {

/// How an agent ends; the keeper acts on it (agent/keeper/protocol.hpp).
enum class AgentEnd { stopped, replaced, failed, misconfigured };

class AgentEnding {
  public:
    /// Give the answer to a request to stop time to leave before the listeners close.
    static constexpr std::chrono::milliseconds answer_grace{300};

    AgentEnding(Loop& loop, TaskGroup& tasks, Announcements& announcements, const AgentLog& log)
        : tasks_(tasks), announcements_(announcements), log_(log), changed_(loop) {}

    void ask(AgentEnd how, Supervisor::Servers what_of_servers);
    /// The agent cannot begin: says why, and asks for its end. What lies in a place of ours, or is another's,
    /// is for a person to mend: the keeper does not begin again.
    void fail(const Error& why);
    /// Asks so in a task, after answer_grace.
    void ask_after_answer(AgentEnd how, Supervisor::Servers what_of_servers);
    /// Answers when the program (empty: the one that runs) has said that it is mcpmd; the keeper then becomes
    /// it, and this agent ends as replaced. The keeper becomes what it is given, and every server dies with a
    /// keeper that is none: asked first.
    Task<Result<>> begin_upgrade(Loop& loop, KeeperLink& keeper, std::string program);
    /// Acts on the signals that ask a process to end. Runs until it is cancelled.
    Task<> watch_signals(Loop& loop, KeeperLink& keeper);

    Task<> awaited();
    const std::optional<AgentEnd>& how() const { return how_; }
    Supervisor::Servers servers() const { return servers_; }

  private:
    Task<> ask_later(AgentEnd how, Supervisor::Servers what_of_servers);
    Task<> upgrade(KeeperLink& keeper, std::string program);

    TaskGroup& tasks_;
    Announcements& announcements_;
    const AgentLog& log_;
    Notifier changed_;
    std::optional<AgentEnd> how_;
    Supervisor::Servers servers_ = Supervisor::Servers::stop;
};

}  // namespace mcpm
