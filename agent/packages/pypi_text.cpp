#include "agent/packages/pypi_text.hpp"

#include "common/ascii.hpp"
#include "common/json_members.hpp"
#include "common/sha256.hpp"
#include "common/whole_characters.hpp"
#include "common/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::pypi {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_files = 2000;
constexpr std::size_t longest_reason = 300;

Error invalid(std::string message, std::string hint = {}) {
    return Error{ErrorCode::validation_error, std::move(message), {}, std::move(hint)};
}

bool is_name(std::string_view name) {
    if (name.empty() || name.size() > 128 || !ascii::is_letter_or_digit(name.front()) ||
        !ascii::is_letter_or_digit(name.back()))
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

bool is_package(std::string_view package) {
    const auto bracket = package.find('[');
    if (bracket == std::string_view::npos) return is_name(package);
    if (package.back() != ']' || !is_name(package.substr(0, bracket))) return false;
    auto extras = package.substr(bracket + 1, package.size() - bracket - 2);
    for (;;) {
        const auto comma = extras.find(',');
        if (!is_name(extras.substr(0, comma))) return false;
        if (comma == std::string_view::npos) return true;
        extras.remove_prefix(comma + 1);
    }
}

bool is_version_text(std::string_view version) {
    return version.size() <= 128 && std::all_of(version.begin(), version.end(), [](char c) {
               return ascii::is_letter_or_digit(c) ||
                      std::string_view(".+-_!<>=~*,").find(c) != std::string_view::npos;
           });
}

std::vector<std::string> hashes_of(const Json& item) {
    const auto info = item.find("download_info");
    if (info == item.end() || !info->is_object()) return {};
    const auto archive = info->find("archive_info");
    if (archive == info->end() || !archive->is_object()) return {};
    const auto hashes = archive->find("hashes");
    if (hashes != archive->end() && hashes->is_object()) {
        auto hash = std::string(sha256_mark) + text_at(*hashes, "sha256");
        if (is_sha256_digest(hash)) return {std::move(hash)};
    }
    auto older = text_at(*archive, "hash");  // pip 22: "sha256=…"
    if (const auto equals = older.find('='); equals != std::string::npos) older[equals] = ':';
    if (is_sha256_digest(older)) return {std::move(older)};
    return {};
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const auto start = line.find_first_not_of(" \t\r\\");
        if (start == std::string_view::npos) break;
        line.remove_prefix(start);
        const auto end = std::min(line.find_first_of(" \t\r\\"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return list;
}

struct Failure {
    std::string_view said;
    ErrorCode code;
    std::string_view hint;
};

constexpr std::string_view look_at_index =
    "check its name and version, and which index is asked (pip config list); what is published as sources "
    "alone is built only with --allow-scripts, which runs its code";

// In the order in which they are looked for: the most telling first.
constexpr std::array failures{
    Failure{"No module named 'ensurepip'", ErrorCode::cannot_launch,
            "install what makes virtual environments (Debian: apt install python3-venv), or uv"},
    Failure{"ensurepip is not", ErrorCode::cannot_launch,
            "install what makes virtual environments (Debian: apt install python3-venv), or uv"},
    Failure{"No module named venv", ErrorCode::cannot_launch,
            "install what makes virtual environments (Debian: apt install python3-venv), or uv"},
    // Before what pip says last: of a registry that is away it says that there is no such package.
    Failure{"Temporary failure in name resolution", ErrorCode::unavailable, "is the network there?"},
    Failure{"Failed to establish a new connection", ErrorCode::unavailable, "is the network there?"},
    Failure{"error sending request", ErrorCode::unavailable, "is the network there?"},
    Failure{"ReadTimeoutError", ErrorCode::unavailable, "the registry does not answer; try again"},
    Failure{"requires a different Python", ErrorCode::cannot_launch, "it asks for another version of Python"},
    Failure{"Requires-Python", ErrorCode::not_found, "it may ask for another version of Python"},
    Failure{"Could not find a version that satisfies", ErrorCode::not_found, look_at_index},
    Failure{"No matching distribution found", ErrorCode::not_found, look_at_index},
    Failure{"was not found in the package registry", ErrorCode::not_found, ""},
    Failure{"No solution found", ErrorCode::not_found, ""},
    Failure{"ResolutionImpossible", ErrorCode::validation_error,
            "its constraints cannot all hold; all that was said is in the agent's log: mcpm agent logs"},
    Failure{"DO NOT MATCH THE HASHES", ErrorCode::unavailable,
            "the registry sent something else than before"},
    Failure{"Hash mismatch", ErrorCode::unavailable, "the registry sent something else than before"},
    Failure{"No space left", ErrorCode::unavailable, "make room on the disk"},
};

/// The last line that says something, without control characters.
std::string last_words(std::string_view text) {
    std::string best;
    while (!text.empty()) {
        auto line = take_line(text);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        const bool is_notice =
            line.find("[notice]") != std::string_view::npos || line.rfind("WARNING", 0) == 0;
        if (line.empty() || is_notice) continue;
        const bool is_error = line.rfind("ERROR:", 0) == 0 || line.rfind("error:", 0) == 0;
        if (is_error || best.rfind("ERROR:", 0) != 0) best = std::string(line);
    }
    for (const std::string_view start : {"ERROR: ", "error: "})
        if (best.rfind(start, 0) == 0) best.erase(0, start.size());
    std::erase_if(best, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (best.size() > longest_reason) best = std::string(whole_characters(best, longest_reason)) + "…";
    return best;
}

/// pip lists "1.0 Requires-Python >=3.12; 1.1 Requires-Python …": what the last of them asks for.
std::string python_asked_for(std::string_view error_output) {
    constexpr std::string_view mark = " Requires-Python ";
    const auto at = error_output.rfind(mark);
    if (at == std::string_view::npos) return {};
    const auto text = error_output.substr(at + mark.size());
    const auto range = text.substr(0, std::min(text.find_first_of(";\r\n"), text.size()));
    return range.size() <= 64 && is_version_text(range) ? std::string(range) : std::string();
}

}  // namespace

Result<> validate_package(const PackageSource& source) {
    if (!is_package(source.package)) {
        return invalid("\"" + source.package.substr(0, 128) + "\" is not the name of a PyPI package",
                       "a name is \"name\" or \"name[extra]\"; the version is given apart");
    }
    if (!is_version_text(source.version) || (!source.version.empty() && source.version.front() == '-'))
        return invalid("\"" + source.version.substr(0, 128) +
                       "\" is not a version or range of a PyPI package");
    return {};
}

std::string normal_name(std::string_view package) {
    std::string name;
    for (const char c : package.substr(0, package.find('['))) {
        const bool is_mark = c == '-' || c == '_' || c == '.';
        if (!is_mark) {
            name += ascii::lower(c);
        } else if (name.empty() || name.back() != '-') {
            name += '-';
        }
    }
    return name;
}

bool is_exact_version(std::string_view version) {
    return !version.empty() && version.size() <= 128 && version.front() >= '0' && version.front() <= '9' &&
           version.find('*') == std::string_view::npos &&
           std::all_of(version.begin(), version.end(), [](char c) {
               return ascii::is_letter_or_digit(c) || c == '.' || c == '+' || c == '!' || c == '-' ||
                      c == '_';
           });
}

std::string requirement(const PackageSource& source) {
    if (source.version.empty() || source.version == "latest") return source.package;
    return source.package + (is_exact_version(source.version) ? "==" : "") + source.version;
}

Result<std::vector<LockedFile>> read_report(std::string_view text) {
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        return invalid("read pip's report: it is not a JSON object");
    const auto items = json.find("install");
    if (items == json.end() || !items->is_array()) return invalid("read pip's report: it has no \"install\"");
    std::vector<LockedFile> files;
    for (const auto& item : *items) {
        if (!item.is_object() || files.size() == most_files)
            return invalid("read pip's report: too many or odd items");
        const auto metadata = item.find("metadata");
        if (metadata == item.end() || !metadata->is_object())
            return invalid("read pip's report: an item has no metadata");
        LockedFile file{normal_name(text_at(*metadata, "name")), text_at(*metadata, "version"),
                        hashes_of(item)};
        if (!is_name(file.name) || !is_exact_version(file.version))
            return invalid("read pip's report: an item has no name or version");
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<std::string> without_hash(const std::vector<LockedFile>& files) {
    std::vector<std::string> names;
    for (const auto& file : files)
        if (file.hashes.empty()) names.push_back(file.name + " " + file.version);
    return names;
}

std::string write_lock(const std::vector<LockedFile>& files) {
    auto sorted = files;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string out;
    for (const auto& file : sorted) {
        out += file.name + "==" + file.version;
        for (const auto& hash : file.hashes) out += " --hash=" + hash;
        out += '\n';
    }
    return out;
}

Result<std::vector<LockedFile>> read_lock(std::string_view text) {
    constexpr std::string_view hash_mark = "--hash=";
    std::vector<LockedFile> files;
    while (!text.empty()) {
        const auto line = take_line(text);
        for (const auto word : words_of(line)) {
            if (word.front() == '#') break;
            if (word.substr(0, hash_mark.size()) == hash_mark) {
                if (files.empty() || !is_sha256_digest(word.substr(hash_mark.size())))
                    return invalid("read a lock file: \"" + std::string(word.substr(0, 80)) +
                                   "\" is no hash");
                files.back().hashes.emplace_back(word.substr(hash_mark.size()));
                continue;
            }
            const auto equals = word.find("==");
            if (equals == std::string_view::npos) break;  // an option or a marker's rest
            LockedFile file{normal_name(word.substr(0, equals)), std::string(word.substr(equals + 2)), {}};
            if (!file.version.empty() && file.version.back() == ';') file.version.pop_back();
            if (!is_name(file.name) || !is_exact_version(file.version) || files.size() == most_files)
                return invalid("read a lock file: \"" + std::string(word.substr(0, 80)) +
                               "\" is no exact version");
            files.push_back(std::move(file));
        }
    }
    if (files.empty()) return invalid("read a lock file: it names no package");
    return files;
}

std::vector<std::string> programs_in_record(std::string_view record) {
    std::vector<std::string> programs;
    while (!record.empty()) {
        auto path = take_line(record);
        path = path.substr(0, path.find(','));
        const auto mark = path.find("/bin/");
        if (path.substr(0, 3) != "../" || mark == std::string_view::npos) continue;
        const auto name = path.substr(mark + 5);
        if (name.empty() || name.front() == '.' || name.find('/') != std::string_view::npos) continue;
        programs.emplace_back(name);
    }
    std::sort(programs.begin(), programs.end());
    return programs;
}

Result<std::string> choose_program(const std::vector<std::string>& programs, const std::string& package,
                                   const std::string& wanted) {
    const std::string name = wanted.empty() ? normal_name(package) : wanted;
    for (const auto& program : programs)
        if (program == name) return program;
    if (wanted.empty()) {
        for (const auto& program : programs)
            if (normal_name(program) == name) return program;
        if (programs.size() == 1) return programs.front();
        if (programs.empty()) return invalid("PyPI package " + package + " has no program to start");
        return invalid("PyPI package " + package + " has several programs: " + listed(programs),
                       "say which one is to be started");
    }
    return invalid("PyPI package " + package + " has no program \"" + wanted + "\"" +
                   (programs.empty() ? std::string() : "; it has: " + listed(programs)));
}

bool is_python_script(std::string_view first_bytes) {
    return first_bytes.substr(0, 2) == "#!" &&
           first_bytes.substr(0, 512).find("python") != std::string_view::npos;
}

std::string version_in(const std::vector<LockedFile>& files, std::string_view package) {
    const auto name = normal_name(package);
    for (const auto& file : files)
        if (file.name == name) return file.version;
    return {};
}

std::string unfetched(std::string_view log) {
    constexpr std::string_view start = "Could not fetch URL ";
    for (auto at = log.find(start); at != std::string_view::npos; at = log.find(start, at + 1)) {
        const auto line = log.substr(at + start.size(), log.find_first_of("\r\n", at) - at - start.size());
        if (line.find(": 404 ") == std::string_view::npos) return last_words(line);
    }
    return {};
}

Error explain_failure(std::string_view error_output, const std::string& attempted) {
    Error error{ErrorCode::unavailable, attempted + ": " + last_words(error_output)};
    for (const Failure& failure : failures) {
        if (error_output.find(failure.said) == std::string_view::npos) continue;
        error.code = failure.code;
        error.hint = failure.hint;
        break;
    }
    if (const auto python = python_asked_for(error_output); !python.empty())
        error.hint = "it asks for Python " + python +
                     ": --python names one that is on the agent's PATH (`path` in config.yaml)" +
                     (error_output.find("(from versions: none)") == std::string_view::npos
                          ? ""
                          : "; or it is published as sources alone, which --allow-scripts builds");
    if (error.hint.empty()) error.hint = "all that was said is in the agent's log: mcpm agent logs";
    return error;
}

}  // namespace mcpm::pypi
