#include "agent/packages/pypi_folder.hpp"

#include "agent/packages/archive_digest.hpp"
#include "agent/packages/packages.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace mcpm::pypi {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t text_limit = 16U << 20U;
constexpr const char* lock_name = "requirements.lock";
constexpr const char* asked_name = "asked.txt";

Result<std::string> read_text(const fs::path& file, std::size_t limit) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return system_error("open " + file.string(), errno, ErrorCode::cannot_launch);
    std::string text(limit, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(limit));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

Result<> write_text(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    if (!stream) return system_error("write " + file.string(), errno, ErrorCode::unavailable);
    return {};
}

std::size_t size_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : static_cast<std::size_t>(std::min<std::uintmax_t>(size, text_limit));
}

/// What decides, beside the version, what is installed.
std::string asked_text(const PackageSource& source) {
    std::string text = source.package + "\nbefore " + source.before + "\n";
    for (const auto& constraint : source.constraints) text += constraint + "\n";
    for (const auto& more : source.with) text += "with " + more + "\n";
    if (source.allow_scripts) text += "with scripts\n";
    if (!source.python.empty()) text += "python " + source.python + "\n";
    return text;
}

/// …/lib/python3.X/site-packages; empty when there is none.
fs::path site_packages(const fs::path& environment) {
    std::error_code error;
    for (fs::directory_iterator entry(environment / "lib", error), end; !error && entry != end;
         entry.increment(error)) {
        auto place = entry->path() / "site-packages";
        std::error_code ignored;
        if (fs::is_directory(place, ignored)) return place;
    }
    return {};
}

/// The .dist-info folder of a package.
std::optional<fs::path> dist_info(const fs::path& site, const std::string& package) {
    const auto name = normal_name(package);
    std::error_code error;
    for (fs::directory_iterator entry(site, error), end; !error && entry != end; entry.increment(error)) {
        const auto file = entry->path().filename().string();
        constexpr std::string_view ending = ".dist-info";
        if (file.size() <= ending.size() || file.substr(file.size() - ending.size()) != ending) continue;
        if (normal_name(file.substr(0, file.find('-'))) == name) return entry->path();
    }
    return std::nullopt;
}

/// A package without a program, but with a module that can be run, gets a program of our own.
Result<std::string> make_module_program(const fs::path& environment, const fs::path& site,
                                        const std::string& package) {
    std::string module = normal_name(package);
    std::replace(module.begin(), module.end(), '-', '_');
    std::error_code ignored;
    if (!fs::is_regular_file(site / module / "__main__.py", ignored))
        return Error{ErrorCode::validation_error, "PyPI package " + package + " has no program to start"};
    const std::string name = "mcpm-run-" + module;
    const auto written =
        write_text(environment / "bin" / name, "#!/usr/bin/env python3\nimport runpy\nrunpy.run_module('" +
                                                   module + "', run_name='__main__', alter_sys=True)\n");
    if (written.has_error()) return written.error();
    return name;
}

Result<std::vector<std::string>> launcher_of(const fs::path& environment, const PackageSource& source) {
    const auto site = site_packages(environment);
    const auto info = dist_info(site, source.package);
    if (!info)
        return Error{ErrorCode::cannot_launch,
                     "PyPI package " + source.package + " is not in " + site.string()};
    const auto record = read_text(*info / "RECORD", size_of(*info / "RECORD"));
    if (record.has_error()) return record.error();
    const auto programs = programs_in_record(*record);
    auto program = programs.empty() && source.program.empty()
                       ? make_module_program(environment, site, source.package)
                       : choose_program(programs, source.package, source.program);
    if (program.has_error()) return program.error();
    const auto path = environment / "bin" / *program;
    const auto first = read_text(path, 512);
    if (first.has_error()) return first.error();
    if (is_python_script(*first))
        return std::vector<std::string>{interpreter(environment).string(), path.string()};
    if (::access(path.c_str(), X_OK) != 0)
        return system_error("use " + path.string() + " as a program", errno, ErrorCode::cannot_launch);
    return std::vector<std::string>{path.string()};
}

/// One of the hashes that the lock has for the package itself.
Result<> check_own_archive(const fs::path& at, const PackageSource& source) {
    if (source.digest.empty()) return {};
    const auto text = read_text(at / lock_name, size_of(at / lock_name));
    if (text.has_error()) return text.error();
    const auto files = read_lock(*text);
    if (files.has_error()) return files.error();
    for (const auto& file : *files)
        if (file.name == normal_name(source.package)) return check_archive(source, file.hashes);
    return check_archive(source, {});
}

