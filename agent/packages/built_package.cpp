#include "agent/packages/built_package.hpp"

#include "agent/packages/folder_files.hpp"
#include "agent/packages/npm_text.hpp"
#include "agent/packages/packages.hpp"
#include "common/ascii.hpp"
#include "common/file_record.hpp"
#include "common/sha256.hpp"
#include "common/spec_rules.hpp"
#include "common/units.hpp"
#include "common/whole_characters.hpp"
#include "common/wire.hpp"
#include "common/words.hpp"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace mcpm::built {

namespace {

namespace fs = std::filesystem;

constexpr const char* facts_name = "built.json";

std::string kind_of(const PackageSource& source) {
    return std::string(wire_name(source.registry));
}

fs::path package_root(const fs::path& folder, const PackageSource& source) {
    return folder / kind_of(source) / safe_name(source.package);
}

Result<PackagePin> read_installed(const fs::path& at, const PackageSource& source) {
    const auto facts = wire::parse(text_of_file(at / facts_name));
    if (!facts || !facts->is_object())
        return Error{ErrorCode::not_found, "no package is installed at " + at.string()};
    const auto program = choose_program(programs_in(at / "bin"), source);
    if (!program) return program.error();
    PackagePin pin;
    pin.version = facts->value("version", "");
    pin.integrity = facts->value("integrity", "");
    pin.folder = at.string();
    pin.launcher = {(at / "bin" / *program).string()};
    if (const auto record = text_of_file(at / file_record_name); !record.empty())
        pin.files = sha256_hex(record);
    pin.installed_at = time_of_file(at / facts_name);
    return pin;
}

/// The text behind `key` on the first line that begins with it.
std::string_view line_behind(std::string_view text, std::string_view key) {
    while (!text.empty())
        if (const auto line = take_line(text); line.starts_with(key)) return line.substr(key.size());
    return {};
}

std::string word_of(std::string_view text, std::size_t number) {
    for (std::size_t at = 0, seen = 0; at < text.size();) {
        const auto begin = text.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) break;
        const auto end = std::min(text.find_first_of(" \t\r", begin), text.size());
        if (seen++ == number) return std::string(text.substr(begin, end - begin));
        at = end;
    }
    return {};
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

bool is_built(PackageRegistry registry) {
    return registry == PackageRegistry::go || registry == PackageRegistry::cargo;
}

Result<> validate_package(const PackageSource& source) {
    ServerSpec spec;
    spec.name = "x";
    spec.source = source;
    return validate(spec);
}

std::string safe_name(std::string_view package) {
    std::string name(package);
    std::replace(name.begin(), name.end(), '/', '+');
    return name;
}

bool is_exact_version(const PackageSource& source) {
    const bool is_go = source.registry == PackageRegistry::go;
    if (is_go && !source.version.starts_with('v')) return false;
    return npm::is_exact_version(is_go ? source.version.substr(1) : source.version);
}

GoFacts read_go_version(std::string_view output) {
    const auto line = line_behind(output, "\tmod\t");
    return {word_of(line, 1), word_of(line, 2), word_of(line, 0)};
}

std::string unvouched(std::string_view output, const std::string& module) {
    const auto end = std::min(output.find('\n'), output.size());
    if (output.substr(0, end) == "off") return "GOSUMDB=off";
    std::string_view patterns = output.substr(std::min(end + 1, output.size()));
    patterns = patterns.substr(0, patterns.find('\n'));
    while (!patterns.empty()) {
        const std::string pattern(patterns.substr(0, patterns.find(',')));
        patterns.remove_prefix(std::min(pattern.size() + 1, patterns.size()));
        // As many of the module's folders as the pattern has.
        std::size_t cut = 0;
        for (auto parts = std::count(pattern.begin(), pattern.end(), '/') + 1; parts > 0; --parts)
            cut = std::min(module.find('/', cut == 0 ? 0 : cut + 1), module.size());
        if (!pattern.empty() && ::fnmatch(pattern.c_str(), module.substr(0, cut).c_str(), FNM_PATHNAME) == 0)
            return "GONOSUMDB=" + pattern;
    }
    return {};
}

std::string read_cargo_info(std::string_view output) {
    return word_of(line_behind(output, "version:"), 0);
}

std::string read_crates(std::string_view text, const std::string& crate) {
    const auto json = wire::parse(text);
    if (!json || !json->is_object() || !json->contains("installs")) return {};
    for (const auto& [key, value] : (*json)["installs"].items())
        if (word_of(key, 0) == crate) return word_of(key, 1);
    return {};
}

namespace {

/// cargo's first error, or the last line.
std::string sentence_of(std::string_view text) {
    constexpr std::size_t longest = 300;
    std::string_view said;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) said = line;
        if (line.starts_with("error")) break;
    }
    std::string sentence(whole_characters(said, longest));
    for (char& c : sentence)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return sentence.empty() ? "it gave no reason" : sentence;
}

}  // namespace

