#include "agent/store/backend.hpp"

#include "agent/store/backup.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"
#include "agent/store/snapshot.hpp"
#include "agent/store/table_copy.hpp"
#include "common/number.hpp"
#include "common/own_file.hpp"
#include "common/random.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <system_error>
#include <utility>

namespace mcpm::store {

namespace {

constexpr std::size_t backup_limit = 256U << 20U;
/// A restored store can't know how many events came after the backup; their numbers are not used again.
constexpr std::uint64_t event_gap = 1'000'000;

/// The folder with mode 0700 when it has to be made, the file with mode 0600. Empty, or what failed.
Failure make_file(const std::filesystem::path& file) {
    const auto folder = file.parent_path();
    std::error_code error;
    if (!folder.empty() && std::filesystem::create_directories(folder, error)) ::chmod(folder.c_str(), 0700);
    if (error) return {SQLITE_CANTOPEN, "create folder " + folder.string() + ": " + error.message()};
    const auto fd = open_own_file(file, O_RDWR | O_CREAT);
    if (!fd) return {SQLITE_CANTOPEN, fd.error().message};
    struct stat facts {};
    // Specs hold environments: nobody else reads them, whatever an older umask allowed.
    if (::fstat(fd->get(), &facts) == 0 && (facts.st_mode & 0077) != 0) ::fchmod(fd->get(), 0600);
    return {};
}

/// Bytes of the id by which a data folder is known.
constexpr std::size_t id_bytes = 16;

std::string date_suffix() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H%M%SZ", &parts);
    return {text.data(), length};
}

bool has_no_bytes(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return !error && size == 0;
}

/// With what SQLite keeps beside it, so that sqlite3 can open it there. The new name.
Result<std::string> move_file_aside(const std::filesystem::path& path, const char* why) {
    const std::string base = path.string() + why + date_suffix();
    std::string target = base;
    std::error_code error;
    for (int number = 2; std::filesystem::exists(target, error); ++number)
        target = base + "-" + std::to_string(number);
    if (::rename(path.c_str(), target.c_str()) != 0) return system_error("rename to " + target, errno);
    for (const char* suffix : {"-wal", "-shm"})
        ::rename((path.string() + suffix).c_str(), (target + suffix).c_str());
    return target;
}

/// Whether a database has tables, and not the one that each of ours has.
bool is_of_another(Connection& connection) {
    std::int64_t tables = 0;
    bool has_meta = false;
    connection.each_row("SELECT name FROM sqlite_master WHERE type = 'table'", [&](sqlite3_stmt* row) {
        ++tables;
        has_meta = has_meta ||
                   std::string_view(reinterpret_cast<const char*>(sqlite3_column_text(row, 0))) == "meta";
    });
    return !connection.take_failure() && tables > 0 && !has_meta;
}

/// The tables that matter to supervision, which are small. Damage among the events is met when they are read.
void check_tables(Connection& connection) {
    for (const char* sql : {"PRAGMA quick_check(meta)", "PRAGMA quick_check(servers)",
                            "PRAGMA quick_check(runs)", "PRAGMA quick_check(manifests)"}) {
        std::string verdict = "ok";
        {
            auto check = connection.prepare(sql);
            if (check.step()) verdict = check.text(0);
        }
        if (!connection.failure() && verdict != "ok") connection.fail(SQLITE_CORRUPT, verdict);
    }
}

}  // namespace

Backend::Backend(std::filesystem::path file, StoreOptions options)
    : file_(std::move(file)), options_(options) {}

/// SQLite opens what lies there and waits for a fifo's other end: looked at before.
Result<> Backend::check_files() {
    const std::string name = file_.string();
    for (const std::string& path : {name, name + "-wal", name + "-shm", name + "-journal"}) {
        auto checked = check_own_file(path);
        if (!checked && checked.error().code != ErrorCode::unavailable) return checked;
    }
    return {};
}

Result<> Backend::check_version() {
    if (std::error_code unseen; !std::filesystem::exists(file_, unseen) || has_no_bytes(file_)) return {};
    // Read-only, so that even the write-ahead log of a newer program stays as it is.
    const auto connection = Connection::open(file_, Connection::Mode::read_only, options_.lock_wait);
    const auto found = connection->number("PRAGMA user_version");
    if (connection->failure()) return {};
    if (is_of_another(*connection))
        return Error{
            ErrorCode::conflict,
            "open " + file_.string() + ": it is another program's database and was left as it is",
            {},
            "name a file that is not there yet, or one of mcpm's: database.url, MCPM_DATABASE_URL or "
            "DATABASE_URL"};
    if (found <= schema_version()) return {};
    return Error{ErrorCode::conflict,
                 "open " + file_.string() + ": its schema is version " + std::to_string(found) +
                     ", this program knows up to version " + std::to_string(schema_version()) +
                     "; a newer mcpm wrote it and it was left as it is",
                 {},
                 "install the newer mcpm again, or move the file away to begin anew"};
}

