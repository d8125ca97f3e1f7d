#include "agent/runtime/process_instance.hpp"

#include "agent/async/notifier.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>

namespace mcpm {

namespace {

constexpr unsigned empty_looks_at_most = 200;

ProcessKey key_of(const ProcStat& stat) {
    return {stat.pid, stat.start_time};
}

Task<bool> wait_readable(Descriptor& descriptor) {
    const auto [failure] = co_await descriptor.async_wait(Descriptor::wait_read);
    co_await check_cancelled();
    co_return !failure;
}

/// Whether it ended by then.
Task<bool> wait_end(Loop& loop, UniqueFd pidfd, Clock::time_point deadline) {
    using namespace asio::experimental::awaitable_operators;
    Descriptor descriptor(loop, pidfd.release());
    const auto left = deadline - Clock::now();
    if (left <= Clock::duration::zero()) co_return false;
    const auto first = co_await (wait_readable(descriptor) || sleep_for(left));
    co_return first.index() == 0;
}

std::string list_pids(const std::vector<ProcessKey>& processes) {
    std::string text;
    for (const auto& [pid, start_time] : processes) text += (text.empty() ? "" : ", ") + std::to_string(pid);
    return text;
}

}  // namespace

Task<std::vector<ProcessKey>> end_processes(Loop& loop, std::vector<ProcessKey> processes,
                                            Clock::time_point deadline, std::set<ProcessKey>& ended) {
    std::vector<std::pair<ProcessKey, UniqueFd>> signalled;
    for (const auto& process : processes) {
        UniqueFd pidfd = open_process(process);
        if (!pidfd) continue;
        signal_process(pidfd, SIGKILL);
        ended.insert(process);
        signalled.emplace_back(process, std::move(pidfd));
    }
    std::vector<ProcessKey> stubborn;
    for (auto& [process, pidfd] : signalled) {
        const bool gone = co_await wait_end(loop, std::move(pidfd), deadline);
        if (!gone) stubborn.push_back(process);
    }
    co_return stubborn;
}

ProcessRuntime::ProcessInstance::ProcessInstance(std::shared_ptr<Shared> shared, RunMarks marks,
                                                 InstanceKind kind, Timestamp started_at, KeptChild child,
                                                 RunFacts facts, std::optional<RunCgroup> cgroup)
    : shared_(std::move(shared)),
      handle_(child.handle),
      kind_(kind),
      started_at_(started_at),
      facts_(std::move(facts)),
      cgroup_(std::move(cgroup)),
      warden_(child.warden) {
    traces_.marks = std::move(marks);
    traces_.leader = {child.pid, child.start_time};
    traces_.sessions.insert(child.pid);
    for (const UniqueFd* end :
         {&child.descriptors.input, &child.descriptors.output, &child.descriptors.error_output}) {
        if (*end) traces_.pipes.insert(pipe_number(end->get()));
    }
    pipes_.input = std::move(child.descriptors.input);
    pipes_.output = std::move(child.descriptors.output);
    pipes_.error_output = std::move(child.descriptors.error_output);
}

Task<Exit> ProcessRuntime::ProcessInstance::wait() {
    if (!exit_) {
        Exit exit = co_await shared_->link.wait_exit(handle_);
        exit.oom = exit.signal == SIGKILL && cgroup_ && cgroup_->was_out_of_memory();
        exit_ = exit;
    }
    co_return *exit_;
}

void ProcessRuntime::ProcessInstance::close_input() {
    pipes_.input.reset();
    shared_->link.close_input(handle_);
}

/// Remembers the tree as it is now: a process that is orphaned later is known by it.
void ProcessRuntime::ProcessInstance::look() {
    if (cgroup_) return;
    for (const ProcStat& stat : tree_below(traces_.leader.first)) {
        traces_.seen.insert(key_of(stat));
        traces_.sessions.insert(stat.session);
    }
}

ProcessRuntime::ProcessInstance::Left ProcessRuntime::ProcessInstance::left_in_cgroup() const {
    Left all;
    for (const int pid : cgroup_->pids()) {
        const auto stat = read_proc_stat(pid);
        // Asked in this order, so that the start time is that of a process which was in the cgroup.
        if (stat && stat->state != 'Z' && cgroup_->holds(pid)) all.processes.push_back(*stat);
    }
    return all;
}

/// Nothing of the run can be elsewhere. Once the leader is a zombie and the warden has no other child,
/// nothing is left.
ProcessRuntime::ProcessInstance::Left ProcessRuntime::ProcessInstance::left_below_warden() const {
    Left all{tree_below(traces_.leader.first)};
    const Orphans orphans = orphans_of(warden_.first, {traces_.leader.first});
    all.is_moving = orphans.is_moving;
    for (const Orphan& orphan : orphans.found) {
        all.processes.push_back(orphan.stat);
        for (const ProcStat& stat : tree_below(orphan.stat.pid)) all.processes.push_back(stat);
    }
    return all;
}

ProcessRuntime::ProcessInstance::Left ProcessRuntime::ProcessInstance::left_by_traces() const {
    std::vector<std::uint64_t> others;
    for (const auto& [pid, start_time] : shared_->link.held_children()) {
        if (pid != traces_.leader.first) others.push_back(start_time);
    }
    Left all{tree_below(traces_.leader.first)};
    const Orphans orphans = orphans_of(shared_->link.keeper_pid(), shared_->link.keepers_own());
    all.is_moving = orphans.is_moving;
    for (const Orphan& orphan : orphans.found) {
        if (!belongs_to_run(orphan, traces_, others)) continue;
        all.processes.push_back(orphan.stat);
        for (const ProcStat& stat : tree_below(orphan.stat.pid)) all.processes.push_back(stat);
    }
    return all;
}

ProcessRuntime::ProcessInstance::Left ProcessRuntime::ProcessInstance::left() const {
    if (cgroup_) return left_in_cgroup();
    return is_living(warden_) ? left_below_warden() : left_by_traces();
}

/// With neither cgroup nor warden, a daemon that gave up its session, its environment and its pipes is the
/// keeper's child like those of other runs. It is not signalled: it may be another's.
void ProcessRuntime::ProcessInstance::name_what_may_be_left() {
    if (cgroup_ || is_living(warden_)) return;
    const std::set<int> own = shared_->link.keepers_own();
    for (const Orphan& orphan : orphans_of(shared_->link.keeper_pid(), own).found) {
        if (!may_belong_to_run(orphan, traces_) || !shared_->named.insert(key_of(orphan.stat)).second)
            continue;
        std::string name = read_proc_file("/proc/" + std::to_string(orphan.stat.pid) + "/comm", 64);
        while (!name.empty() && name.back() == '\n') name.pop_back();
        may_be_left_.push_back(std::to_string(orphan.stat.pid) + " (" + name + ")");
    }
}

std::vector<UniqueFd> ProcessRuntime::ProcessInstance::outside_group() const {
    std::vector<UniqueFd> all;
    for (const ProcStat& stat : left().processes) {
        if (stat.group == traces_.leader.first) continue;
        if (UniqueFd pidfd = open_process(key_of(stat))) all.push_back(std::move(pidfd));
    }
    return all;
}

void ProcessRuntime::ProcessInstance::terminate() {
    if (released_) return;
    look();
    const auto others = outside_group();
    for (const int number : {SIGTERM, SIGCONT}) {
        shared_->link.signal(handle_, number, SignalScope::group);
        for (const UniqueFd& pidfd : others) signal_process(pidfd, number);
    }
}

void ProcessRuntime::ProcessInstance::kill() {
    if (released_) return;
    look();
    if (!cgroup_ || !cgroup_->kill()) {
        for (const UniqueFd& pidfd : outside_group()) signal_process(pidfd, SIGKILL);
    }
    shared_->link.signal(handle_, SIGKILL, SignalScope::group);
}

Task<Result<unsigned>> ProcessRuntime::ProcessInstance::sweep(Duration limit) {
    const auto deadline = Clock::now() + limit;
    std::set<ProcessKey> ended;
    // A fork can slip between looking and killing: only a look after which nothing had to be killed, and
    // during which nothing moved, is the last. What moves may be another server's, so that is not waited for
    // without end.
    unsigned looks = 0;
    for (unsigned quiet = 0; !released_ && quiet < 2 && looks < empty_looks_at_most;) {
        const Left now = left();
        std::vector<ProcessKey> processes;
        for (const ProcStat& stat : now.processes) processes.push_back(key_of(stat));
        if (cgroup_ && !processes.empty() && cgroup_->kill())
            ended.insert(processes.begin(), processes.end());
        const auto stubborn = co_await end_processes(shared_->loop, processes, deadline, ended);
        if (!stubborn.empty() || Clock::now() > deadline) {
            const std::string pids = list_pids(stubborn.empty() ? processes : stubborn);
            co_return Error{ErrorCode::timed_out,
                            "end what is left of " + traces_.marks.server_id + ": still there: " + pids};
        }
        const bool removed = !cgroup_ || cgroup_->remove();
        if (removed && (cgroup_ || (ended.empty() && !now.is_moving)))
            break;  // nothing was there, or the kernel says that it is empty
        looks = processes.empty() ? looks + 1 : 0;
        quiet = processes.empty() && !now.is_moving ? quiet + 1 : 0;
        const auto pause = std::chrono::milliseconds(1);
        co_await sleep_for(pause);
    }
    if (!released_) {
        name_what_may_be_left();
        shared_->link.release(handle_);
    }
    released_ = true;
    co_return static_cast<unsigned>(ended.size());
}

}  // namespace mcpm
