#include "agent/packages/npm_text.hpp"

#include "common/ascii.hpp"
#include "common/encodings.hpp"
#include "common/json_members.hpp"
#include "common/whole_characters.hpp"
#include "common/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace mcpm::npm {

namespace {

using Json = nlohmann::ordered_json;

Error invalid(std::string message, std::string hint = {}) {
    return Error{ErrorCode::validation_error, std::move(message), {}, std::move(hint)};
}

bool is_name_part(std::string_view part) {
    if (part.empty() || !ascii::is_letter_or_digit(part.front())) return false;
    return std::all_of(part.begin(), part.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
    });
}

bool is_package_name(std::string_view name) {
    if (name.size() > 214) return false;
    if (name.empty() || name.front() != '@') return is_name_part(name);
    const auto slash = name.find('/');
    return slash != std::string_view::npos && is_name_part(name.substr(1, slash - 1)) &&
           is_name_part(name.substr(slash + 1));
}

std::string name_without_scope(const std::string& package) {
    const auto slash = package.find('/');
    return slash == std::string::npos ? package : package.substr(slash + 1);
}

std::string listed(const Json& bins) {
    std::string list;
    for (const auto& [name, script] : bins.items()) list += (list.empty() ? "" : ", ") + name;
    return list;
}

/// Stays within the package's folder.
bool is_safe_script(std::string_view script) {
    if (script.empty() || script.front() == '/') return false;
    while (!script.empty()) {
        const auto end = std::min(script.find('/'), script.size());
        if (script.substr(0, end) == "..") return false;
        script.remove_prefix(std::min(end + 1, script.size()));
    }
    return true;
}

Result<std::string> choose_bin(const Json& json, const std::string& package, const std::string& program) {
    const auto found = json.find("bin");
    Json bins = Json::object();
    if (found != json.end() && found->is_string()) bins[name_without_scope(package)] = *found;
    if (found != json.end() && found->is_object()) bins = *found;
    if (bins.empty())
        return invalid("npm package " + package +
                       " has no program to start (no \"bin\" in its package.json)");
    std::string name = program;
    if (name.empty() && bins.size() == 1) name = bins.begin().key();
    if (name.empty()) name = name_without_scope(package);
    const auto chosen = bins.find(name);
    if (chosen == bins.end() || !chosen->is_string()) {
        return invalid(program.empty() ? "npm package " + package + " has several programs: " + listed(bins)
                                       : "npm package " + package + " has no program \"" + program +
                                             "\"; it has: " + listed(bins),
                       "say which one is to be started");
    }
    auto script = chosen->get<std::string>();
    if (!is_safe_script(script))
        return invalid("npm package " + package + " names a program outside its own folder");
    return script;
}

/// npm 10 and later: "npm error code E404"; earlier: "npm ERR! code E404".
std::string_view without_prefix(std::string_view line) {
    for (const std::string_view prefix : {"npm error", "npm ERR!"}) {
        if (line.substr(0, prefix.size()) != prefix) continue;
        line.remove_prefix(prefix.size());
        while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
        return line;
    }
    return {};
}

std::vector<std::string_view> error_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto line = without_prefix(take_line(text));
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

constexpr std::size_t longest_reason = 300;

bool begins_with_any(std::string_view line, std::initializer_list<std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return line.starts_with(beginning); });
}

/// The line that says what failed: no facts for machines, no stack, no word about npm's own log.
std::string sentence_of(const std::vector<std::string_view>& lines) {
    std::string path, command, first;
    for (std::string_view line : lines) {
        if (line.starts_with("path ")) path = line.substr(5);
        if (line.starts_with("command ")) command = line.substr(8);
        const bool is_aside = begins_with_any(line, {"code ", "errno ", "syscall ", "path ", "dest ",
                                                     "command ", "at ", "{", "}", "gyp info", "gyp verb"}) ||
                              line.find("complete log of this run") != std::string_view::npos ||
                              line.find("-debug-") != std::string_view::npos;
        if (is_aside) continue;
        for (const std::string_view kind : {"network ", "notarget ", "gyp ERR! "})
            if (line.starts_with(kind)) line.remove_prefix(kind.size());
        if (line.starts_with("stack Error: ")) return std::string(line.substr(13));
        if (first.empty()) first = line;
    }
    if (!first.empty() || command.empty()) return first;
    return "`" + command + "` failed" + (path.empty() ? std::string() : " in " + path);
}

enum class Rest : std::uint8_t { nothing, reason };

struct Failure {
    std::string_view code;  ///< npm's; with a star at the end: what begins so
    ErrorCode meaning;
    std::string_view said;  ///< in place of npm's words; empty: those
    Rest rest;              ///< what follows `said`
    std::string_view hint;
};

constexpr std::string_view away = "the registry can't be reached";
constexpr std::string_view look_at_network =
    "check the network, and npm's registry and proxy settings (npm config list)";