void Backend::learn_facts(Connection& connection) {
    data_id_ = load_meta(connection, "data_id");
    const std::string text = load_meta(connection, "event_floor");
    const auto floor = parse_number<std::uint64_t>(text).value_or(0);
    newest_event_ = std::max({newest_event_, store::newest_event(connection), floor});
}

void Backend::probe_write() {
    connection_->execute("BEGIN IMMEDIATE");
    save_meta(*connection_, "probed_at", std::to_string(std::time(nullptr)));
    connection_->execute("COMMIT");
    if (!connection_->failure() || !connection_->in_transaction()) return;
    const auto failed = connection_->take_failure();
    connection_->execute("ROLLBACK");
    connection_->take_failure();
    connection_->fail(failed->code, failed->message);
}

Failure Backend::open_on_disk() {
    if (auto failed = make_file(file_); failed.code != SQLITE_OK) return failed;
    auto opened = Connection::open(file_, Connection::Mode::read_write, options_.lock_wait);
    opened->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 4194304");
    migrate(*opened);
    check_tables(*opened);
    // Without its id it is new, or was left between being made and being filled.
    if (!opened->failure() && load_meta(*opened, "data_id").empty()) restore(*opened);
    learn_facts(*opened);
    if (auto failed = opened->take_failure()) return *failed;
    connection_ = std::move(opened);
    probe_write();
    if (auto failed = connection_->take_failure()) return *failed;
    on_disk_ = true;
    reason_.clear();
    mark();
    return {};
}

Failure Backend::open_or_replace() {
    auto failed = open_on_disk();
    if (failed.trouble() != Trouble::corrupt) return failed;
    connection_.reset();
    if (auto moved = move_aside(failed.message); moved.code != SQLITE_OK) return moved;
    return open_on_disk();
}

Result<> Backend::open() {
    if (auto checked = check_files(); checked.has_error()) return checked;
    if (auto version = check_version(); version.has_error()) return version;
    auto failed = open_or_replace();
    for (auto waited = options_.lock_wait; failed.trouble() == Trouble::busy && waited < options_.call_limit;
         waited += options_.lock_wait) {
        failed = open_or_replace();
    }
    if (failed.code == SQLITE_OK) return {};
    return open_in_memory("open " + file_.string() + ": " + failed.message);
}

Result<> Backend::open_in_memory(const std::string& why) {
    auto memory = Connection::open({}, Connection::Mode::memory, options_.lock_wait);
    std::error_code error;
    const bool has_nothing = (!std::filesystem::exists(file_, error) && !error) || has_no_bytes(file_);
    bool known = has_nothing;
    for (const auto mode : {Connection::Mode::read_only, Connection::Mode::immutable}) {
        if (known) break;
        const auto source = Connection::open(file_, mode, options_.lock_wait);
        memory->copy_from(*source);
        known = !source->failure() && !memory->take_failure() && memory->number("PRAGMA user_version") > 0;
        if (memory->take_failure()) known = false;
    }
    if (!known && !has_nothing) memory = Connection::open({}, Connection::Mode::memory, options_.lock_wait);
    memory->execute("PRAGMA foreign_keys = ON");
    migrate(*memory);
    if (load_meta(*memory, "data_id").empty() && restore(*memory) == Restored::yes) known = true;
    if (memory->failure() || !known) {
        return Error{ErrorCode::unavailable,
                     why,
                     {},
                     "nothing can be read from it now; try again when that is mended"};
    }
    learn_facts(*memory);
    connection_ = std::move(memory);
    on_disk_ = false;
    reason_ = why;
    notices_.push_back("the database can't be used (" + why +
                       "); what is known is held in memory, changes are not kept");
    return {};
}

bool Backend::try_to_return() {
    if (auto checked = check_files(); checked.has_error()) {
        reason_ = checked.error().message;
        return false;
    }
    auto memory = std::move(connection_);
    const auto failed = open_or_replace();
    if (failed.code == SQLITE_OK) {
        notices_.push_back("the database " + file_.string() + " can be used again");
        return true;
    }
    reason_ = "open " + file_.string() + ": " + failed.message;
    connection_ = std::move(memory);
    return false;
}

