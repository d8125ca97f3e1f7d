#include "agent/runtime/keeper_link.hpp"

#include "agent/async/notifier.hpp"
#include "agent/keeper/channel.hpp"
#include "agent/keeper/spawn_block.hpp"
#include "agent/runtime/proc_stat.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <map>

// With optimisation, g++ 12 sees a coroutine frame's own operator delete and not its operator new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace mcpm {

namespace {

using keeper::Kind;
using keeper::Message;

constexpr std::size_t queue_limit = 16384;

/// A packet that waits for room in the channel, with the descriptors that go with it.
struct Outgoing {
    Message message;
    std::vector<UniqueFd> descriptors;
};

/// A child that is alive, or whose exit is known and not yet released.
struct Held {
    explicit Held(Loop& loop) : changed(loop) {}
    Notifier changed;
    std::optional<Exit> exit;
    int pid = -1;
    std::uint64_t start_time = 0;
    bool forgotten = false;
};

/// A request that waits for its answer.
struct Asked {
    explicit Asked(Loop& loop) : answered(loop) {}
    Notifier answered;
    std::optional<Message> answer;
    std::optional<KeptChild> child;
    bool abandoned = false;
};

Exit exit_of(const Message& message) {
    Exit exit;
    if (message.exit_code >= 0) {
        exit.code = message.exit_code;
    } else {
        exit.signal = message.exit_signal;
    }
    exit.at = Timestamp(std::chrono::milliseconds(message.ended_at));
    return exit;
}

KeptChild child_of(const Message& message, keeper::Descriptors& descriptors) {
    KeptChild child;
    child.handle = message.handle;
    child.tag.assign(message.tag, ::strnlen(message.tag, sizeof message.tag));
    child.pid = message.pid;
    // The keeper has not reaped it, so the pid is still the child's.
    if (const auto stat = read_proc_stat(message.pid)) child.start_time = stat->start_time;
    child.input_open = (message.flags & keeper::input_open) != 0;
    if ((message.flags & keeper::has_exit) != 0) child.exit = exit_of(message);
    std::size_t next = 0;
    child.descriptors.exited.reset(descriptors.take(next++));
    child.descriptors.output.reset(descriptors.take(next++));
    child.descriptors.error_output.reset(descriptors.take(next++));
    if (child.input_open) child.descriptors.input.reset(descriptors.take(next++));
    if ((message.flags & keeper::has_record) != 0) child.descriptors.record.reset(descriptors.take(next++));
    return child;
}

/// errno on failure. The keeper takes only fully sealed blocks.
Result<UniqueFd> sealed_memfd(const std::string& bytes) {
    UniqueFd file(::memfd_create("mcpm-spawn", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return system_error("make a memory file for the keeper", errno);
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t count = ::write(file.get(), bytes.data() + written, bytes.size() - written);
        if (count < 0) return system_error("write a request for the keeper", errno);
        written += static_cast<std::size_t>(count);
    }
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        return system_error("seal a request for the keeper", errno);
    }
    return file;
}

bool holds_nul(const SpawnRequest& request) {
    const auto has = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    return has(request.program) || has(request.cwd) || has(request.tag) ||
           std::any_of(request.arguments.begin(), request.arguments.end(), has) ||
           std::any_of(request.environment.begin(), request.environment.end(), has);
}

Error launch_error(const SpawnRequest& request, std::string_view stage, int number) {
    const char* const name = ::strerrorname_np(number);
    const std::string errno_name = name != nullptr ? name : std::to_string(number);
    std::string message = "start " + request.program + ": ";
    if (stage == "cwd") {
        message += "enter the folder " + request.cwd + ": ";
    } else if (stage != "exec") {
        message += std::string(stage) + ": ";
    }
    Error error{ErrorCode::cannot_launch, message + ::strerror(number)};
    error.details = R"({"stage": ")" + std::string(stage) + R"(", "errno": ")" + errno_name + R"("})";
    return error;
}

Error keeper_gone() {
    return Error{ErrorCode::unavailable, "ask the keeper: it is gone"};
}

}  // namespace

