#include "common/file_record.hpp"

#include "common/number.hpp"
#include "common/own_file.hpp"
#include "common/sha256.hpp"
#include "common/words.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <system_error>

namespace mcpm {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_record = 64UL << 20U;
constexpr std::size_t longest_file = 1UL << 30U;

struct Entry {
    char kind = 'f';  // a file, or a link
    std::uint64_t size = 0;
    std::int64_t time = 0;  // nanoseconds; of a link 0
    std::string digest = {};
};
using Entries = std::map<std::string, Entry, std::less<>>;

std::string escaped(std::string_view path) {
    std::string out;
    for (const char c : path) out += c == '%' ? "%25" : c == '\n' ? "%0A" : std::string(1, c);
    return out;
}

std::string unescaped(std::string_view path) {
    std::string out(path);
    for (std::size_t at = out.find('%'); at != std::string::npos; at = out.find('%', at + 1))
        out.replace(at, 3, out.compare(at, 3, "%0A") == 0 ? "\n" : "%");
    return out;
}

Result<Entry> entry_of(const fs::path& path, Look look) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0)
        return system_error("look at " + path.string(), errno, ErrorCode::unavailable);
    Entry entry;
    if (S_ISLNK(facts.st_mode)) {
        std::error_code failed;
        const auto target = fs::read_symlink(path, failed).string();
        return Entry{'l', target.size(), 0, sha256_hex(target)};
    }
    entry.size = static_cast<std::uint64_t>(facts.st_size);
    entry.time = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec;
    if (look == Look::quick) return entry;
    const auto text = read_own_file(path, longest_file);
    if (!text) return text.error();
    entry.digest = sha256_hex(*text);
    return entry;
}

/// Every file and link below the folder, by its path there.
Result<std::vector<std::string>> names_below(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        std::error_code ignored;
        const auto status = at->symlink_status(ignored);
        const bool is_recorded = fs::is_regular_file(status) || fs::is_symlink(status);
        auto name = at->path().lexically_relative(folder).string();
        if (is_recorded && name != file_record_name) names.push_back(std::move(name));
    }
    if (failed)
        return system_error("read the folder " + folder.string(), failed.value(), ErrorCode::unavailable);
    std::sort(names.begin(), names.end());
    return names;
}

std::string_view next_word(std::string_view& line) {
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

Entries entries_in(std::string_view record) {
    Entries entries;
    while (!record.empty()) {
        auto line = take_line(record);
        Entry entry;
        const auto kind = next_word(line);
        const auto size = next_word(line);
        const auto time = next_word(line);
        entry.digest = next_word(line);
        if (kind.size() != 1 || line.empty()) continue;
        entry.kind = kind.front();
        entry.size = parse_number<decltype(entry.size)>(size).value_or(0);
        entry.time = parse_number<decltype(entry.time)>(time).value_or(0);
        entries.emplace(unescaped(line), std::move(entry));
    }
    return entries;
}

bool is_same(const Entry& was, const Entry& now) {
    if (was.kind != now.kind || was.size != now.size) return false;
    if (!now.digest.empty()) return was.digest == now.digest;
    return was.time == now.time;
}

/// What require() and import find by themselves; folders that begin with a dot they do not.
bool is_taken_for_code(const std::string& path) {
    if (path.find("node_modules/.") != std::string::npos) return false;
    const fs::path file(path);
    constexpr std::array<std::string_view, 4> endings{".js", ".cjs", ".mjs", ".node"};
    return file.filename() == "package.json" ||
           std::find(endings.begin(), endings.end(), file.extension().string()) != endings.end();
}

}  // namespace

Result<std::string> make_file_record(const fs::path& folder) {
    const auto names = names_below(folder);
    if (!names) return names.error();
    std::string record;
    for (const auto& name : *names) {
        const auto entry = entry_of(folder / name, Look::full);
        if (!entry) return entry.error();
        record += std::string(1, entry->kind) + " " + std::to_string(entry->size) + " " +
                  std::to_string(entry->time) + " " + entry->digest + " " + escaped(name) + "\n";
    }
    return record;
}

Result<std::vector<FileChange>> compare_with_record(const fs::path& folder, std::string_view record,
                                                    Look look, std::size_t most) {
    const auto entries = entries_in(record);
    const auto names = names_below(folder);
    if (!names) return names.error();
    std::vector<FileChange> changes;
    for (const auto& name : *names) {
        if (changes.size() >= most) return changes;
        const auto was = entries.find(name);
        if (was == entries.end()) {
            if (is_taken_for_code(name)) changes.push_back({name, "is new"});
            continue;
        }
        const auto now = entry_of(folder / name, look);
        if (!now || !is_same(was->second, *now)) changes.push_back({name, "was changed"});
    }
    for (const auto& [name, entry] : entries) {
        if (changes.size() >= most) break;
        if (!std::binary_search(names->begin(), names->end(), name)) changes.push_back({name, "is gone"});
    }
    return changes;
}

Result<> restore_times(const fs::path& folder, std::string_view record) {
    constexpr std::int64_t second = 1'000'000'000;
    for (const auto& [name, entry] : entries_in(record)) {
        if (entry.kind != 'f' || name.starts_with('/') || name.find("../") != std::string::npos) continue;
        const timespec time{entry.time / second, entry.time % second};
        const std::array<timespec, 2> times{time, time};
        const auto path = folder / name;
        if (::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
            return system_error("set the time of " + path.string(), errno, ErrorCode::unavailable);
    }
    return {};
}

Result<> check_files(const fs::path& folder, const std::string& digest, Look look) {
    const auto changed = [&](const std::string& what) {
        return Error{ErrorCode::wrong_state,
                     "the files in " + folder.string() + " are not those that were installed: " + what};
    };
    const std::string name(file_record_name);
    const auto record = read_own_file(folder / name, longest_record);
    if (!record) return changed("their record cannot be read: " + record.error().message);
    if (sha256_hex(*record) != digest) return changed("their record, " + name + ", was changed");
    const auto changes = compare_with_record(folder, *record, look);
    if (!changes) return changes.error();
    if (changes->empty()) return {};
    std::string what = changes->front().path + " " + changes->front().what;
    if (changes->size() > 1) what += ", and " + std::to_string(changes->size() - 1) + " more";
    return changed(what);
}

}  // namespace mcpm
