#include "agent/packages/zip.hpp"

#include "agent/packages/inflate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t end_size = 22;
constexpr std::size_t central_size = 46;
constexpr std::size_t local_size = 30;
constexpr unsigned stored = 0;
constexpr unsigned deflated = 8;
constexpr std::size_t longest_path = 1024;

Error bad(const std::string& what) {
    return Error{ErrorCode::validation_error,
                 "the archive: " + what,
                 {},
                 "nothing was unpacked; fetch it again, or ask its publisher for one that is whole"};
}

/// A path as it can be printed, for a message.
std::string in_print(const std::string& path) {
    std::string out = " (";
    for (const char c : path.substr(0, 120)) out += c > ' ' && c < 0x7f ? c : '?';
    return out + ")";
}

std::uint32_t number(std::string_view bytes, std::size_t at, unsigned count) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

/// Where the record of the end begins; npos when there is none.
std::size_t find_end(std::string_view archive) {
    constexpr std::size_t longest_comment = 65535;
    if (archive.size() < end_size) return std::string_view::npos;
    const std::size_t first = archive.size() - std::min(archive.size(), end_size + longest_comment);
    for (std::size_t at = archive.size() - end_size + 1; at-- > first;)
        if (archive.compare(at, 4, "PK\5\6") == 0 &&
            at + end_size + number(archive, at + 20, 2) == archive.size())
            return at;
    return std::string_view::npos;
}

bool is_safe(std::string_view path) {
    if (path.empty() || path.size() > longest_path || path.front() == '/') return false;
    for (const char c : path)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        const auto part = path.substr(at, end - at);
        const bool is_folders_end = part.empty() && at == path.size();
        if (!is_folders_end && (part.empty() || part == "." || part == ".." || part.size() > 255))
            return false;
        at = end + 1;
    }
    return true;
}

Result<ZipEntry> read_one(std::string_view archive, std::size_t at) {
    ZipEntry entry;
    const std::size_t name = number(archive, at + 28, 2);
    const std::size_t extra = number(archive, at + 30, 2);
    const std::size_t comment = number(archive, at + 32, 2);
    if (archive.size() - at < central_size + name + extra + comment) return bad("it is cut off");
    entry.path = std::string(archive.substr(at + central_size, name));
    if (!is_safe(entry.path))
        return bad("it has a file whose path leads out of it, or is none" + in_print(entry.path));
    const unsigned flags = number(archive, at + 8, 2);
    entry.method = number(archive, at + 10, 2);
    entry.crc = number(archive, at + 16, 4);
    entry.packed = number(archive, at + 20, 4);
    entry.size = number(archive, at + 24, 4);
    entry.offset = number(archive, at + 42, 4);
    if ((flags & 1U) != 0) return bad(entry.path + " is encrypted");
    if (entry.method != stored && entry.method != deflated)
        return bad(entry.path + " is packed in a way that is not read");
    if (entry.packed == 0xffffffff || entry.size == 0xffffffff) return bad(entry.path + " is too large");
    const bool is_unix = number(archive, at + 5, 1) == 3;
    const auto mode = static_cast<mode_t>(is_unix ? number(archive, at + 38, 4) >> 16U : 0);
    const bool has_kind = (mode & S_IFMT) != 0;
    if (has_kind && !S_ISREG(mode) && !S_ISDIR(mode)) return bad(entry.path + " is a link or a device");
    entry.is_program = (mode & S_IXUSR) != 0;
    return entry;
}

Result<std::string_view> packed_bytes(std::string_view archive, const ZipEntry& entry) {
    if (archive.size() < local_size || entry.offset > archive.size() - local_size)
        return bad(entry.path + " is not in it");
    if (archive.compare(entry.offset, 4, "PK\3\4") != 0) return bad(entry.path + " is not where it says");
    const std::size_t begin = entry.offset + local_size + number(archive, entry.offset + 26, 2) +
                              number(archive, entry.offset + 28, 2);
    if (begin > archive.size() || archive.size() - begin < entry.packed)
        return bad(entry.path + " is cut off");
    return archive.substr(begin, entry.packed);
}

