#include "agent/process/startup.hpp"

#include "agent/http/listener.hpp"
#include "common/living_agent.hpp"
#include "common/number.hpp"
#include "common/own_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace mcpm {

namespace {

std::string read_holder(int descriptor) {
    char text[32] = {};
    const ssize_t length = ::pread(descriptor, text, sizeof(text) - 1, 0);
    std::string holder(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    holder.erase(std::min(holder.find('\n'), holder.size()));
    return holder.empty() ? "unknown" : holder;
}

}  // namespace

Result<> prepare_folders(const Paths& paths) {
    // A person may keep folders elsewhere, by a link of theirs; in /tmp a link is somebody else's.
    const std::pair<std::filesystem::path, OwnRules> folders[] = {
        {paths.config, {Links::followed, Owner::us_or_root}},
        {paths.data, {Links::followed, Owner::us}},
        {paths.state, {Links::followed, Owner::us}},
        {paths.runtime, {Links::refused, Owner::us}},
    };
    for (const auto& [folder, rules] : folders) {
        if (auto made = make_own_folder(folder, rules); !made) return made.error();
    }
    return {};
}

Result<UniqueFd> take_lock(const Paths& paths) {
    const auto file = paths.lock();
    auto opened = open_own_file(file, O_RDWR | O_CREAT);
    const bool is_of_wrong_kind = !opened && opened.error().code != ErrorCode::unavailable;
    if (!opened && !is_of_wrong_kind) opened = open_own_file(file, O_RDONLY);  // of a read-only disk
    if (!opened) return opened.error();
    UniqueFd lock = std::move(*opened);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return system_error("lock " + file.string(), errno, ErrorCode::unavailable);
        return Error{ErrorCode::conflict,
                     fmt::format("another agent runs for this data folder: pid {}", read_holder(lock.get())),
                     {},
                     "see it with `mcpm agent status`, end it with `mcpm agent stop`"};
    }
    const std::string text = lock_text(::getpid(), paths.socket());
    // A read-only data folder keeps an old pid in the file; the lock itself is what counts.
    if (::ftruncate(lock.get(), 0) == 0) (void)!::pwrite(lock.get(), text.data(), text.size(), 0);
    return lock;
}

Result<UniqueFd> take_database_lock(const std::filesystem::path& database) {
    const std::filesystem::path file = database.string() + ".lock";
    std::error_code failed;
    if (std::filesystem::create_directories(file.parent_path(), failed))
        ::chmod(file.parent_path().c_str(), 0700);
    auto opened = open_own_file(file, O_RDWR | O_CREAT);
    if (!opened) return opened.error();
    if (::flock(opened->get(), LOCK_EX | LOCK_NB) == 0) return opened;
    if (errno != EWOULDBLOCK) return system_error("lock " + file.string(), errno, ErrorCode::unavailable);
    return Error{ErrorCode::conflict,
                 "another agent uses the database " + database.string(),
                 {},
                 "each data folder needs a database of its own: database.url in config.yaml"};
}

Result<DatabaseHold> hold_database(const Paths& paths, const std::filesystem::path& database) {
    DatabaseHold hold;
    const auto usual = paths.database();
    if (database == usual) return hold;
    auto locked = take_database_lock(database);
    if (!locked && locked.error().code == ErrorCode::conflict) return locked.error();
    if (locked) hold.lock = std::move(*locked);
    std::error_code unseen;
    if (std::filesystem::exists(usual, unseen) && !std::filesystem::exists(database, unseen))
        hold.notice = fmt::format(
            "database.url: {} is new; {} is there too and is not used. To move it: mcpm agent stop, then mv "
            "{} {}",
            database.string(), usual.string(), usual.string(), database.string());
    return hold;
}

int lock_holder(const Paths& paths) {
    const UniqueFd lock(::open(paths.lock().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    return parse_number<int>(lock ? read_holder(lock.get()) : std::string()).value_or(0);
}

Result<std::vector<UniqueFd>> open_listeners(const Paths& paths, std::vector<UniqueFd> passed) {
    for (const UniqueFd& socket : passed) {
        int listens = 0;
        socklen_t size = sizeof(listens);
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0)
            continue;
        return Error{ErrorCode::validation_error,
                     fmt::format("socket activation: descriptor {} is not a listening socket", socket.get()),
                     {},
                     "the socket unit needs Accept=no and ListenStream="};
    }
    if (!passed.empty()) return passed;
    std::vector<UniqueFd> listeners;
    auto socket = http::bind_unix_socket(paths.socket());
    if (!socket) return socket.error();
    listeners.push_back(std::move(*socket));
    return listeners;
}

}  // namespace mcpm
