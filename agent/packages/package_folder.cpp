#include "agent/packages/package_folder.hpp"

#include "agent/packages/npm_text.hpp"
#include "agent/packages/packages.hpp"
#include "common/units.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>

namespace mcpm::npm {

namespace {

constexpr std::size_t text_limit = 64U << 20U;
constexpr const char* temporary_prefix = ".new-";
constexpr const char* registries[] = {"npm", "pypi"};

Result<std::string> read_text(const std::filesystem::path& file, std::size_t limit) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return system_error("open " + file.string(), errno, ErrorCode::cannot_launch);
    std::string text(limit, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(limit));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

std::size_t size_limit(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : static_cast<std::size_t>(std::min<std::uintmax_t>(size, text_limit));
}

Result<std::vector<std::string>> launcher_of(const std::filesystem::path& script, const std::string& node) {
    const auto first = read_text(script, 256);
    if (first.has_error()) return first.error();
    if (is_for_node(script.filename().string(), *first))
        return std::vector<std::string>{node, script.string()};
    // npm makes programs executable; one that is not would fail at every start.
    if (::access(script.c_str(), X_OK) != 0) {
        return system_error("use " + script.string() + " as a program", errno, ErrorCode::cannot_launch);
    }
    return std::vector<std::string>{script.string()};
}

}  // namespace

std::filesystem::path package_root(const std::filesystem::path& folder, const std::string& package) {
    return folder / "npm" / safe_name(package);
}

Result<> make_temporary(const std::filesystem::path& temporary) {
    std::error_code error;
    std::filesystem::create_directories(temporary, error);
    if (!error) std::ofstream(temporary / "package.json") << "{\"private\":true}\n";
    if (!error && size_limit(temporary / "package.json") > 0) return {};
    const int why = error ? error.value() : errno;
    return system_error("make a folder for the package at " + temporary.string(), why,
                        ErrorCode::unavailable);
}

Result<InstalledFolder> read_installed(const std::filesystem::path& at, const PackageSource& source,
                                       const std::string& node) {
    const auto lock_file = at / "package-lock.json";
    const auto package_folder = at / "node_modules" / source.package;
    const auto lock_text = read_text(lock_file, size_limit(lock_file));
    if (lock_text.has_error()) return lock_text.error();
    auto locked = read_lock(*lock_text, source.package);
    if (locked.has_error()) return locked.error();
    const auto manifest_text =
        read_text(package_folder / "package.json", size_limit(package_folder / "package.json"));
    if (manifest_text.has_error()) return manifest_text.error();
    auto manifest = read_manifest(*manifest_text, source.package, source.program);
    if (manifest.has_error()) return manifest.error();
    auto launcher = launcher_of((package_folder / manifest->script).lexically_normal(), node);
    if (launcher.has_error()) return launcher.error();
    InstalledFolder found;
    found.pin = PackagePin{std::move(locked->version), std::move(locked->integrity), at.string(),
                           std::move(*launcher), now_utc()};
    found.engines_node = std::move(manifest->engines_node);
    struct stat facts {};
    if (::stat(lock_file.c_str(), &facts) == 0) {
        found.pin.installed_at = Timestamp(std::chrono::seconds(facts.st_mtime));
    }
    return found;
}

Result<InstalledFolder> put_in_place(const std::filesystem::path& temporary,
                                     const std::filesystem::path& folder, const PackageSource& source,
                                     const std::string& node) {
    auto fresh = read_installed(temporary, source, node);
    if (fresh.has_error()) return fresh;
    auto there = find_installed(folder, source, fresh->pin.version, node);
    if (there.has_value() && there->pin.integrity == fresh->pin.integrity) return there;
    const auto place = package_root(folder, source.package) /
                       (fresh->pin.version + "-" + short_hash(fresh->pin.integrity + fresh->pin.version));
    std::error_code error;
    std::filesystem::create_directories(place.parent_path(), error);
    std::filesystem::remove_all(place, error);  // only one that is not whole stands here
    if (::rename(temporary.c_str(), place.c_str()) != 0) {
        return system_error("put the package in place at " + place.string(), errno, ErrorCode::unavailable);
    }
    return read_installed(place, source, node);
}

Result<InstalledFolder> find_installed(const std::filesystem::path& folder, const PackageSource& source,
                                       const std::string& version, const std::string& node) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(package_root(folder, source.package), error), end;
         !error && entry != end; entry.increment(error)) {
        if (entry->path().filename().string().rfind(version + "-", 0) != 0) continue;
        auto found = read_installed(entry->path(), source, node);
        // "1.0.0-…" is also how a folder of the pre-release 1.0.0-beta begins.
        const bool is_it = found.has_value() && found->pin.version == version;
        if (is_it && !Packages::verify(found->pin).has_error()) return found;
        // Whole, but the wrong program was asked for: installing it again would not help.
        if (found.has_error() && found.error().code == ErrorCode::validation_error) return found;
    }
    return Error{ErrorCode::not_found, "npm package " + source.package + " " + version + " is not installed"};
}

bool has_any_version(const std::filesystem::path& folder, const std::string& package) {
    std::error_code error;
    const std::filesystem::directory_iterator entries(package_root(folder, package), error);
    return !error && entries != std::filesystem::directory_iterator();
}

unsigned remove_leftovers(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> leftovers;
    std::error_code error;
    for (const char* registry : registries) {
        for (std::filesystem::directory_iterator entry(folder / registry, error), end; !error && entry != end;
             entry.increment(error)) {
            if (entry->path().filename().string().rfind(temporary_prefix, 0) == 0)
                leftovers.push_back(entry->path());
        }
        error.clear();
    }
    for (const auto& path : leftovers) std::filesystem::remove_all(path, error);
    return static_cast<unsigned>(leftovers.size());
}

namespace {

void add_unused(const std::filesystem::path& registry, const std::vector<std::string>& in_use,
                std::vector<std::filesystem::path>& unused) {
    std::error_code error;
    for (std::filesystem::directory_iterator package(registry, error), end; !error && package != end;
         package.increment(error)) {
        if (package->path().filename().string().rfind(temporary_prefix, 0) == 0) continue;
        std::error_code inner;
        for (std::filesystem::directory_iterator version(package->path(), inner); !inner && version != end;
             version.increment(inner)) {
            const bool is_used =
                std::find(in_use.begin(), in_use.end(), version->path().string()) != in_use.end();
            if (!is_used) unused.push_back(version->path());
        }
    }
}

}  // namespace

Result<unsigned> remove_all_but(const std::filesystem::path& folder, const std::vector<std::string>& in_use) {
    std::vector<std::filesystem::path> unused;
    for (const char* registry : registries) add_unused(folder / registry, in_use, unused);
    std::error_code error;
    unsigned removed = 0;
    for (const auto& path : unused) {
        std::filesystem::remove_all(path, error);
        if (error) return system_error("remove " + path.string(), error.value(), ErrorCode::unavailable);
        ++removed;
        ::rmdir(path.parent_path().c_str());  // when it was the last version
    }
    return removed;
}

}  // namespace mcpm::npm
