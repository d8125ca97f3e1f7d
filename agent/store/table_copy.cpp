#include "agent/store/table_copy.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm::store {

namespace {

constexpr std::array<std::string_view, 12> not_copied{
    "meta",  "servers", "runs",       "events",         "manifests",   "health",
    "stats", "calls",   "call_names", "call_arguments", "feature_use", "sign_ins"};
constexpr std::size_t most_rows = 20'000;

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return ascii::is_letter_or_digit(c) || c == '_'; });
}

std::vector<std::string> copied_tables(Connection& connection) {
    std::vector<std::string> names;
    auto row = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    while (row.step()) {
        std::string name = row.text(0);
        const bool is_ours = is_name(name) && !name.starts_with("sqlite_");
        if (is_ours && std::find(not_copied.begin(), not_copied.end(), name) == not_copied.end())
            names.push_back(std::move(name));
    }
    return names;
}

Value value_of(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(row, column)};
        case SQLITE_FLOAT:
            return sqlite3_column_double(row, column);
        case SQLITE_NULL:
            return std::monostate{};
        default:
            break;
    }
    const auto* text = static_cast<const char*>(sqlite3_column_blob(row, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return text == nullptr ? std::string() : std::string(text, size);
}

void bind(sqlite3_stmt* statement, int place, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        sqlite3_bind_int64(statement, place, *number);
    } else if (const auto* fraction = std::get_if<double>(&value)) {
        sqlite3_bind_double(statement, place, *fraction);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(statement, place);
    }
}

/// "INSERT OR REPLACE INTO "t" ("a", "b") VALUES (?, ?)"; empty when a name is none of a schema.
std::string insertion(const std::string& table, const Row& row) {
    std::string columns;
    std::string places;
    for (const auto& [column, value] : row) {
        if (!is_name(column)) return {};
        columns += (columns.empty() ? "\"" : ", \"") + column + "\"";
        places += places.empty() ? "?" : ", ?";
    }
    if (!is_name(table) || columns.empty()) return {};
    return "INSERT OR REPLACE INTO \"" + table + "\" (" + columns + ") VALUES (" + places + ")";
}

}  // namespace

void Connection::each_row(const std::string& sql, const std::function<void(sqlite3_stmt*)>& row) {
    if (failure_ || handle_ == nullptr) return;
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) row(statement);
    }
    note(code);
    sqlite3_finalize(statement);
}

bool Connection::try_once(const std::string& sql, const std::function<void(sqlite3_stmt*)>& prepare_values) {
    if (failure_ || handle_ == nullptr) return false;
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr);
    if (code == SQLITE_OK) {
        prepare_values(statement);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (trouble_of(code) != Trouble::rejected) note(code);
    return code == SQLITE_DONE || code == SQLITE_ROW;
}

std::vector<TableCopy> copy_tables(Connection& connection, std::vector<std::string>& left_out) {
    std::vector<TableCopy> tables;
    for (const auto& name : copied_tables(connection)) {
        TableCopy table{name, {}};
        const std::string sql = "SELECT * FROM \"" + name + "\" LIMIT " + std::to_string(most_rows + 1);
        connection.each_row(sql, [&](sqlite3_stmt* found) {
            Row row;
            for (int column = 0; column < sqlite3_column_count(found); ++column)
                row.emplace_back(sqlite3_column_name(found, column), value_of(found, column));
            table.rows.push_back(std::move(row));
        });
        if (table.rows.size() > most_rows) {
            left_out.push_back(name);
        } else if (!table.rows.empty()) {
            tables.push_back(std::move(table));
        }
    }
    return tables;
}

std::size_t restore_tables(Connection& connection, const std::vector<TableCopy>& tables) {
    std::size_t left_out = 0;
    for (const auto& table : tables) {
        for (const auto& row : table.rows) {
            const std::string sql = insertion(table.name, row);
            const auto fill = [&](sqlite3_stmt* statement) {
                for (std::size_t place = 0; place < row.size(); ++place)
                    bind(statement, static_cast<int>(place) + 1, row[place].second);
            };
            if (sql.empty() || !connection.try_once(sql, fill)) ++left_out;
        }
    }
    return left_out;
}

}  // namespace mcpm::store
