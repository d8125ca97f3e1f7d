// The database's files under our hands: deleted, replaced, or written by another. What the open connection
// holds is written anew where it is whole; else the backup is what is left.
#include "agent/store/backend.hpp"
#include "agent/store/snapshot.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

namespace mcpm::store {

namespace {

/// To the disk: VACUUM INTO leaves that to whoever wants it.
bool sync_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    return file && ::fchmod(file.get(), 0600) == 0 && ::fsync(file.get()) == 0;
}

/// "ok", or what is wrong with it; nothing when that can't be known now.
std::optional<std::string> verdict_of(const std::filesystem::path& file,
                                      std::chrono::milliseconds lock_wait) {
    const auto fresh = Connection::open(file, Connection::Mode::read_only, lock_wait);
    std::string verdict;
    {
        auto check = fresh->prepare("PRAGMA integrity_check(1)");
        if (check.step()) verdict = check.text(0);
    }
    const auto failed = fresh->take_failure();
    if (failed && failed->trouble() != Trouble::corrupt) return std::nullopt;
    return failed ? failed->message : verdict;
}

}  // namespace

void Backend::mark() {
    if (!on_disk_) return;
    if (auto found = mark_files(file_); found.hidden_by == 0) marks_ = found;
}

/// All of it, from the connection whose file nobody finds any more; its folder may have gone with it.
Failure Backend::write_anew() {
    const auto folder = make_own_folder(file_.parent_path(), {Links::followed, Owner::us});
    if (!folder) return {SQLITE_CANTOPEN, folder.error().message};
    const std::string beside = file_.string() + ".anew";
    ::unlink(beside.c_str());
    const bool written = connection_->try_once("VACUUM INTO ?", [&](sqlite3_stmt* statement) {
        sqlite3_bind_text(statement, 1, beside.c_str(), -1, SQLITE_TRANSIENT);
    });
    auto failed = connection_->take_failure();
    if (!written && !failed) failed = Failure{SQLITE_ERROR, "it can't be copied"};
    if (!failed && !sync_file(beside))
        failed = Failure{SQLITE_IOERR, "the copy can't be brought to the disk"};
    if (failed) {
        ::unlink(beside.c_str());
        return *failed;
    }
    connection_.reset();
    on_disk_ = false;
    const auto aside = move_what_lies_there();
    if (::rename(beside.c_str(), file_.c_str()) != 0)
        return {SQLITE_CANTOPEN, "rename " + beside + ": " + std::system_category().message(errno)};
    (void)sync_folder(file_.parent_path());
    auto opened = open_on_disk();
    if (opened.code == SQLITE_OK) {
        notices_.push_back(
            "the database " + file_.string() +
            " was deleted or replaced while it was open; it was written anew, nothing is lost" +
            (aside.empty() ? "" : ", and what lay there was moved to " + aside));
    }
    return opened;
}

void Backend::look_at_files() {
    if (!on_disk_ || connection_ == nullptr || connection_->in_transaction()) return;
    const auto found = mark_files(file_);
    switch (compare(marks_, found)) {
        case FileChange::none:
        case FileChange::hidden:
            return;
        case FileChange::touched: {
            const auto verdict = verdict_of(file_, options_.lock_wait);
            if (verdict && *verdict != "ok") return replace_corrupt("another wrote into it: " + *verdict);
            if (verdict) marks_ = found;
            return;
        }
        case FileChange::replaced:
        case FileChange::gone:
            break;
    }
    const auto failed = write_anew();
    if (failed.code == SQLITE_OK) return;
    // The database's pages can't be had any more (it was cut before it was deleted): the backup is left. Else
    // what the connection holds is kept for the next look, and nothing is written into it.
    if (connection_ == nullptr || failed.trouble() == Trouble::corrupt)
        replace_corrupt("it was deleted or replaced, and can't be written anew: " + failed.message);
}

}  // namespace mcpm::store
