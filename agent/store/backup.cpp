#include "agent/store/backup.hpp"

#include "common/json_members.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mcpm::store {

namespace {

using Json = nlohmann::ordered_json;

Error bad(const std::string& why) {
    return Error{ErrorCode::validation_error, "read the backup of the definitions: " + why};
}

std::int64_t number_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

Json from_row(const ServerRow& row) {
    // The spec was made by us; should it be damaged all the same, its text is kept rather than lost.
    auto spec = Json::parse(row.spec, nullptr, false);
    if (spec.is_discarded()) spec = row.spec;
    return Json{{"id", row.id},
                {"name", row.name},
                {"desired", row.desired_up ? "up" : "down"},
                {"createdAt", row.created_at},
                {"updatedAt", row.updated_at},
                {"lastRun", row.last_run},
                {"spec", std::move(spec)}};
}

Json from_value(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* fraction = std::get_if<double>(&value)) return *fraction;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return nullptr;
}

Value to_value(const Json& json) {
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) return json.get<std::string>();
    return std::monostate{};
}

Json from_tables(const std::vector<TableCopy>& tables) {
    Json all = Json::object();
    for (const auto& table : tables) {
        Json rows = Json::array();
        for (const auto& row : table.rows) {
            Json object = Json::object();
            for (const auto& [column, value] : row) object[column] = from_value(value);
            rows.push_back(std::move(object));
        }
        all[table.name] = std::move(rows);
    }
    return all;
}

/// What is no table of rows is left out: the definitions beside it are worth more than its form.
std::vector<TableCopy> to_tables(const Json& backup) {
    std::vector<TableCopy> tables;
    const auto all = backup.find("tables");
    if (all == backup.end() || !all->is_object()) return tables;
    for (const auto& [name, rows] : all->items()) {
        TableCopy table{name, {}};
        for (const auto& object : rows.is_array() ? rows : Json::array()) {
            Row row;
            if (!object.is_object()) continue;
            for (const auto& [column, value] : object.items()) row.emplace_back(column, to_value(value));
            table.rows.push_back(std::move(row));
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

std::filesystem::path backup_path(const std::filesystem::path& database) {
    const auto name = database.filename();
    return database.parent_path() /
           (name == "mcpm.db" ? "servers.backup.json" : name.string() + ".servers.backup.json");
}

std::string write_backup(const Backup& backup) {
    auto servers = Json::array();
    for (const auto& row : backup.servers) servers.push_back(from_row(row));
    const Json json{{"format", 1},
                    {"dataId", backup.data_id},
                    {"newestEvent", backup.newest_event},
                    {"servers", std::move(servers)},
                    {"tables", from_tables(backup.tables)}};
    return json.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

Result<Backup> read_backup(std::string_view text) {
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return bad("it is not a JSON object");
    if (number_of(json, "format") != 1) return bad("its format is not 1");
    const auto servers = json.find("servers");
    if (servers == json.end() || !servers->is_array()) return bad("it has no list \"servers\"");
    Backup backup;
    backup.data_id = text_at(json, "dataId");
    backup.newest_event =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_of(json, "newestEvent")));
    backup.tables = to_tables(json);
    for (const auto& entry : *servers) {
        if (!entry.is_object()) return bad("an entry of \"servers\" is not an object");
        const auto spec = entry.find("spec");
        ServerRow row{text_at(entry, "id"),
                      text_at(entry, "name"),
                      {},
                      text_at(entry, "desired") == "up",
                      number_of(entry, "createdAt"),
                      number_of(entry, "updatedAt"),
                      number_of(entry, "lastRun")};
        if (row.id.empty() || row.name.empty() || spec == entry.end()) {
            return bad("an entry of \"servers\" lacks its id, name or spec");
        }
        row.spec = spec->is_string() ? spec->get<std::string>() : spec->dump();
        backup.servers.push_back(std::move(row));
    }
    return backup;
}

}  // namespace mcpm::store
