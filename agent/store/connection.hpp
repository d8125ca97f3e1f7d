// SQLite behind RAII, for this room only. A failure is sticky: after the first one every statement does
// nothing, until take_failure(). So a row of statements is written without a check after each, and judged
// once.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace mcpm::store {

enum class Trouble {
    none,
    busy,      // another process holds the lock
    disk,      // full, read-only, failing
    corrupt,   // not a database, or a damaged one
    rejected,  // this statement is wrong for the data (a constraint)
};
Trouble trouble_of(int sqlite_code);

struct Failure {
    int code = SQLITE_OK;  // extended
    std::string message = {};
    Trouble trouble() const { return trouble_of(code); }
};

class Connection;

/// A prepared statement in use; back to the connection's cache when it goes.
class Statement {
  public:
    Statement(Connection& connection, sqlite3_stmt* statement)
        : connection_(connection), statement_(statement) {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(std::string_view text);
    /// Not copied: the text lives longer than this.
    Statement& bind_lasting(std::string_view text);
    Statement& bind(std::int64_t number);
    template <std::integral Number>
    Statement& bind(std::optional<Number> number) {
        return number ? bind(static_cast<std::int64_t>(*number)) : bind_null();
    }
    Statement& bind_null();

    bool step();  // true: there is a row; false: the end, or a failure
    void run();   // to the end

    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::string text(int column) const;
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

  private:
    Statement& bind_text(std::string_view text, sqlite3_destructor_type keeping);

    Connection& connection_;
    sqlite3_stmt* statement_;  // null when preparing failed
    int next_parameter_ = 1;
};

class Connection {
  public:
    enum class Mode { read_write, read_only, immutable, memory };

    /// Never null; a failure to open is its failure(). A missing file is not created, but by `memory`.
    static std::unique_ptr<Connection> open(const std::filesystem::path& file, Mode mode,
                                            std::chrono::milliseconds lock_wait);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// `sql` must be a literal: its address is the key of the cache.
    Statement prepare(const char* sql);
    void execute(const char* sql);         // any number of statements without parameters
    std::int64_t number(const char* sql);  // the first column of the first row, or 0
    int changes() const { return sqlite3_changes(handle_); }
    bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

    /// For SQL that is no literal: prepared for this once. `row` for every row.
    void each_row(const std::string& sql, const std::function<void(sqlite3_stmt*)>& row);
    /// One statement; false, without a failure of the connection, when the data does not allow it.
    bool try_once(const std::string& sql, const std::function<void(sqlite3_stmt*)>& prepare_values);

    /// Copies everything from `source` into this one.
    void copy_from(Connection& source);

    const std::optional<Failure>& failure() const { return failure_; }
    std::optional<Failure> take_failure() { return std::exchange(failure_, std::nullopt); }
    void fail(int code, std::string message);

  private:
    friend class Statement;
    Connection() = default;
    void note(int code);

    sqlite3* handle_ = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> cache_;
    std::optional<Failure> failure_;
};

}  // namespace mcpm::store
