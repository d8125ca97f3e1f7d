#include "agent/packages/package_folder.hpp"

#include "agent/packages/archive_digest.hpp"
#include "agent/packages/arrival_lock.hpp"
#include "agent/packages/npm_text.hpp"
#include "agent/packages/ownership.hpp"
#include "agent/packages/packages.hpp"
#include "common/file_record.hpp"
#include "common/own_file.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <fcntl.h>
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
constexpr const char* registries[] = {"npm", "pypi", "go", "cargo", "mcpb", "binary"};
constexpr std::string_view with_scripts = "-scripts";

Result<std::string> read_text(const std::filesystem::path& file, std::size_t limit) {
    // npm links programs; the package's own files may be links within its folder.
    auto opened = open_own_file(file, O_RDONLY, 0, {Links::followed, Owner::us_or_root});
    if (!opened) {
        Error error = opened.error();
        error.code = ErrorCode::cannot_launch;
        return error;
    }
    std::string text(limit, '\0');
    std::size_t got = 0;
    for (ssize_t more = 1; got < limit && more > 0;
         got += static_cast<std::size_t>(std::max<ssize_t>(more, 0)))
        more = ::read(opened->get(), text.data() + got, limit - got);
    text.resize(got);
    return text;
}

Result<> write_file(const std::filesystem::path& file, std::string_view text) {
    const auto opened = open_own_file(file, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened) return opened.error();
    while (!text.empty()) {
        const auto written = ::write(opened->get(), text.data(), text.size());
        if (written < 0) return system_error("write " + file.string(), errno, ErrorCode::unavailable);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
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
    if (auto hashed = check_hashed(source, packages_without_hash(*lock_text)); hashed.has_error())
        return hashed.error();
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
    if (!source.allow_scripts) found.pin.scripts = packages_with_scripts(*lock_text);
    if (const auto record = read_text(at / file_record_name, size_limit(at / file_record_name)); record)
        found.pin.files = sha256_hex(*record);
    struct stat facts {};
    if (::stat(lock_file.c_str(), &facts) == 0) {
        found.pin.installed_at = Timestamp(std::chrono::seconds(facts.st_mtime));
    }
    return found;
}

std::vector<std::string> scripts_of(const std::filesystem::path& at) {
    const auto text = read_text(at / "package-lock.json", size_limit(at / "package-lock.json"));
    return text.has_error() ? std::vector<std::string>() : packages_with_scripts(*text);
}

Result<InstalledFolder> put_in_place(const std::filesystem::path& temporary,
                                     const std::filesystem::path& folder, const PackageSource& source,
                                     const std::string& node) {
    if (auto taken = take_ownership(temporary); taken.has_error()) return taken.error();
    auto fresh = read_installed(temporary, source, node);
    if (fresh.has_error()) return fresh;
    if (auto meant = check_archive(source, {fresh->pin.integrity}); meant.has_error()) return meant.error();
    auto there = find_installed(folder, source, fresh->pin.version, node);
    if (there.has_value() && there->pin.integrity == fresh->pin.integrity) return there;
    // What install scripts have made is another installation of the same version.
    const std::string kind(source.allow_scripts ? with_scripts : "");
    const auto place =
        package_root(folder, source.package) /
        (fresh->pin.version + "-" + short_hash(fresh->pin.integrity + fresh->pin.version) + kind);
    auto record = make_file_record(temporary);
    if (record.has_error()) return record.error();
    if (auto kept = write_file(temporary / file_record_name, *record); kept.has_error()) return kept.error();
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
        const std::string name = entry->path().filename().string();
        if (name.rfind(version + "-", 0) != 0 || name.ends_with(with_scripts) != source.allow_scripts)
            continue;
        auto found = read_installed(entry->path(), source, node);
        // "1.0.0-…" is also how a folder of the pre-release 1.0.0-beta begins.
        const bool is_it = found.has_value() && found->pin.version == version &&
                           check_archive(source, {found->pin.integrity}).has_value();
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
    std::error_code none_there;
    if (!std::filesystem::is_directory(folder, none_there)) return 0;
    const auto alone = take_arrival_lock(folder, IfHeld::give_up);
    if (!alone) return 0;  // the next agent's start sees to it
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
    std::error_code none_there;
    if (!std::filesystem::is_directory(folder, none_there)) return 0U;
    const auto alone = take_arrival_lock(folder, IfHeld::give_up);
    if (!alone) return 0U;  // what is unused then goes with the next removal
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
