// The conversation with the agent: what it asks, what it is told.
#include "agent/keeper/block_mapping.hpp"
#include "agent/keeper/keeper_loop.hpp"
#include "agent/keeper/marks.hpp"
#include "agent/keeper/warden.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace mcpm::keeper {

namespace {

constexpr std::int64_t agent_hang_milliseconds = 5'000;

/// Our end and the child's end of each of the three pipes.
struct Pipes {
    int input[2] = {-1, -1};
    int output[2] = {-1, -1};
    int error_output[2] = {-1, -1};

    void close_all() {
        for (int* pair : {input, output, error_output}) {
            close_descriptor(pair[0]);
            close_descriptor(pair[1]);
        }
    }
};

void set_pipe_up(int ours, std::uint32_t bytes) {
    ::fcntl(ours, F_SETFL, ::fcntl(ours, F_GETFL) | O_NONBLOCK);
    if (bytes != 0) ::fcntl(ours, F_SETPIPE_SZ, static_cast<int>(bytes & 0x7fffffffU));
}

bool open_pipes(Pipes& pipes, std::uint32_t bytes) {
    if (::pipe2(pipes.input, O_CLOEXEC) < 0 || ::pipe2(pipes.output, O_CLOEXEC) < 0 ||
        ::pipe2(pipes.error_output, O_CLOEXEC) < 0) {
        const int reason = errno;
        pipes.close_all();
        errno = reason;
        return false;
    }
    set_pipe_up(pipes.input[1], 0);
    set_pipe_up(pipes.output[0], bytes);
    set_pipe_up(pipes.error_output[0], bytes);
    return true;
}

Birth bear(const SpawnPlan& plan, const Pipes& pipes, int cgroup, const Standing& standing, Child* warded) {
    const PassedDescriptor passed[] = {{pipes.input[0], 0}, {pipes.output[1], 1}, {pipes.error_output[1], 2}};
    BirthPlan birth;
    birth.program = plan.program;
    birth.arguments = plan.arguments;
    birth.environment = plan.environment;
    birth.cwd = plan.cwd;
    birth.limits = plan.limits;
    birth.limit_count = plan.limit_count;
    birth.cgroup = cgroup;
    birth.passed = passed;
    birth.passed_count = 3;
    birth.open_files = standing.open_files;
    birth.inherited = &standing.inherited;
    return warded != nullptr ? give_warded_birth(birth, warded->warden, warded->warden_pid)
                             : give_birth(birth);
}

void hold(Child& child, const Birth& birth, Pipes& pipes, const Message& message) {
    child.pid = birth.pid;
    child.pidfd = birth.pidfd;
    child.input = pipes.input[1];
    child.output = pipes.output[0];
    child.error_output = pipes.error_output[0];
    pipes.input[1] = pipes.output[0] = pipes.error_output[0] = -1;
    child.request = message.request;
    child.announce = Announce::spawned;
    std::memcpy(child.tag, message.tag, sizeof child.tag);
}

}  // namespace

void KeeperLoop::read_channel() {
    Message message;
    Descriptors descriptors;
    // Requests are not taken in faster than answers go out, nor so many at once that exits would wait for
    // long.
    for (int taken = 0; taken < 16 && standing_.channel >= 0 && !channel_full_ && !answer_waits_; ++taken) {
        switch (receive(standing_.channel, message, descriptors)) {
            case Received::would_block:
                return;
            case Received::malformed:
                say("a malformed packet of the agent is ignored");
                continue;
            case Received::received:
                obey(message, descriptors);
                break;
            case Received::closed:
                // The agent is about to end; when it does not, it is lost to us and must go.
                drop_channel();
                if (standing_.give_up_at == 0)
                    standing_.give_up_at = now_milliseconds() + agent_hang_milliseconds;
                return;
        }
        flush();
    }
}

void KeeperLoop::obey(const Message& message, Descriptors& descriptors) {
    switch (message.kind) {
        case Kind::spawn:
            return spawn(message, descriptors);
        case Kind::signal:
            return signal_child(message);
        case Kind::release:
            return release(message.handle);
        case Kind::shutdown:
            return agent_leaves(message.number);
        case Kind::upgrade:
            return upgrade(message, descriptors);
        case Kind::listen:
            return replace_passed(message.number, descriptors);
        case Kind::close_input:
            if (Child* const child = children_.find(message.handle)) close_descriptor(child->input);
            return;
        default:
            say("a packet of unknown kind %u is ignored", static_cast<unsigned>(message.kind));
    }
}

void KeeperLoop::replace_passed(int number, Descriptors& descriptors) {
    int socket = descriptors.take(0);
    for (PassedDescriptor& one : options_.passed) {
        if (one.number == number && socket >= 0) std::swap(one.descriptor, socket);
    }
    close_descriptor(socket);
}

