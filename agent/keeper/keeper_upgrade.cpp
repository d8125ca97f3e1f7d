// The re-execution: the state goes into a memfd, what must live is made inheritable, and a new program takes
// over with the same pid. The saved layout only ever grows at the end of its parts, so that versions can be
// mixed.
#include "agent/keeper/block_mapping.hpp"
#include "agent/keeper/keeper_loop.hpp"
#include "agent/keeper/marks.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

extern char** environ;

namespace mcpm::keeper {

namespace {

constexpr std::uint64_t state_magic = 0x31544154534b4350ULL;  // "PCKSTAT1"
constexpr std::size_t passed_limit = 16;

struct SavedHeader {
    std::uint64_t magic = state_magic;
    std::uint32_t header_size = 0;
    std::uint32_t standing_size = 0;
    std::uint32_t child_size = 0;
    std::uint32_t child_count = 0;
    std::uint64_t last_handle = 0;
    std::uint64_t request = 0;    // the upgrade to be answered
    std::uint64_t text_size = 0;  // program and arguments, each ended by NUL
    std::uint64_t passed_count = 0;
    PassedDescriptor passed[passed_limit] = {};
};

bool write_all(int file, const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = ::write(file, at, size);
        if (written <= 0) return false;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

bool read_all(int file, void* bytes, std::size_t size) {
    char* at = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::read(file, at, size);
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

/// A part whose size may differ from ours: what is missing keeps its default, what is more is passed over.
bool read_part(int file, void* bytes, std::size_t ours, std::size_t saved) {
    if (!read_all(file, bytes, std::min(ours, saved))) return false;
    return saved <= ours || ::lseek(file, static_cast<off_t>(saved - ours), SEEK_CUR) >= 0;
}

void inherit(int descriptor, bool inheritable) {
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFD, inheritable ? 0 : FD_CLOEXEC);
}

}  // namespace

void KeeperLoop::upgrade(const Message& message, Descriptors& descriptors) {
    BlockMapping block(descriptors.take(0));
    SpawnPlan plan;
    if (!block.read(plan)) return answer(Kind::upgrade_failed, message.request, Stage::request, EINVAL);
    const std::string before = options_.program;
    options_.program = plan.program;
    const int state = save(message.request);
    if (state < 0) {
        const int reason = errno;
        options_.program = before;
        return answer(Kind::upgrade_failed, message.request, Stage::table, reason);
    }
    char program[] = "--keeper-resume";
    char number[16];
    std::snprintf(number, sizeof number, "%d", state);
    char* const arguments[] = {options_.program.data(), program, number, nullptr};
    set_inheritable(true);
    inherit(state, true);
    ::execve(plan.program, arguments, environ);
    const int reason = errno;
    set_inheritable(false);
    ::close(state);
    options_.program = before;
    answer(Kind::upgrade_failed, message.request, Stage::exec, reason);
}

int KeeperLoop::save(std::uint64_t request) {
    int file = ::memfd_create("mcpm-keeper-state", MFD_CLOEXEC);
    if (file < 0) return -1;
    std::string text = options_.program + '\0';
    for (const std::string& argument : options_.arguments) text += argument + '\0';
    SavedHeader header;
    header.header_size = sizeof header;
    header.standing_size = sizeof standing_;
    header.child_size = sizeof(Child);
    header.child_count = static_cast<std::uint32_t>(children_.size());
    header.last_handle = children_.last_handle();
    header.request = request;
    header.text_size = text.size();
    header.passed_count = std::min(options_.passed.size(), passed_limit);
    std::copy_n(options_.passed.begin(), header.passed_count, header.passed);
    bool good = write_all(file, &header, sizeof header) && write_all(file, &standing_, sizeof standing_);
    for (const Child& child : children_) {
        if (child.handle != 0) good = good && write_all(file, &child, sizeof child);
    }
    good = good && write_all(file, text.data(), text.size()) && ::lseek(file, 0, SEEK_SET) == 0;
    if (!good) close_descriptor(file);
    return file;
}

void KeeperLoop::set_inheritable(bool inheritable) {
    inherit(standing_.agent_pidfd, inheritable);
    inherit(standing_.channel, inheritable);
    for (const PassedDescriptor& one : options_.passed) inherit(one.descriptor, inheritable);
    for (const Child& child : children_) {
        if (child.handle == 0) continue;
        for (const int one :
             {child.pidfd, child.input, child.output, child.error_output, child.record, child.warden}) {
            inherit(one, inheritable);
        }
    }
}

void KeeperLoop::adopt_text(const char* text, std::size_t size) {
    options_.arguments.clear();
    const char* const end = text + size;
    const char* at = std::find(text, end, '\0');
    options_.program.assign(text, at);
    while (at != end && at + 1 != end) {
        const char* const next = std::find(at + 1, end, '\0');
        options_.arguments.emplace_back(at + 1, next);
        at = next;
    }
}

bool KeeperLoop::resume(int state) {
    SavedHeader header;
    header.header_size = 0;
    // The first two fields say how much of the header there is.
    constexpr std::size_t start = offsetof(SavedHeader, standing_size);
    if (!read_all(state, &header, start) || header.magic != state_magic || header.header_size < start)
        return false;
    if (!read_part(state, reinterpret_cast<char*>(&header) + start, sizeof header - start,
                   header.header_size - start)) {
        return false;
    }
    if (header.passed_count > passed_limit || header.text_size > spawn_block_limit) return false;
    if (header.child_count > child_limit ||
        !read_part(state, &standing_, sizeof standing_, header.standing_size)) {
        return false;
    }
    for (std::uint32_t count = 0; count < header.child_count; ++count) {
        Child child;
        if (!read_part(state, &child, sizeof child, header.child_size) || !children_.restore(child))
            return false;
    }
    const auto text = std::make_unique<char[]>(header.text_size);
    if (!read_all(state, text.get(), header.text_size)) return false;
    adopt_text(text.get(), header.text_size);
    options_.passed.assign(header.passed, header.passed + header.passed_count);
    children_.set_last_handle(header.last_handle);
    take_up();
    answer(Kind::upgraded, header.request, Stage::none, 0);
    ::close(state);
    return true;
}

void KeeperLoop::take_up() {
    set_inheritable(false);
    list_agent_arguments();
    for (const Child& child : children_) {
        if (child.handle != 0 && !child.ended) watch_end(child);
    }
    if (standing_.agent_pidfd >= 0) watch(standing_.agent_pidfd, EPOLLIN, mark_agent);
    if (standing_.channel >= 0) watch(standing_.channel, EPOLLIN, mark_channel);
    greeting_waits_ = standing_.channel >= 0 && standing_.greeted == 0;
    untold_ = true;
}

int resume_keeper(int state_descriptor) {
    KeeperLoop keeper{KeeperOptions{}};
    if (!keeper.prepare()) return 1;
    if (!keeper.resume(state_descriptor)) {
        say("the state handed over by the program before is not one this version understands");
        return 1;
    }
    return keeper.run();
}

}  // namespace mcpm::keeper
