// `servers.backup.json` beside the database: what must not be lost with it. All that a person entered: the
// definitions with their desired states and last run numbers, and tokens, profiles, approvals as they are
// stored; the data id (without it running servers would not be known as ours), and where event numbers had
// come to. Store's thread only.
#pragma once

#include "agent/store/rows.hpp"
#include "agent/store/table_copy.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::store {

struct Backup {
    std::string data_id;
    std::uint64_t newest_event = 0;
    std::vector<ServerRow> servers;
    std::vector<TableCopy> tables = {};
};

/// With the database's name in front when that is not mcpm.db: others may lie beside it.
std::filesystem::path backup_path(const std::filesystem::path& database);

std::string write_backup(const Backup& backup);
/// validation_error saying what is wrong with it.
Result<Backup> read_backup(std::string_view text);

}  // namespace mcpm::store