void KeeperLoop::spawn(const Message& message, Descriptors& descriptors) {
    const auto fail = [&](Stage stage, int reason) {
        answer(Kind::spawn_failed, message.request, stage, reason);
    };
    std::size_t next = 0;
    BlockMapping block(descriptors.take(next++));
    int cgroup = (message.flags & has_cgroup) != 0 ? descriptors.take(next++) : -1;
    int record = (message.flags & has_record) != 0 ? descriptors.take(next++) : -1;
    Birth birth;
    Pipes pipes;
    SpawnPlan plan;
    Child* const child = children_.add();
    if (child == nullptr) {
        birth.stage = Stage::table;
        birth.error_number = ENOSPC;
    } else if (!block.read(plan)) {
        birth.stage = Stage::request;
        birth.error_number = EINVAL;
    } else if (!open_pipes(pipes, plan.pipe_bytes)) {
        birth.stage = Stage::pipes;
        birth.error_number = errno;
    } else {
        birth = bear(plan, pipes, cgroup, standing_, (message.flags & wants_warden) != 0 ? child : nullptr);
    }
    close_descriptor(cgroup);
    if (birth.stage != Stage::none) {
        pipes.close_all();
        close_descriptor(record);
        if (child != nullptr) children_.remove(*child);
        return fail(birth.stage, birth.error_number);
    }
    hold(*child, birth, pipes, message);
    child->record = record;
    pipes.close_all();
    untold_ = true;
    watch_end(*child);
}

void KeeperLoop::signal_child(const Message& message) {
    const Child* const child = children_.find(message.handle);
    if (child == nullptr || message.number <= 0 || message.number >= NSIG) return;
    // Not reaped before its release: pid and group are this child's for as long as it is in the table.
    ::kill((message.flags & to_group) != 0 ? -child->pid : child->pid, message.number);
}

void KeeperLoop::release(std::uint64_t handle) {
    Child* const child = children_.find(handle);
    if (child == nullptr) return;
    child->released = true;
    child->announce = Announce::nothing;
    if (!child->ended) return;
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(child->pid), &ended, WEXITED | WNOHANG);
    children_.remove(*child);
    orphans_ = true;
}

void KeeperLoop::answer(Kind kind, std::uint64_t request, Stage stage, int error_number) {
    answer_ = Message{};
    answer_.kind = kind;
    answer_.request = request;
    answer_.stage = stage;
    answer_.error_number = error_number;
    answer_.number = protocol_version;
    answer_waits_ = true;
}

bool KeeperLoop::tell(const Message& message, const int* descriptors, std::size_t count) {
    const int reason = send(standing_.channel, message, descriptors, count);
    const bool full = reason == EAGAIN || reason == ETOOMANYREFS || reason == ENOBUFS || reason == ENOMEM;
    // Requests wait meanwhile; a level-triggered watch on them would keep the loop spinning. (Room is looked
    // for again after a moment: for descriptors in flight, of which a user may have so many, there is no
    // event.)
    if (full != channel_full_)
        watch(standing_.channel, full ? 0U : static_cast<std::uint32_t>(EPOLLIN), mark_channel);
    channel_full_ = full;
    return reason == 0;
}

bool KeeperLoop::tell_child(Child& child) {
    Message message;
    message.kind = child.announce == Announce::spawned ? Kind::spawned : Kind::child;
    message.request = child.announce == Announce::spawned ? child.request : 0;
    message.handle = child.handle;
    message.pid = child.pid;
    message.number = child.warden_pid;
    std::memcpy(message.tag, child.tag, sizeof message.tag);
    int descriptors[descriptor_limit] = {child.pidfd, child.output, child.error_output};
    std::size_t count = 3;
    if (child.input >= 0) {
        message.flags |= input_open;
        descriptors[count++] = child.input;
    }
    if (child.record >= 0) {
        message.flags |= has_record;
        descriptors[count++] = child.record;
    }
    if (child.ended) {
        message.flags |= has_exit;
        message.exit_code = child.exit_code;
        message.exit_signal = child.exit_signal;
        message.ended_at = child.ended_at;
    }
    if (!tell(message, descriptors, count)) return false;
    child.announce = Announce::nothing;
    child.exit_told = child.ended;
    return true;
}

bool KeeperLoop::tell_exit(Child& child) {
    Message message;
    message.kind = Kind::exited;
    message.handle = child.handle;
    message.pid = child.pid;
    message.exit_code = child.exit_code;
    message.exit_signal = child.exit_signal;
    message.ended_at = child.ended_at;
    child.exit_told = tell(message, nullptr, 0);
    return child.exit_told;
}

void KeeperLoop::flush() {
    if (standing_.channel < 0) return;
    if (greeting_waits_) {
        Message greeting;
        greeting.number = protocol_version;
        greeting.pid = ::getpid();
        greeting.handle = static_cast<std::uint64_t>(standing_.agent_pid);
        for (const Child& child : children_) {
            if (child.handle != 0 && child.announce == Announce::kept) ++greeting.request;
        }
        if (!tell(greeting, nullptr, 0)) return;
        greeting_waits_ = false;
        standing_.greeted = 1;
        untold_ = true;
    }
    if (answer_waits_) {
        if (!tell(answer_, nullptr, 0)) return;
        answer_waits_ = false;
    }
    if (!untold_) return;
    for (Child& child : children_) {
        if (child.handle == 0 || child.released) continue;
        if (child.announce != Announce::nothing && !tell_child(child)) return;
        if (child.ended && !child.exit_told && !tell_exit(child)) return;
    }
    untold_ = false;
}

}  // namespace mcpm::keeper
