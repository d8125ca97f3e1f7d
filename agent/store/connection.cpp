#include "agent/store/connection.hpp"

#include <utility>

namespace mcpm::store {

Trouble trouble_of(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_OK:
        case SQLITE_ROW:
        case SQLITE_DONE:
            return Trouble::none;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return Trouble::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Trouble::corrupt;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_NOLFS:
        case SQLITE_NOMEM:
            return Trouble::disk;
        default:
            return Trouble::rejected;
    }
}

Statement::~Statement() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::string_view text) {
    return bind_text(text, SQLITE_TRANSIENT);
}

Statement& Statement::bind_lasting(std::string_view text) {
    return bind_text(text, SQLITE_STATIC);
}

Statement& Statement::bind_text(std::string_view text, sqlite3_destructor_type keeping) {
    // A null pointer would bind NULL; an empty text is a text.
    const char* data = text.data() == nullptr ? "" : text.data();
    if (statement_ != nullptr) {
        connection_.note(
            sqlite3_bind_text64(statement_, next_parameter_++, data, text.size(), keeping, SQLITE_UTF8));
    }
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    if (statement_ != nullptr) connection_.note(sqlite3_bind_int64(statement_, next_parameter_++, number));
    return *this;
}

Statement& Statement::bind_null() {
    if (statement_ != nullptr) connection_.note(sqlite3_bind_null(statement_, next_parameter_++));
    return *this;
}

bool Statement::step() {
    if (statement_ == nullptr || connection_.failure_) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    connection_.note(code);
    return false;
}

void Statement::run() {
    while (step()) {
    }
}

std::string Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (data == nullptr) return {};
    return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::unique_ptr<Connection> Connection::open(const std::filesystem::path& file, Mode mode,
                                             std::chrono::milliseconds lock_wait) {
    std::unique_ptr<Connection> connection(new Connection);
    std::string name = file.string();
    int flags = SQLITE_OPEN_READWRITE;
    if (mode == Mode::memory) {
        name = ":memory:";
        flags |= SQLITE_OPEN_CREATE;
    } else if (mode == Mode::read_only) {
        flags = SQLITE_OPEN_READONLY;
    } else if (mode == Mode::immutable) {
        // As a URI, where these three characters mean something.
        std::string escaped;
        for (const char c : name)
            escaped += c == '?' ? "%3f" : c == '#' ? "%23" : c == '%' ? "%25" : std::string(1, c);
        name = "file:" + escaped + "?immutable=1";
        flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    }
    const int code =
        sqlite3_open_v2(name.c_str(), &connection->handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (connection->handle_ != nullptr) {
        sqlite3_extended_result_codes(connection->handle_, 1);
        sqlite3_busy_timeout(connection->handle_, static_cast<int>(lock_wait.count()));
    }
    connection->note(code);
    return connection;
}

Connection::~Connection() {
    for (const auto& [sql, statement] : cache_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

void Connection::fail(int code, std::string message) {
    if (!failure_) failure_ = Failure{code, std::move(message)};
}

void Connection::note(int code) {
    if (trouble_of(code) == Trouble::none || failure_) return;
    const bool has_text = handle_ != nullptr && (sqlite3_errcode(handle_) & 0xff) == (code & 0xff);
    fail(code, has_text ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
}

Statement Connection::prepare(const char* sql) {
    if (failure_ || handle_ == nullptr) return {*this, nullptr};
    auto& cached = cache_[sql];
    if (cached == nullptr) {
        const int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &cached, nullptr);
        note(code);
    }
    return {*this, cached};
}

void Connection::execute(const char* sql) {
    if (failure_ || handle_ == nullptr) return;
    note(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::number(const char* sql) {
    auto statement = prepare(sql);
    if (!statement.step()) return 0;
    return statement.integer(0);
}

void Connection::copy_from(Connection& source) {
    if (failure_ || source.failure_) return;
    sqlite3_backup* copy = sqlite3_backup_init(handle_, "main", source.handle_, "main");
    if (copy == nullptr) {
        note(sqlite3_errcode(handle_));
        return;
    }
    const int stepped = sqlite3_backup_step(copy, -1);
    sqlite3_backup_finish(copy);
    if (stepped != SQLITE_DONE) fail(stepped, sqlite3_errstr(stepped));
}

}  // namespace mcpm::store
