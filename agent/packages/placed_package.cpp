#include "agent/packages/placed_package.hpp"

#include "agent/packages/folder_files.hpp"
#include "agent/packages/packages.hpp"
#include "agent/packages/zip.hpp"
#include "common/ascii.hpp"
#include "common/file_record.hpp"
#include "common/json_members.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace mcpm::placed {

namespace {

namespace fs = std::filesystem;
using wire::Json;

constexpr const char* facts_name = "placed.json";
constexpr const char* with_interpreter = "interpreter";  // of `program`: the arguments say what it runs

struct Kind {
    std::string_view name;
    BundleKind kind;
    std::string_view interpreter;
};
constexpr std::array kinds{Kind{"node", BundleKind::node, "node"},
                           Kind{"python", BundleKind::python, "python3"},
                           Kind{"binary", BundleKind::program, ""}};

Error bad(const std::string& field, const std::string& expected) {
    return Error{ErrorCode::validation_error,
                 "manifest.json of the bundle: " + field + ": " + expected,
                 {},
                 "what a bundle has: https://github.com/modelcontextprotocol/mcpb; its publisher mends it"};
}

std::string folder_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool is_plain =
            ascii::is_letter_or_digit(c) || c == '-' || c == '_' || (c == '.' && !name.empty());
        name += is_plain ? c : '-';
        if (name.size() == 80) break;
    }
    return name.empty() ? "package" : name;
}

fs::path kind_folder(const fs::path& folder, const PackageSource& source) {
    return folder / std::string(wire_name(source.registry));
}

Result<PackagePin> read_installed(const fs::path& at, const PackageSource& source) {
    const auto facts = wire::parse(text_of_file(at / facts_name));
    if (!facts || !facts->is_object())
        return Error{ErrorCode::not_found, "no package is installed at " + at.string()};
    PackagePin pin;
    pin.version = text_at(*facts, "version");
    pin.integrity = text_at(*facts, "digest");
    pin.folder = at.string();
    const std::string interpreter = text_at(*facts, "interpreter");
    if (!interpreter.empty()) pin.launcher.push_back(interpreter);
    const bool is_alone = !interpreter.empty() && source.program == with_interpreter;
    if (!is_alone) pin.launcher.push_back((at / text_at(*facts, "entry")).string());
    if (const auto record = text_of_file(at / file_record_name); !record.empty())
        pin.files = sha256_hex(record);
    pin.installed_at = time_of_file(at / facts_name);
    return pin;
}

/// `temporary` holds the files; the rest is the same for both kinds.
Result<PackagePin> put_in_place(const fs::path& temporary, const fs::path& folder,
                                const PackageSource& source, const std::string& name, const Json& facts) {
    if (auto written = write_file(temporary / facts_name, wire::to_text(facts)); !written)
        return written.error();
    const auto record = make_file_record(temporary);
    if (!record) return record.error();
    if (auto written = write_file(temporary / file_record_name, *record); !written) return written.error();
    const std::string version = text_at(facts, "version");
    const std::string hash = text_at(facts, "digest").substr(sha256_mark.size(), 12);
    const auto place = kind_folder(folder, source) / folder_name(name) /
                       ((version.empty() ? "" : folder_name(version) + "-") + hash);
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    fs::remove_all(place, error);  // only one that is not whole stands here
    if (::rename(temporary.c_str(), place.c_str()) != 0)
        return system_error("put the package in place at " + place.string(), errno, ErrorCode::unavailable);
    return read_installed(place, source);
}

bool is_path_within(std::string_view path) {
    if (path.empty() || path.front() == '/' || path.size() > 1024) return false;
    if (path.find('\\') != std::string_view::npos) return false;
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        if (path.substr(at, end - at) == "..") return false;
        at = end + 1;
    }
    return true;
}

Result<> make_folder(const fs::path& at) {
    std::error_code error;
    fs::create_directories(at, error);
    if (!error) return {};
    return system_error("make a folder for the package at " + at.string(), error.value(),
                        ErrorCode::unavailable);
}

}  // namespace

bool is_placed(PackageRegistry registry) {
    return registry == PackageRegistry::mcpb || registry == PackageRegistry::binary;
}

Result<> check_digest(std::string_view bytes, const std::string& digest, const std::string& place) {
    if (digest.empty()) return {};
    const std::string found = sha256_digest(bytes);
    if (found == digest) return {};
    return Error{
        ErrorCode::conflict,
        "install " + place + ": its bytes are not those that were meant: " + found + " in place of " + digest,
        {},
        "nothing was installed"};
}