struct KeeperLink::State : std::enable_shared_from_this<State> {
    State(Loop& wanted_loop, UniqueFd fd)
        : loop(wanted_loop), socket(wanted_loop, fd.release()), arrived(wanted_loop) {}

    Loop& loop;
    Descriptor socket;
    Notifier arrived;  // the greeting and every kept child, or the end
    std::deque<Outgoing> queue;
    bool writing = false;
    bool greeted = false;
    bool gone = false;
    std::int32_t version = 0;
    int keeper_pid = -1;
    int agent_pid = -1;
    std::uint64_t kept_awaited = 0;
    std::uint64_t last_request = 0;
    std::vector<KeptChild> kept;
    std::map<std::uint64_t, std::shared_ptr<Held>> held;
    std::map<std::uint64_t, std::shared_ptr<Asked>> asked;

    static Task<> read_loop(std::shared_ptr<State> state);
    static Task<> write_loop(std::shared_ptr<State> state);
    static Task<std::shared_ptr<Asked>> ask(std::shared_ptr<State> state, Outgoing outgoing);

    void take_in(const Message& message, keeper::Descriptors& descriptors);
    void take_answer(const Message& message, keeper::Descriptors& descriptors);
    void take_exit(std::uint64_t handle, const Exit& exit);
    void drop_unwanted(std::uint64_t handle);
    std::shared_ptr<Held> hold(const KeptChild& child);
    void lose();
    void send(Outgoing outgoing);
    bool send_now(const Outgoing& outgoing);
    void tell(Kind kind, std::uint64_t handle, std::uint32_t flags = 0, int number = 0);
    void forget(std::uint64_t handle);
};

std::shared_ptr<Held> KeeperLink::State::hold(const KeptChild& child) {
    auto entry = std::make_shared<Held>(loop);
    entry->exit = child.exit;
    entry->pid = child.pid;
    entry->start_time = child.start_time;
    held[child.handle] = entry;
    return entry;
}

void KeeperLink::State::forget(std::uint64_t handle) {
    const auto found = held.find(handle);
    if (found == held.end()) return;
    const auto entry = found->second;
    held.erase(found);
    entry->forgotten = true;
    entry->changed.notify_all();
}

bool KeeperLink::State::send_now(const Outgoing& outgoing) {
    int descriptors[keeper::descriptor_limit] = {};
    std::size_t count = 0;
    for (const auto& one : outgoing.descriptors) descriptors[count++] = one.get();
    const int reason = keeper::send(socket.native_handle(), outgoing.message, descriptors, count);
    if (reason == EAGAIN || reason == ETOOMANYREFS || reason == ENOBUFS || reason == ENOMEM) return false;
    if (reason != 0) lose();
    return true;
}

void KeeperLink::State::send(Outgoing outgoing) {
    if (gone) return;
    if (queue.empty() && send_now(outgoing)) return;
    if (queue.size() >= queue_limit) return lose();  // the keeper has not read for thousands of packets
    queue.push_back(std::move(outgoing));
    if (writing) return;
    writing = true;
    asio::co_spawn(loop.get_executor(), write_loop(shared_from_this()), asio::detached);
}

void KeeperLink::State::tell(Kind kind, std::uint64_t handle, std::uint32_t flags, int number) {
    Outgoing outgoing;
    outgoing.message.kind = kind;
    outgoing.message.handle = handle;
    outgoing.message.flags = flags;
    outgoing.message.number = number;
    send(std::move(outgoing));
}

Task<> KeeperLink::State::write_loop(std::shared_ptr<State> state) {
    while (!state->gone && !state->queue.empty()) {
        if (state->send_now(state->queue.front())) {
            if (!state->queue.empty()) state->queue.pop_front();
            continue;
        }
        const auto pause = std::chrono::milliseconds(1);  // descriptors in flight have no event to wait for
        co_await sleep_for(pause);
    }
    state->writing = false;
}

void KeeperLink::State::lose() {
    if (gone) return;
    gone = true;
    queue.clear();
    boost::system::error_code ignored;
    socket.close(ignored);
    for (const auto& [handle, entry] : held) entry->changed.notify_all();
    for (const auto& [request, entry] : asked) entry->answered.notify_all();
    arrived.notify_all();
}