constexpr std::array failures{
    Failure{"E404", ErrorCode::not_found, "the registry has no such package", Rest::nothing,
            "check its name; a private one needs a login (npm login)"},
    Failure{"ETARGET", ErrorCode::not_found, "the registry has no such version", Rest::nothing, ""},
    Failure{"EINTEGRITY", ErrorCode::unavailable,
            "what the registry sent does not have the hash that it names; nothing was installed",
            Rest::reason, "try again; if it stays so, ask who runs the registry or the proxy before it"},
    // Bytes that are no archive may be met before their hash is known.
    Failure{"Z_*", ErrorCode::unavailable,
            "what the registry sent is no whole archive; nothing was installed", Rest::reason,
            "try again; if it stays so, ask who runs the registry or the proxy before it"},
    Failure{"TAR_*", ErrorCode::unavailable,
            "what the registry sent is no whole archive; nothing was installed", Rest::reason,
            "try again; if it stays so, ask who runs the registry or the proxy before it"},
    Failure{"E5*", ErrorCode::unavailable, "the registry answers with an error", Rest::reason,
            "try again later; npm config list says which registry is asked"},
    Failure{"FETCH_ERROR", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"EJSONPARSE", ErrorCode::unavailable, "the registry's answer can't be read", Rest::reason,
            look_at_network},
    Failure{"ENOTFOUND", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"EAI_AGAIN", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ECONNREFUSED", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ECONNRESET", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ETIMEDOUT", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ENETUNREACH", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"EHOSTUNREACH", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ERR_SOCKET_TIMEOUT", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ENOTCACHED", ErrorCode::unavailable, away, Rest::reason, look_at_network},
    Failure{"ENOSPC", ErrorCode::unavailable, "", Rest::nothing, "make room on the disk"},
    Failure{"EDQUOT", ErrorCode::unavailable, "", Rest::nothing, "make room on the disk"},
    Failure{"EROFS", ErrorCode::unavailable, "", Rest::nothing, ""},
    Failure{"E401", ErrorCode::forbidden, "", Rest::nothing, "log in to its registry (npm login)"},
    Failure{"E403", ErrorCode::forbidden, "", Rest::nothing, "log in to its registry (npm login)"},
    Failure{"EINVALIDTAGNAME", ErrorCode::validation_error, "", Rest::nothing, ""},
};

bool is_said(const Json& entry, const char* key) {
    const auto found = entry.find(key);
    return found != entry.end() && found->is_boolean() && found->get<bool>();
}

/// What stands below node_modules in a lock file, each by its place without that.
template <class Take>
void for_each_locked(std::string_view text, const Take& take) {
    constexpr std::string_view prefix = "node_modules/";
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return;
    const auto packages = json.find("packages");
    if (packages == json.end() || !packages->is_object()) return;
    for (const auto& [place, entry] : packages->items())
        if (place.starts_with(prefix) && entry.is_object()) take(place.substr(prefix.size()), entry);
}

/// "git+ssh://git@host/owner/name.git#" and a whole commit.
bool is_commit(std::string_view resolved) {
    const auto mark = resolved.rfind('#');
    if (!resolved.starts_with("git") || mark == std::string_view::npos) return false;
    return is_hex(resolved.substr(mark + 1), 40);
}

}  // namespace

Result<> validate_package(const PackageSource& source) {
    if (!is_package_name(source.package)) {
        return invalid("\"" + source.package + "\" is not the name of an npm package",
                       "a name is \"name\" or \"@scope/name\"; the version is given apart");
    }
    const auto& version = source.version;
    const bool is_good = std::all_of(version.begin(), version.end(), [](char c) {
        return ascii::is_letter_or_digit(c) ||
               std::string_view(".+-~^<>=|* _").find(c) != std::string_view::npos;
    });
    if (version.size() > 128 || !is_good || (!version.empty() && version.front() == '-')) {
        return invalid("\"" + version + "\" is not a version, range or tag of an npm package");
    }
    return {};
}

std::string safe_name(std::string_view package) {
    std::string name(package);
    std::replace(name.begin(), name.end(), '/', '+');
    return name;
}

bool is_exact_version(std::string_view version) {
    const auto core = version.substr(0, version.find_first_of("-+"));
    const auto rest = version.substr(core.size());
    if (rest.size() == 1) return false;
    int parts = 0;
    for (std::size_t at = 0; at <= core.size();) {
        const auto end = std::min(core.find('.', at), core.size());
        const auto part = core.substr(at, end - at);
        if (!ascii::is_all_digits(part)) return false;
        ++parts;
        at = end + 1;
    }
    return parts == 3 && version.size() <= 128 && std::all_of(rest.begin(), rest.end(), [](char c) {
               return ascii::is_letter_or_digit(c) || c == '-' || c == '+' || c == '.';
           });
}

