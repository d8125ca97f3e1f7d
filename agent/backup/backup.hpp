// What a person entered and what happened, in one sealed file: the database (definitions, profiles, tokens'
// digests, approvals, history, feedback), the secrets' values, config.yaml, templates of one's own. Not:
// logs, packages (they come again from their registry), images.
#pragma once

#include "agent/store/database_copy.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::backup {

/// Where what is kept lies.
struct Places {
    // NOLINTNEXTLINE(google-explicit-constructor): folders alone are a place, with the database in them
    Places(Paths folders) : paths(std::move(folders)), database(paths.database()) {}
    Places(Paths folders, std::filesystem::path file)
        : paths(std::move(folders)), database(std::move(file)) {}
    Paths paths;
    std::filesystem::path database;
};

struct Summary {
    store::DatabaseFacts database = {};
    std::size_t secrets = 0, templates = 0;
    std::vector<std::string> notes = {};  // what is not in it, or not as it was
};

inline constexpr std::size_t shortest_passphrase = 8;

/// The agent may run meanwhile. `file`: where it is written to; it is whole only when this succeeds.
Result<Summary> make_backup(const Places& places, int file, std::string_view passphrase);

enum class Replace { no, yes };

/// The data folder and the database become what the backup says; what was there is moved aside, and the notes
/// say where to. Where there is no config.yaml the backup's is used, and the database goes where that says.
/// The caller holds the folder's lock. conflict: there is something and nobody asked to replace it, or a
/// newer program made the backup. Nothing is changed unless all of the backup was read and found good.
Result<Summary> restore(Places places, int file, std::string_view passphrase, Replace replace);

/// Opens it and reads all of it; changes nothing.
Result<Summary> check_backup(const Paths& paths, int file, std::string_view passphrase);

}  // namespace mcpm::backup