Result<Json> manifest_of(std::string_view bundle) {
    constexpr std::uint64_t longest = 1U << 20U;
    const auto entries = read_zip(bundle);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
        if (entry.path != "manifest.json") continue;
        if (entry.size > longest) return bad("document", "it has more than 1 MiB");
        const auto text = read_entry(bundle, entry);
        if (!text) return text.error();
        auto manifest = wire::parse(*text);
        if (!manifest) return bad("document", manifest.error().message);
        if (!manifest->is_object()) return bad("document", "an object is expected");
        return manifest;
    }
    return Error{ErrorCode::validation_error,
                 "the archive has no manifest.json: it is no bundle",
                 {},
                 "a bundle (.mcpb) has one at its root: https://github.com/modelcontextprotocol/mcpb"};
}

Result<BundleServer> read_server(const Json& manifest) {
    const std::string format =
        text_at(manifest, "manifest_version") + text_at(manifest, "dxt_version");  // one of the two
    if (!format.starts_with("0.") && !format.starts_with("1."))
        return bad("manifest_version", format.empty() ? "is missing" : "a version 0 or 1 is expected");
    BundleServer server{text_at(manifest, "name"), text_at(manifest, "version"), BundleKind::program, {}};
    for (const auto& [field, value] : {std::pair{"name", server.name}, std::pair{"version", server.version}})
        if (value.empty()) return bad(field, "a text is expected");
    const auto found = manifest.find("server");
    if (found == manifest.end() || !found->is_object()) return bad("server", "an object is expected");
    const std::string type = text_at(*found, "type");
    const auto* const kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) { return one.name == type; });
    if (kind == kinds.end()) return bad("server.type", "node, python or binary is expected");
    server.kind = kind->kind;
    server.entry = text_at(*found, "entry_point");
    if (server.entry.starts_with("./")) server.entry.erase(0, 2);
    if (!is_path_within(server.entry))
        return bad("server.entry_point", "a path within the bundle is expected");
    return server;
}

std::string_view interpreter_of(BundleKind kind) {
    return std::find_if(kinds.begin(), kinds.end(), [kind](const Kind& one) { return one.kind == kind; })
        ->interpreter;
}

Result<PackagePin> find_installed(const fs::path& folder, const PackageSource& source) {
    std::error_code error;
    for (fs::directory_iterator name(kind_folder(folder, source), error), end; !error && name != end;
         name.increment(error)) {
        if (name->path().filename().string().starts_with('.')) continue;
        std::error_code inner;
        for (fs::directory_iterator version(name->path(), inner); !inner && version != end;
             version.increment(inner)) {
            auto found = read_installed(version->path(), source);
            if (found && found->integrity == source.digest && Packages::verify(*found)) return found;
        }
    }
    return Error{ErrorCode::not_found, source.package + " is not installed"};
}

Result<PackagePin> install_bundle(std::string_view bytes, const BundleServer& server,
                                  const std::string& interpreter, const fs::path& temporary,
                                  const fs::path& folder, const PackageSource& source) {
    const auto entries = read_zip(bytes);
    if (!entries) return entries.error();
    if (const auto made = make_folder(temporary); !made) return made.error();
    if (const auto unpacked = unpack_zip(bytes, *entries, temporary); !unpacked) return unpacked.error();
    const auto entry = temporary / server.entry;
    struct stat found {};
    if (::lstat(entry.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
        return bad("server.entry_point", server.entry + " is not in the bundle");
    // Archives that were made elsewhere do not say what is a program.
    if (interpreter.empty() && ::chmod(entry.c_str(), 0700) != 0)
        return system_error("make " + entry.string() + " a program", errno, ErrorCode::unavailable);
    const Json facts{{"version", server.version},
                     {"digest", sha256_digest(bytes)},
                     {"interpreter", interpreter},
                     {"entry", server.entry}};
    return put_in_place(temporary, folder, source, server.name, facts);
}

Result<PackagePin> install_program(std::string_view bytes, const fs::path& temporary, const fs::path& folder,
                                   const PackageSource& source) {
    if (const auto made = make_folder(temporary); !made) return made.error();
    const std::string& place = source.package;
    const auto path = place.substr(0, place.find_first_of("?#"));
    const std::string name = folder_name(path.substr(path.rfind('/') + 1));
    const auto file = temporary / name;
    if (auto written = write_file(file, bytes); !written) return written.error();
    if (::chmod(file.c_str(), 0700) != 0)
        return system_error("make " + file.string() + " a program", errno, ErrorCode::unavailable);
    const std::string digest = sha256_digest(bytes);
    const Json facts{{"version", digest.substr(sha256_mark.size(), 12)},
                     {"digest", digest},
                     {"interpreter", ""},
                     {"entry", name}};
    return put_in_place(temporary, folder, source, name, facts);
}

}  // namespace mcpm::placed