void KeeperLink::State::drop_unwanted(std::uint64_t handle) {
    tell(Kind::signal, handle, keeper::to_group, SIGKILL);
    tell(Kind::release, handle);
    forget(handle);
}

void KeeperLink::State::take_answer(const Message& message, keeper::Descriptors& descriptors) {
    const auto found = asked.find(message.request);
    std::optional<KeptChild> child;
    if (message.kind == Kind::spawned) {
        child = child_of(message, descriptors);
        hold(*child);
    }
    if (found == asked.end() || found->second->abandoned) {
        if (found != asked.end()) asked.erase(found);
        if (child) drop_unwanted(child->handle);
        return;
    }
    const auto entry = found->second;
    asked.erase(found);
    entry->answer = message;
    entry->child = std::move(child);
    entry->answered.notify_all();
}

void KeeperLink::State::take_exit(std::uint64_t handle, const Exit& exit) {
    const auto found = held.find(handle);
    if (found == held.end()) return;
    found->second->exit = exit;
    found->second->changed.notify_all();
}

void KeeperLink::State::take_in(const Message& message, keeper::Descriptors& descriptors) {
    switch (message.kind) {
        case Kind::greeting:
            greeted = true;
            version = message.number;
            keeper_pid = message.pid;
            agent_pid = static_cast<int>(message.handle);
            kept_awaited = message.request;
            break;
        case Kind::child:
            kept.push_back(child_of(message, descriptors));
            hold(kept.back());
            if (kept_awaited > 0) --kept_awaited;
            break;
        case Kind::exited:
            take_exit(message.handle, exit_of(message));
            break;
        case Kind::spawned:
        case Kind::spawn_failed:
        case Kind::upgraded:
        case Kind::upgrade_failed:
            take_answer(message, descriptors);
            break;
        default:
            break;  // a newer keeper may say more
    }
    if (greeted && kept_awaited == 0) arrived.notify_all();
}

Task<> KeeperLink::State::read_loop(std::shared_ptr<State> state) {
    Message message;
    keeper::Descriptors descriptors;
    while (!state->gone) {
        const auto received = keeper::receive(state->socket.native_handle(), message, descriptors);
        if (received == keeper::Received::received) {
            state->take_in(message, descriptors);
        } else if (received == keeper::Received::would_block) {
            const auto [failure] = co_await state->socket.async_wait(Descriptor::wait_read);
            if (failure) break;
        } else if (received == keeper::Received::closed) {
            break;
        }
    }
    state->lose();
}

KeeperLink::KeeperLink(std::shared_ptr<State> state) : state_(std::move(state)) {}

KeeperLink::~KeeperLink() {
    state_->lose();
}

Task<Result<std::unique_ptr<KeeperLink>>> KeeperLink::open(Loop& loop, UniqueFd socket) {
    ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    const auto state = std::make_shared<State>(loop, std::move(socket));
    std::unique_ptr<KeeperLink> link(new KeeperLink(state));
    asio::co_spawn(loop.get_executor(), State::read_loop(state), asio::detached);
    while (!state->gone && !(state->greeted && state->kept_awaited == 0)) co_await state->arrived.wait();
    if (!state->greeted) co_return Error{ErrorCode::unavailable, "greet the keeper: the channel was closed"};
    if (state->version != keeper::protocol_version) {
        co_return Error{ErrorCode::unavailable,
                        "greet the keeper: it speaks version " + std::to_string(state->version) +
                            " of the protocol, not " + std::to_string(keeper::protocol_version)};
    }
    co_return std::move(link);
}

std::vector<KeptChild> KeeperLink::take_kept_children() {
    return std::exchange(state_->kept, {});
}

Task<std::shared_ptr<Asked>> KeeperLink::State::ask(std::shared_ptr<State> state, Outgoing outgoing) {
    const auto entry = std::make_shared<Asked>(state->loop);
    outgoing.message.request = ++state->last_request;
    state->asked[outgoing.message.request] = entry;
    state->send(std::move(outgoing));
    try {
        while (!entry->answer && !state->gone) co_await entry->answered.wait();
    } catch (...) {
        // Answered in the very moment of being cancelled: the child is nobody's.
        if (entry->child) state->drop_unwanted(entry->child->handle);
        entry->abandoned = true;
        throw;
    }
    co_return entry;
}