/// Entries that share bytes make a small archive unpack to a large one.
Result<> check_overlap(const std::vector<ZipEntry>& entries) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
    for (const auto& entry : entries)
        places.emplace_back(entry.offset, entry.offset + local_size + entry.path.size() + entry.packed);
    std::sort(places.begin(), places.end());
    for (std::size_t i = 1; i < places.size(); ++i)
        if (places[i].first < places[i - 1].second) return bad("its files share bytes");
    return {};
}

/// A name that stands twice, or as a file and as a folder.
Result<> check_names(const std::vector<ZipEntry>& entries) {
    std::set<std::string> files, folders;
    for (const auto& entry : entries) {
        const bool is_folder = entry.path.back() == '/';
        std::string path = is_folder ? entry.path.substr(0, entry.path.size() - 1) : entry.path;
        if (!is_folder && !files.insert(path).second) return bad(path + " is in it twice");
        if (is_folder) folders.insert(path);
        for (auto slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/')) {
            path.resize(slash);
            folders.insert(path);
        }
    }
    for (const auto& folder : folders)
        if (files.contains(folder)) return bad(folder + " is a file and a folder");
    return {};
}

Result<> write_file(const std::filesystem::path& file, std::string_view bytes, mode_t mode) {
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (opened < 0) return system_error("unpack " + file.string(), errno, ErrorCode::unavailable);
    int failed = 0;
    while (!bytes.empty() && failed == 0) {
        const auto written = ::write(opened, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) failed = errno;
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(opened);
    if (failed == 0) return {};
    return system_error("unpack " + file.string(), failed, ErrorCode::unavailable);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
    static const auto table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < made.size(); ++i) {
            made[i] = i;
            for (int bit = 0; bit < 8; ++bit)
                made[i] = (made[i] >> 1U) ^ ((made[i] & 1U) != 0 ? 0xedb88320U : 0U);
        }
        return made;
    }();
    std::uint32_t crc = 0xffffffff;
    for (const char c : bytes) crc = (crc >> 8U) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xffU];
    return ~crc;
}

Result<std::vector<ZipEntry>> read_zip(std::string_view archive, ZipLimits limits) {
    const auto end = find_end(archive);
    if (end == std::string_view::npos) return bad("it is no ZIP archive, or cut off");
    const std::size_t count = number(archive, end + 10, 2);
    std::size_t at = number(archive, end + 16, 4);
    if (count > limits.entries) return bad("it has too many files");
    std::vector<ZipEntry> entries;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (at > end || end - at < central_size || archive.compare(at, 4, "PK\1\2") != 0)
            return bad("its table of contents is malformed");
        auto entry = read_one(archive, at);
        if (!entry) return entry.error();
        total += entry->size;
        if (entry->size > limits.one || total > limits.bytes) return bad("it unpacks to more than it may");
        at += central_size + number(archive, at + 28, 2) + number(archive, at + 30, 2) +
              number(archive, at + 32, 2);
        entries.push_back(std::move(*entry));
    }
    if (auto good = check_overlap(entries); !good) return good.error();
    if (auto good = check_names(entries); !good) return good.error();
    return entries;
}

Result<std::string> read_entry(std::string_view archive, const ZipEntry& entry) {
    const auto packed = packed_bytes(archive, entry);
    if (!packed) return packed.error();
    if (entry.method == stored && entry.packed != entry.size)
        return bad(entry.path + " is not of the size that it says");
    auto bytes =
        entry.method == stored ? Result<std::string>(std::string(*packed)) : inflate(*packed, entry.size);
    if (!bytes) return bad(entry.path + ": " + bytes.error().message);
    if (crc32(*bytes) != entry.crc) return bad(entry.path + " does not have the checksum that it says");
    return bytes;
}

Result<> unpack_zip(std::string_view archive, const std::vector<ZipEntry>& entries,
                    const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : entries) {
        const auto path = folder / entry.path;
        const bool is_folder = entry.path.back() == '/';
        std::filesystem::create_directories(is_folder ? path : path.parent_path(), error);
        if (error) return system_error("unpack " + path.string(), error.value(), ErrorCode::unavailable);
        if (is_folder) continue;
        const auto bytes = read_entry(archive, entry);
        if (!bytes) return bytes.error();
        if (auto written = write_file(path, *bytes, entry.is_program ? 0700 : 0600); !written) return written;
    }
    return {};
}

}  // namespace mcpm
