// A copy of the whole database in a file, for who keeps it or moves it elsewhere. Blocks; not on the loop.
// The database may be in use by an agent meanwhile: the copy is what was committed when it began.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace mcpm::store {

struct DatabaseFacts {
    int schema = 0;
    std::uint64_t servers = 0, profiles = 0, tokens = 0, feedback = 0, runs = 0;
};

/// `to` must not be there; it is made with mode 0600. not_found when there is no database.
Result<DatabaseFacts> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

/// Whether this program can use what lies there. conflict: a newer program wrote it; validation_error: it is
/// damaged, or no database of ours.
Result<DatabaseFacts> look_at_database(const std::filesystem::path& file);

/// By which running servers are known as this data folder's; empty when there is no database.
Result<std::string> data_id_of(const std::filesystem::path& file);

/// The copy becomes a database of its own: brought to this program's schema, and with that id (empty: a new
/// one).
Result<> settle_copy(const std::filesystem::path& file, const std::string& data_id);

}  // namespace mcpm::store
