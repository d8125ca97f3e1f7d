// Installed packages on disk: finding, reading, putting in place, removing. Blocks; call it off the loop.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mcpm::npm {

struct InstalledFolder {
    PackagePin pin;
    std::string engines_node;
};

/// FOLDER/npm/NAME
std::filesystem::path package_root(const std::filesystem::path& folder, const std::string& package);

/// An empty folder with a package.json of its own, so that npm does not climb to a parent's.
Result<> make_temporary(const std::filesystem::path& temporary);

/// What npm has installed in `at`: the lock file's version and hash, and the launcher.
Result<InstalledFolder> read_installed(const std::filesystem::path& at, const PackageSource& source,
                                       const std::string& node);

/// The packages in the lock file of `at` that have install scripts.
std::vector<std::string> scripts_of(const std::filesystem::path& at);

/// Moves a whole installation to its place. When that place is taken by one that is whole, that one stays.
Result<InstalledFolder> put_in_place(const std::filesystem::path& temporary,
                                     const std::filesystem::path& folder, const PackageSource& source,
                                     const std::string& node);

/// The installation of exactly `version`, if it is there and whole; not_found otherwise.
Result<InstalledFolder> find_installed(const std::filesystem::path& folder, const PackageSource& source,
                                       const std::string& version, const std::string& node);

/// True when any version is installed.
bool has_any_version(const std::filesystem::path& folder, const std::string& package);

unsigned remove_leftovers(const std::filesystem::path& folder);
Result<unsigned> remove_all_but(const std::filesystem::path& folder, const std::vector<std::string>& in_use);

}  // namespace mcpm::npm
