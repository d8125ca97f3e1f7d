#include "agent/process/ending.hpp"

#include "agent/process/asked_signals.hpp"
#include "agent/process/upgrade_program.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace mcpm {

void AgentEnding::ask(AgentEnd how, Supervisor::Servers what_of_servers) {
    if (how_) return;
    how_ = how;
    servers_ = what_of_servers;
    changed_.notify_all();
}

void AgentEnding::fail(const Error& why) {
    log_.error(why.hint.empty() ? why.message : why.message + "; " + why.hint);
    const bool is_for_people = why.code == ErrorCode::conflict || why.code == ErrorCode::forbidden;
    ask(is_for_people ? AgentEnd::misconfigured : AgentEnd::failed, Supervisor::Servers::stop);
}

void AgentEnding::ask_after_answer(AgentEnd how, Supervisor::Servers what_of_servers) {
    tasks_.spawn("end of this agent", ask_later(how, what_of_servers));
}

Task<> AgentEnding::ask_later(AgentEnd how, Supervisor::Servers what_of_servers) {
    co_await sleep_for(answer_grace);
    ask(how, what_of_servers);
}

Task<Result<>> AgentEnding::begin_upgrade(Loop& loop, KeeperLink& keeper, std::string asked) {
    auto program = co_await program_for_upgrade(loop, keeper, std::move(asked));
    if (!program) co_return program.error();
    tasks_.spawn("upgrade", upgrade(keeper, std::move(*program)));
    co_return Result<>{};
}

Task<> AgentEnding::upgrade(KeeperLink& keeper, std::string program) {
    co_await sleep_for(answer_grace);
    std::string named = program;
    const auto upgraded = co_await keeper.upgrade_keeper(std::move(program));
    if (!upgraded) {
        log_.error(upgraded.error().message);
        announcements_.say(EventType::agent_upgrade_failed, upgraded.error().message);
        co_return;
    }
    log_.info("the keeper runs " + named);
    ask(AgentEnd::replaced, Supervisor::Servers::leave);
}

Task<> AgentEnding::watch_signals(Loop& loop, KeeperLink& keeper) {
    AskedSignals signals(loop);
    for (;;) {
        const auto asked = co_await signals.next();
        if (!asked) co_return;
        if (asked->number == SIGHUP) continue;
        if (asked->sender == keeper.keeper_pid()) {
            log_.info(fmt::format("stopping: signal {}", asked->number));
            ask(AgentEnd::stopped, Supervisor::Servers::stop);
        } else if (!how_) {
            // Of this process alone. Whoever signals all of mcpmd's processes means the keeper too, and the
            // keeper's word is here before the answer's grace is over.
            log_.warning(fmt::format("signal {} from process {}: this agent ends, its servers live on",
                                     asked->number, asked->sender));
            ask_after_answer(AgentEnd::replaced, Supervisor::Servers::leave);
        }
    }
}

Task<> AgentEnding::awaited() {
    while (!how_) co_await changed_.wait();
}

}  // namespace mcpm