Result<Locked> read_lock(std::string_view text, const std::string& package) {
    const std::string attempted = "read npm's lock file for " + package;
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return invalid(attempted + ": it is not a JSON object");
    const auto packages = json.find("packages");
    if (packages == json.end() || !packages->is_object())
        return invalid(attempted + ": it has no \"packages\"");
    const auto entry = packages->find("node_modules/" + package);
    if (entry == packages->end() || !entry->is_object())
        return invalid(attempted + ": the package is not in it");
    Locked locked{text_at(*entry, "version"), text_at(*entry, "integrity"), text_at(*entry, "resolved")};
    if (!is_exact_version(locked.version)) return invalid(attempted + ": it has no exact version");
    return locked;
}

std::vector<std::string> packages_with_scripts(std::string_view text, std::size_t most) {
    std::vector<std::string> names;
    for_each_locked(text, [&](const std::string& name, const Json& entry) {
        if (names.size() < most && is_said(entry, "hasInstallScript")) names.push_back(name);
    });
    return names;
}

std::vector<std::string> packages_without_hash(std::string_view text) {
    std::vector<std::string> names;
    for_each_locked(text, [&](const std::string& name, const Json& entry) {
        if (!text_at(entry, "integrity").empty() || is_said(entry, "link") || is_said(entry, "inBundle") ||
            is_commit(text_at(entry, "resolved")))
            return;
        names.push_back(name + " " + text_at(entry, "version"));
    });
    return names;
}

Result<Manifest> read_manifest(std::string_view text, const std::string& package,
                               const std::string& program) {
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) {
        return invalid("read package.json of npm package " + package + ": it is not a JSON object");
    }
    auto script = choose_bin(json, package, program);
    if (script.has_error()) return script.error();
    Manifest manifest;
    manifest.version = text_at(json, "version");
    manifest.script = std::move(*script);
    const auto engines = json.find("engines");
    if (engines != json.end() && engines->is_object()) manifest.engines_node = text_at(*engines, "node");
    return manifest;
}

bool is_for_node(std::string_view file_name, std::string_view first_bytes) {
    if (first_bytes.substr(0, 2) == "#!") {
        return first_bytes.substr(0, first_bytes.find('\n')).find("node") != std::string_view::npos;
    }
    for (const std::string_view extension : {".js", ".mjs", ".cjs"}) {
        if (file_name.size() > extension.size() &&
            file_name.substr(file_name.size() - extension.size()) == extension) {
            return true;
        }
    }
    return false;
}

std::string failure_code(std::string_view error_output) {
    for (auto line : error_lines(error_output)) {
        if (line.substr(0, 5) == "code ")
            return std::string(line.substr(5, line.find_first_of(" \r", 5) - 5));
    }
    // On a full disk npm may get no further than its warnings.
    if (error_output.find("ENOSPC") != std::string_view::npos) return "ENOSPC";
    return {};
}

std::string failure_reason(std::string_view error_output) {
    std::string reason = sentence_of(error_lines(error_output));
    // Not npm's own words at all: the last line that was printed, and is not about its log.
    while (reason.empty() && !error_output.empty()) {
        while (!error_output.empty() && error_output.back() == '\n') error_output.remove_suffix(1);
        const auto line = error_output.substr(error_output.rfind('\n') + 1);
        if (line.find("complete log of this run") == std::string_view::npos) reason = line;
        error_output.remove_suffix(line.size());
    }
    for (auto& c : reason) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    reason = std::string(whole_characters(reason, longest_reason));
    while (!reason.empty() && reason.back() == ' ') reason.pop_back();
    return reason.empty() ? "npm gave no reason" : reason;
}

Error explain_failure(std::string_view error_output, const std::string& attempted) {
    const auto code = failure_code(error_output);
    auto reason = failure_reason(error_output);
    Error error{ErrorCode::cannot_launch, attempted + ": " + reason,
                ErrorDetails(StartStage::install).set(Detail::npm, code)};
    for (const Failure& failure : failures) {
        const bool is_fitting = failure.code.back() == '*'
                                    ? code.starts_with(failure.code.substr(0, failure.code.size() - 1))
                                    : code == failure.code;
        if (!is_fitting) continue;
        error.code = failure.meaning;
        error.hint = failure.hint;
        if (!failure.said.empty())
            error.message = attempted + ": " + std::string(failure.said) +
                            (failure.rest == Rest::reason ? ": " + reason : std::string());
        break;
    }
    if (error.hint.empty() || error.code == ErrorCode::cannot_launch)
        error.hint = "all that npm said is in the agent's log: mcpm agent logs";
    return error;
}

std::vector<std::string> versions_in(std::string_view view_output) {
    const auto json = Json::parse(view_output, nullptr, false);
    std::vector<std::string> versions;
    if (json.is_string()) versions.push_back(json.get<std::string>());
    if (!json.is_array()) return versions;
    for (const auto& entry : json) {
        if (entry.is_string()) versions.push_back(entry.get<std::string>());
    }
    return versions;
}

std::string newest_in(std::string_view view_output) {
    auto versions = versions_in(view_output);
    return versions.empty() || !is_exact_version(versions.back()) ? std::string()
                                                                  : std::move(versions.back());
}

std::string short_hash(std::string_view text) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", hash);
    return digits.data();
}

}  // namespace mcpm::npm
