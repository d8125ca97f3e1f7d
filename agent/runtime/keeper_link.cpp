#include "agent/runtime/keeper_link.hpp"

#include "agent/keeper/spawn_block.hpp"
#include "agent/runtime/keeper_link_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace mcpm {

namespace {

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

/// execve(2) says ENOENT also of a script whose first line names a program that is not there. Empty when it
/// is the program itself that is missing, or no script.
std::string missing_interpreter(const std::string& program) {
    const UniqueFd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    std::array<char, 256> begin{};
    const ssize_t count = file ? ::read(file.get(), begin.data(), begin.size()) : -1;
    if (count < 3) return {};
    std::string_view line(begin.data(), static_cast<std::size_t>(count));
    if (!line.starts_with("#!")) return {};
    line = line.substr(2, line.find('\n') - 2);
    const auto from = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(from);
    return std::string(line.substr(0, line.find_first_of(" \t")));
}

Error launch_error(const SpawnRequest& request, std::string_view stage, int number) {
    const char* const name = ::strerrorname_np(number);
    const std::string errno_name = name != nullptr ? name : std::to_string(number);
    std::string message = "start " + request.program + ": ";
    const StartStage known = start_stage_of(stage);
    if (known == StartStage::cwd) {
        message += "enter the folder " + request.cwd + ": ";
    } else if (known != StartStage::exec) {
        message += std::string(stage) + ": ";
    } else if (number == ENOENT) {
        const auto interpreter = missing_interpreter(request.program);
        if (!interpreter.empty()) message += "its interpreter '" + interpreter + "': ";
    }
    Error error{ErrorCode::cannot_launch, message + ::strerror(number)};
    error.details = ErrorDetails(known, errno_name);
    return error;
}

Error keeper_gone() {
    return Error{ErrorCode::unavailable, "ask the keeper: it is gone"};
}

}  // namespace

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
    State::Outgoing outgoing;
    outgoing.message.kind = keeper::Kind::spawn;
    std::memcpy(outgoing.message.tag, request.tag.data(), request.tag.size());
    outgoing.descriptors.push_back(std::move(*block));
    if (request.cgroup) {
        outgoing.message.flags |= keeper::has_cgroup;
        outgoing.descriptors.push_back(std::move(request.cgroup));
    }
    if (request.below_warden) outgoing.message.flags |= keeper::wants_warden;
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
    state_->tell(keeper::Kind::signal, handle, scope == SignalScope::group ? keeper::to_group : 0U,
                 signal_number);
}

void KeeperLink::close_input(std::uint64_t handle) {
    state_->tell(keeper::Kind::close_input, handle);
}

void KeeperLink::release(std::uint64_t handle) {
    state_->tell(keeper::Kind::release, handle);
    state_->forget(handle);
}

void KeeperLink::keep_listening(int number, int socket) {
    UniqueFd own(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    if (!own) return;
    State::Outgoing outgoing;
    outgoing.message.kind = keeper::Kind::listen;
    outgoing.message.number = number;
    outgoing.descriptors.push_back(std::move(own));
    state_->send(std::move(outgoing));
}

metrics::HistogramFigure KeeperLink::figure() const {
    return {"mcpm_keeper_answer_seconds", "how long answers of the keeper took", {}, &state_->answer_times};
}

int KeeperLink::keeper_pid() const {
    return state_->keeper_pid;
}

int KeeperLink::agent_pid() const {
    return state_->agent_pid;
}

std::vector<ProcessKey> KeeperLink::held_children() const {
    std::vector<ProcessKey> children;
    for (const auto& [handle, entry] : state_->held) children.emplace_back(entry->pid, entry->start_time);
    return children;
}

std::set<int> KeeperLink::keepers_own() const {
    std::set<int> all{state_->agent_pid};
    for (const auto& [handle, entry] : state_->held) {
        all.insert(entry->pid);
        if (entry->warden > 0) all.insert(entry->warden);
    }
    return all;
}

void KeeperLink::announce_shutdown(std::chrono::seconds limit) {
    constexpr std::int64_t longest = 86'400;
    state_->tell(keeper::Kind::shutdown, 0, 0,
                 static_cast<int>(std::clamp<std::int64_t>(limit.count(), 1, longest)));
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
    State::Outgoing outgoing;
    outgoing.message.kind = keeper::Kind::upgrade;
    outgoing.descriptors.push_back(std::move(*block));
    const auto entry = co_await State::ask(state, std::move(outgoing));
    if (!entry->answer) co_return keeper_gone();
    if (entry->answer->kind == keeper::Kind::upgraded) co_return Result<>{};
    co_return system_error("execute " + program + " as the keeper", entry->answer->error_number,
                           ErrorCode::unavailable);
}

}  // namespace mcpm
