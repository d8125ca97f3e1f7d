#include "agent/store/database_copy.hpp"

#include "agent/store/connection.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"
#include "common/own_file.hpp"
#include "common/random.hpp"

#include <fcntl.h>

#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

namespace mcpm::store {

namespace {

constexpr std::chrono::seconds lock_wait{10};
constexpr std::size_t id_bytes = 16;

Error failed(const std::string& attempted, const Failure& failure) {
    const bool is_damaged = failure.trouble() == Trouble::corrupt || failure.trouble() == Trouble::rejected;
    return Error{is_damaged ? ErrorCode::validation_error : ErrorCode::unavailable,
                 attempted + ": " + failure.message};
}

std::string in_quotes(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

std::uint64_t count(Connection& connection, const std::string& table) {
    std::uint64_t rows = 0;
    bool is_there = false;
    connection.each_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = " + in_quotes(table),
                        [&](sqlite3_stmt*) { is_there = true; });
    if (!is_there) return 0;  // of an older program
    connection.each_row("SELECT count(*) FROM " + table, [&](sqlite3_stmt* row) {
        rows = static_cast<std::uint64_t>(sqlite3_column_int64(row, 0));
    });
    return rows;
}

DatabaseFacts facts_of(Connection& connection) {
    return {static_cast<int>(connection.number("PRAGMA user_version")),
            count(connection, "servers"),
            count(connection, "profiles"),
            count(connection, "tokens"),
            count(connection, "feedback"),
            count(connection, "runs")};
}

}  // namespace

Result<DatabaseFacts> copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code error;
    if (!std::filesystem::exists(from, error))
        return Error{ErrorCode::not_found, "copy the database: there is none at " + from.string()};
    // VACUUM INTO fills an empty file, and leaves its mode.
    if (const auto made = open_own_file(to, O_RDWR | O_CREAT | O_EXCL); !made) return made.error();
    const auto source = Connection::open(from, Connection::Mode::read_only, lock_wait);
    source->each_row("VACUUM INTO " + in_quotes(to.string()), [](sqlite3_stmt*) {});
    if (const auto failure = source->take_failure())
        return failed("copy the database " + from.string(), *failure);
    return look_at_database(to);
}

Result<DatabaseFacts> look_at_database(const std::filesystem::path& file) {
    const auto connection = Connection::open(file, Connection::Mode::read_only, lock_wait);
    const auto version = connection->number("PRAGMA user_version");
    if (!connection->failure() && version > schema_version())
        return Error{ErrorCode::conflict,
                     "its schema is version " + std::to_string(version) +
                         ", this program knows up to version " + std::to_string(schema_version()) +
                         "; a newer mcpm wrote it",
                     {},
                     "install that mcpm or a newer one, and try again"};
    std::string verdict = "ok";
    if (auto check = connection->prepare("PRAGMA quick_check(1)"); check.step()) verdict = check.text(0);
    const auto facts = facts_of(*connection);
    if (const auto failure = connection->take_failure()) return failed("read the database", *failure);
    if (verdict != "ok") return Error{ErrorCode::validation_error, "the database is damaged: " + verdict};
    if (version < 1) return Error{ErrorCode::validation_error, "it is no database of mcpm"};
    return facts;
}

Result<std::string> data_id_of(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::string();
    const auto connection = Connection::open(file, Connection::Mode::read_only, lock_wait);
    std::string id = load_meta(*connection, "data_id");
    if (const auto failure = connection->take_failure())
        return failed("read the database " + file.string(), *failure);
    return id;
}

Result<> settle_copy(const std::filesystem::path& file, const std::string& data_id) {
    const auto connection = Connection::open(file, Connection::Mode::read_write, lock_wait);
    connection->execute("PRAGMA foreign_keys = ON");
    migrate(*connection);
    save_meta(*connection, "data_id", data_id.empty() ? random_hex(id_bytes) : data_id);
    if (const auto failure = connection->take_failure())
        return failed("bring the database up to date", *failure);
    return {};
}

}  // namespace mcpm::store