Failure Backend::move_aside(const std::string& what_failed) {
    if (std::error_code missing; !std::filesystem::exists(file_, missing)) {
        notices_.push_back("the database " + file_.string() + " is gone (" + what_failed + ")");
        return {};
    }
    const auto aside = move_file_aside(file_, ".corrupt-");
    if (aside.has_error()) {
        return {SQLITE_CANTOPEN,
                "it is corrupt (" + what_failed + ") and can't be moved aside: " + aside.error().message};
    }
    notices_.push_back("the database " + file_.string() + " was corrupt (" + what_failed +
                       ") and was moved to " + *aside);
    if (std::error_code unseen; !std::filesystem::exists(backup_path(file_), unseen)) {
        notices_.push_back("there is no backup of the definitions beside it; the new database has none");
    }
    return {};
}

/// The new name of what took the database's place; empty when there was nothing.
std::string Backend::move_what_lies_there() {
    std::error_code missing;
    if (std::filesystem::exists(std::filesystem::symlink_status(file_, missing))) {
        const auto aside = move_file_aside(file_, ".replaced-");
        return aside.has_error() ? std::string() : *aside;
    }
    // A log without its database belongs to nothing, and would be taken for the new one's.
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(file_.string() + suffix, missing);
    return {};
}

void Backend::close() {
    look_at_files();
    connection_.reset();
}

void Backend::replace_corrupt(const std::string& what_failed) {
    connection_.reset();
    on_disk_ = false;
    auto failed = move_aside(what_failed);
    if (failed.code == SQLITE_OK) failed = open_on_disk();
    if (failed.code == SQLITE_OK) return;
    const std::string why = "open " + file_.string() + ": " + failed.message;
    if (!open_in_memory(why).has_error()) return;
    connection_ = Connection::open({}, Connection::Mode::memory, options_.lock_wait);
    migrate(*connection_);
    reason_ = why;
}

Backend::Restored Backend::restore(Connection& connection) {
    const auto path = backup_path(file_);
    const auto text = read_small_file(path, backup_limit);
    const bool has_none = text.has_error() && text.error().code == ErrorCode::not_found;
    auto backup = text.has_error() ? Result<Backup>(text.error()) : read_backup(*text);
    if (backup.has_error() && !has_none) {
        // Out of the way of the next backup: a person may still get something out of it.
        const auto aside = move_file_aside(path, ".corrupt-");
        notices_.push_back("the backup of the definitions can't be used: " + backup.error().message +
                           (aside.has_error() ? "" : "; it was moved to " + *aside));
    }
    const auto result = backup.has_error() ? Restored::no : Restored::yes;
    if (backup.has_error()) backup = Backup{};
    connection.execute("BEGIN IMMEDIATE");
    for (const auto& row : backup->servers) (void)save_server_row(connection, row);
    const auto left_out = restore_tables(connection, backup->tables);
    // Running servers carry the id as their mark: keep the one in use.
    if (!data_id_.empty()) backup->data_id = data_id_;
    save_meta(connection, "data_id", backup->data_id.empty() ? random_hex(id_bytes) : backup->data_id);
    if (result == Restored::yes) {
        save_meta(connection, "event_floor", std::to_string(backup->newest_event + event_gap));
    }
    connection.execute("COMMIT");
    if (connection.failure() || result == Restored::no) return Restored::no;
    std::string what = std::to_string(backup->servers.size()) + " server definitions";
    for (const auto& table : backup->tables)
        what += ", " + std::to_string(table.rows.size()) + " " + table.name;
    if (left_out > 0)
        what += " (" + std::to_string(left_out) + " of these are left out: they don't fit any more)";
    notices_.push_back(what + " were restored from " + path.string());
    return result;
}

Result<> Backend::save_backup() {
    std::vector<std::string> left_out;
    Backup backup{data_id_, store::newest_event(*connection_), load_server_rows(*connection_),
                  copy_tables(*connection_, left_out)};
    if (!left_out.empty() && !std::exchange(left_out_said_, true))
        notices_.push_back("the backup leaves out " + left_out.front() + ": there is too much of it");
    if (auto failed = connection_->take_failure()) {
        return Error{ErrorCode::unavailable, "read the definitions for their backup: " + failed->message};
    }
    auto saved = write_file_atomically(backup_path(file_), write_backup(backup));
    if (!saved.has_error()) backup_due_ = false;
    return saved;
}

}  // namespace mcpm::store
