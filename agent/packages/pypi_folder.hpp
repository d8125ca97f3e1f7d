// PyPI packages on disk, each in a virtual environment of its own: reading, putting in place, finding.
// Blocks; call it off the loop. FOLDER/pypi/NAME/VERSION-HASH/ holds the environment, `requirements.lock`
// (every file with its hash) and `asked.txt` (what was asked beside the version).
#pragma once

#include "agent/packages/pypi_text.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <string>

namespace mcpm::pypi {

/// FOLDER/pypi/NAME
std::filesystem::path package_root(const std::filesystem::path& folder, const std::string& package);

/// The environment's interpreter.
std::filesystem::path interpreter(const std::filesystem::path& environment);

/// Writes constraints.txt; the folder is there.
Result<> write_constraints(const std::filesystem::path& at, const PackageSource& source);

/// Writes the lock from pip's report.json, where uv has not written it already.
Result<> settle_lock(const std::filesystem::path& at);

/// What is installed in `at`: the main package's version, the digest of the lock, the launcher.
Result<PackagePin> read_installed(const std::filesystem::path& at, const PackageSource& source);

/// Moves a whole installation to its place and corrects the paths in its programs. When that place is taken
/// by one that is whole, that one stays.
Result<PackagePin> put_in_place(const std::filesystem::path& temporary, const std::filesystem::path& folder,
                                const PackageSource& source);

/// The installation of exactly `version` under the same constraints, if it is there and whole; else
/// not_found.
Result<PackagePin> find_installed(const std::filesystem::path& folder, const PackageSource& source,
                                  const std::string& version);

}  // namespace mcpm::pypi