/// Programs name the interpreter by the path that the environment had when it was made.
void correct_paths(const fs::path& environment, const std::string& before) {
    constexpr std::uintmax_t longest_script = 256UL * 1024;
    std::error_code error;
    for (fs::directory_iterator entry(environment / "bin", error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_symlink(ignored) || !entry->is_regular_file(ignored)) continue;
        if (entry->file_size(ignored) > longest_script) continue;
        auto text = read_text(entry->path(), longest_script);
        if (text.has_error() || text->find(before) == std::string::npos) continue;
        if (text->find('\0') != std::string::npos) continue;
        for (auto at = text->find(before); at != std::string::npos; at = text->find(before, at))
            text->replace(at, before.size(), environment.string());
        // Best effort: servers are started by the interpreter itself and do not need it.
        static_cast<void>(write_text(entry->path(), *text));
    }
}

}  // namespace

fs::path package_root(const fs::path& folder, const std::string& package) {
    return folder / "pypi" / normal_name(package);
}

fs::path interpreter(const fs::path& environment) {
    return environment / "bin" / "python";
}

Result<> write_constraints(const fs::path& at, const PackageSource& source) {
    std::string text;
    for (const auto& constraint : source.constraints) text += constraint + "\n";
    if (auto written = write_text(at / "constraints.txt", text); written.has_error()) return written;
    return write_text(at / asked_name, asked_text(source));
}

Result<> settle_lock(const fs::path& at) {
    std::error_code ignored;
    if (fs::exists(at / lock_name, ignored)) return {};
    const auto report = read_text(at / "report.json", size_of(at / "report.json"));
    if (report.has_error()) return report.error();
    const auto files = read_report(*report);
    if (files.has_error()) return files.error();
    return write_text(at / lock_name, write_lock(*files));
}

Result<PackagePin> read_installed(const fs::path& at, const PackageSource& source) {
    const auto lock_file = at / lock_name;
    const auto text = read_text(lock_file, size_of(lock_file));
    if (text.has_error()) return text.error();
    const auto files = read_lock(*text);
    if (files.has_error()) return files.error();
    if (auto hashed = check_hashed(source, without_hash(*files)); hashed.has_error()) return hashed.error();
    PackagePin pin;
    pin.version = version_in(*files, source.package);
    if (pin.version.empty())
        return Error{ErrorCode::cannot_launch,
                     "PyPI package " + source.package + " is not in its lock file " + lock_file.string()};
    pin.integrity = sha256_digest(*text);
    pin.folder = at.string();
    auto launcher = launcher_of(at, source);
    if (launcher.has_error()) return launcher.error();
    pin.launcher = std::move(*launcher);
    pin.installed_at = now_utc();
    struct stat facts {};
    if (::stat(lock_file.c_str(), &facts) == 0)
        pin.installed_at = Timestamp(std::chrono::seconds(facts.st_mtime));
    return pin;
}

Result<PackagePin> put_in_place(const fs::path& temporary, const fs::path& folder,
                                const PackageSource& source) {
    if (auto settled = settle_lock(temporary); settled.has_error()) return settled.error();
    auto fresh = read_installed(temporary, source);
    if (fresh.has_error()) return fresh;
    if (auto meant = check_own_archive(temporary, source); meant.has_error()) return meant.error();
    const auto digest = sha256_hex(fresh->integrity + asked_text(source)).substr(0, 8);
    const auto place = package_root(folder, source.package) / (fresh->version + "-" + digest);
    if (auto there = read_installed(place, source);
        there.has_value() && !Packages::verify(*there).has_error())
        return there;
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    fs::remove_all(place, error);  // only one that is not whole stands here
    if (::rename(temporary.c_str(), place.c_str()) != 0)
        return system_error("put the package in place at " + place.string(), errno, ErrorCode::unavailable);
    correct_paths(place, temporary.string());
    return read_installed(place, source);
}

Result<PackagePin> find_installed(const fs::path& folder, const PackageSource& source,
                                  const std::string& version) {
    std::error_code error;
    for (fs::directory_iterator entry(package_root(folder, source.package), error), end;
         !error && entry != end; entry.increment(error)) {
        if (entry->path().filename().string().rfind(version + "-", 0) != 0) continue;
        const auto asked = read_text(entry->path() / asked_name, 1U << 20U);
        if (asked.has_error() || *asked != asked_text(source)) continue;
        auto found = read_installed(entry->path(), source);
        if (found.has_value() && found->version == version && !Packages::verify(*found).has_error() &&
            !check_own_archive(entry->path(), source).has_error())
            return found;
        // Whole, but the wrong program was asked for: installing it again would not help.
        if (found.has_error() && found.error().code == ErrorCode::validation_error) return found;
    }
    return Error{ErrorCode::not_found,
                 "PyPI package " + source.package + " " + version + " is not installed"};
}

}  // namespace mcpm::pypi