Error explain_failure(std::string_view error_output, const std::string& attempted) {
    const std::string said = sentence_of(error_output);
    ErrorCode code = ErrorCode::cannot_launch;
    if (has_any(error_output, {"no such host", "connection refused", "i/o timeout", "Could not resolve host",
                               "failed to connect", "spurious network error", "network is unreachable"}))
        code = ErrorCode::unavailable;
    else if (has_any(error_output, {"no matching versions", "unknown revision", "404 Not Found", "410 Gone",
                                    "not found: module", "could not find `",
                                    "reading file:", "does not contain package", "unrecognized import path"}))
        code = ErrorCode::not_found;
    Error error{
        code, attempted + ": " + said, {}, "all that was said is in the agent's log: mcpm agent logs"};
    if (has_any(error_output, {"checksum mismatch", "SECURITY ERROR"}))
        error.hint = "its bytes are not those that were published: nothing was installed";
    return error;
}

std::vector<std::string> programs_in(const fs::path& folder) {
    std::vector<std::string> programs;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored) && ::access(entry->path().c_str(), X_OK) == 0)
            programs.push_back(entry->path().filename().string());
    }
    std::sort(programs.begin(), programs.end());
    return programs;
}

Result<std::string> choose_program(std::vector<std::string> programs, const PackageSource& source) {
    const auto has = [&](const std::string& name) {
        return std::find(programs.begin(), programs.end(), name) != programs.end();
    };
    const std::string last = source.package.substr(source.package.rfind('/') + 1);
    if (!source.program.empty() && has(source.program)) return source.program;
    if (source.program.empty() && programs.size() == 1) return programs.front();
    if (source.program.empty() && has(last)) return last;
    std::string names;
    for (const auto& name : programs) names += (names.empty() ? "" : ", ") + name;
    return Error{
        ErrorCode::validation_error,
        kind_of(source) + " package " + source.package + " has " +
            (names.empty() ? "no program to start" : "the programs " + names + ": name one with `program`")};
}

Result<PackagePin> find_installed(const fs::path& folder, const PackageSource& source,
                                  const std::string& version) {
    std::error_code error;
    for (fs::directory_iterator entry(package_root(folder, source), error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->path().filename().string().starts_with(version + "-")) continue;
        auto found = read_installed(entry->path(), source);
        if (found && found->version == version && Packages::verify(*found)) return found;
        if (!found && found.error().code == ErrorCode::validation_error) return found;
    }
    return Error{ErrorCode::not_found,
                 kind_of(source) + " package " + source.package + " " + version + " is not installed"};
}

Result<PackagePin> put_in_place(const fs::path& temporary, const fs::path& folder,
                                const PackageSource& source, const GoFacts& facts) {
    const fs::path out = temporary / "out";
    if (const auto program = choose_program(programs_in(out / "bin"), source); !program)
        return program.error();
    auto whole = find_installed(folder, source, facts.version);
    if (whole && whole->integrity == facts.hash) return whole;
    const wire::Json kept{{"version", facts.version}, {"integrity", facts.hash}};
    if (auto written = write_file(out / facts_name, wire::to_text(kept)); !written) return written.error();
    const auto record = make_file_record(out);
    if (!record) return record.error();
    if (auto written = write_file(out / file_record_name, *record); !written) return written.error();
    const auto place = package_root(folder, source) / (facts.version + "-" + npm::short_hash(facts.hash));
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    fs::remove_all(place, error);  // only one that is not whole stands here
    if (::rename(out.c_str(), place.c_str()) != 0)
        return system_error("put the package in place at " + place.string(), errno, ErrorCode::unavailable);
    return read_installed(place, source);
}

}  // namespace mcpm::built