Task<Result<KeptChild>> KeeperLink::spawn(SpawnRequest request) {
    const auto state = state_;
    if (request.tag.size() > keeper::tag_limit || request.arguments.empty() || holds_nul(request)) {
        co_return launch_error(request, "request", EINVAL);
    }
    const keeper::SpawnText text{request.program, request.arguments, request.environment,
                                 request.cwd,     request.limits,    request.pipe_bytes};
    const std::string bytes = keeper::write_spawn_block(text);
    if (bytes.size() > keeper::spawn_block_limit) co_return launch_error(request, "request", E2BIG);
    auto block = sealed_memfd(bytes);
    if (!block) co_return block.error();
    Outgoing outgoing;
    outgoing.message.kind = Kind::spawn;
    std::memcpy(outgoing.message.tag, request.tag.data(), request.tag.size());
    outgoing.descriptors.push_back(std::move(*block));
    if (request.cgroup) {
        outgoing.message.flags |= keeper::has_cgroup;
        outgoing.descriptors.push_back(std::move(request.cgroup));
    }
    if (request.record) {
        outgoing.message.flags |= keeper::has_record;
        outgoing.descriptors.push_back(std::move(request.record));
    }
    const auto entry = co_await State::ask(state, std::move(outgoing));
    if (!entry->answer) co_return keeper_gone();
    if (entry->child) co_return std::move(*entry->child);
    co_return launch_error(request, keeper::name_of(entry->answer->stage), entry->answer->error_number);
}

Task<Exit> KeeperLink::wait_exit(std::uint64_t handle) {
    const auto state = state_;
    const auto found = state->held.find(handle);
    if (found == state->held.end()) co_return Exit{};
    const auto entry = found->second;
    while (!entry->exit && !entry->forgotten && !state->gone) co_await entry->changed.wait();
    co_return entry->exit.value_or(Exit{});
}

void KeeperLink::signal(std::uint64_t handle, int signal_number, SignalScope scope) {
    state_->tell(Kind::signal, handle, scope == SignalScope::group ? keeper::to_group : 0U, signal_number);
}

void KeeperLink::close_input(std::uint64_t handle) {
    state_->tell(Kind::close_input, handle);
}

void KeeperLink::release(std::uint64_t handle) {
    state_->tell(Kind::release, handle);
    state_->forget(handle);
}

int KeeperLink::keeper_pid() const {
    return state_->keeper_pid;
}

int KeeperLink::agent_pid() const {
    return state_->agent_pid;
}

std::vector<std::pair<int, std::uint64_t>> KeeperLink::held_children() const {
    std::vector<std::pair<int, std::uint64_t>> children;
    for (const auto& [handle, entry] : state_->held) children.emplace_back(entry->pid, entry->start_time);
    return children;
}

void KeeperLink::announce_shutdown() {
    state_->tell(Kind::shutdown, 0);
}

void KeeperLink::close() {
    state_->lose();
}

Task<Result<>> KeeperLink::upgrade_keeper(std::string program) {
    const auto state = state_;
    const std::vector<std::string> arguments{program};
    const std::vector<std::string> environment;
    const std::vector<std::pair<int, std::uint64_t>> limits;
    const keeper::SpawnText text{program, arguments, environment, {}, limits};
    auto block = sealed_memfd(keeper::write_spawn_block(text));
    if (!block) co_return block.error();
    Outgoing outgoing;
    outgoing.message.kind = Kind::upgrade;
    outgoing.descriptors.push_back(std::move(*block));
    const auto entry = co_await State::ask(state, std::move(outgoing));
    if (!entry->answer) co_return keeper_gone();
    if (entry->answer->kind == Kind::upgraded) co_return Result<>{};
    co_return system_error("execute " + program + " as the keeper", entry->answer->error_number,
                           ErrorCode::unavailable);
}

}  // namespace mcpm
