#include "agent/runtime/keeper_link_state.hpp"

#include "common/proc_stat.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t queue_limit = 16384;

Exit exit_of(const keeper::Message& message) {
    Exit exit;
    if (message.exit_code >= 0) {
        exit.code = message.exit_code;
    } else {
        exit.signal = message.exit_signal;
    }
    exit.at = Timestamp(std::chrono::milliseconds(message.ended_at));
    return exit;
}

KeptChild child_of(const keeper::Message& message, keeper::Descriptors& descriptors) {
    KeptChild child;
    child.handle = message.handle;
    child.tag.assign(message.tag, ::strnlen(message.tag, sizeof message.tag));
    child.pid = message.pid;
    // The keeper has not reaped it, so the pid is still the child's.
    if (const auto stat = read_proc_stat(message.pid)) child.start_time = stat->start_time;
    const auto warden = message.number > 0 ? read_proc_stat(message.number) : std::nullopt;
    if (warden) child.warden = {warden->pid, warden->start_time};
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

}  // namespace

std::shared_ptr<KeeperLink::State::Held> KeeperLink::State::hold(const KeptChild& child) {
    auto entry = std::make_shared<Held>(loop);
    entry->exit = child.exit;
    entry->pid = child.pid;
    entry->start_time = child.start_time;
    entry->warden = child.warden.first;
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

void KeeperLink::State::tell(keeper::Kind kind, std::uint64_t handle, std::uint32_t flags, int number) {
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
    tell(keeper::Kind::signal, handle, keeper::to_group, SIGKILL);
    tell(keeper::Kind::release, handle);
    forget(handle);
}

void KeeperLink::State::take_answer(const keeper::Message& message, keeper::Descriptors& descriptors) {
    const auto found = asked.find(message.request);
    std::optional<KeptChild> child;
    if (message.kind == keeper::Kind::spawned) {
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

void KeeperLink::State::take_in(const keeper::Message& message, keeper::Descriptors& descriptors) {
    switch (message.kind) {
        case keeper::Kind::greeting:
            greeted = true;
            version = message.number;
            keeper_pid = message.pid;
            agent_pid = static_cast<int>(message.handle);
            kept_awaited = message.request;
            break;
        case keeper::Kind::child:
            kept.push_back(child_of(message, descriptors));
            hold(kept.back());
            if (kept_awaited > 0) --kept_awaited;
            break;
        case keeper::Kind::exited:
            take_exit(message.handle, exit_of(message));
            break;
        case keeper::Kind::spawned:
        case keeper::Kind::spawn_failed:
        case keeper::Kind::upgraded:
        case keeper::Kind::upgrade_failed:
            take_answer(message, descriptors);
            break;
        default:
            break;  // a newer keeper may say more
    }
    if (greeted && kept_awaited == 0) arrived.notify_all();
}

Task<> KeeperLink::State::read_loop(std::shared_ptr<State> state) {
    keeper::Message message;
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

Task<std::shared_ptr<KeeperLink::State::Asked>> KeeperLink::State::ask(std::shared_ptr<State> state,
                                                                       Outgoing outgoing) {
    const auto entry = std::make_shared<Asked>(state->loop);
    const auto begun = Clock::now();
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
    state->answer_times.add(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun));
    co_return entry;
}

}  // namespace mcpm
