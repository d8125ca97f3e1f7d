#include "agent/engine/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace mcpm::engine {

namespace {

constexpr std::size_t block = 512;
constexpr std::size_t name_bytes = 100;
// Offsets of a header's fields, from pax(1).
constexpr std::size_t mode_at = 100, uid_at = 108, gid_at = 116, size_at = 124, time_at = 136, sum_at = 148;
constexpr std::size_t sum_bytes = 8, type_at = 156, magic_at = 257;
constexpr std::size_t size_bytes = 12;

void put(std::string& head, std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), head.begin() + static_cast<std::ptrdiff_t>(at));
}

/// The sum of its bytes with spaces in place of the sum itself.
unsigned sum_of(std::string_view head) {
    unsigned sum = sum_bytes * ' ';
    for (std::size_t at = 0; at < head.size(); ++at) {
        if (at < sum_at || at >= sum_at + sum_bytes) sum += static_cast<std::uint8_t>(head[at]);
    }
    return sum;
}

std::string head_of(const TarFile& file) {
    std::string head(block, '\0');
    put(head, 0, std::string_view(file.name).substr(0, name_bytes));
    put(head, mode_at, fmt::format("{:07o}", file.mode));
    put(head, uid_at, fmt::format("{:07o}", file.uid));
    put(head, gid_at, fmt::format("{:07o}", file.gid));
    put(head, size_at, fmt::format("{:011o}", file.content.size()));
    put(head, time_at, fmt::format("{:011o}", 0));
    head[type_at] = '0';
    put(head, magic_at, std::string_view("ustar\00000", 8));
    put(head, sum_at, fmt::format("{:06o}", sum_of(head)));
    head[sum_at + sum_bytes - 1] = ' ';
    return head;
}

std::size_t padded(std::size_t size) {
    return (size + block - 1) / block * block;
}

std::optional<std::size_t> octal(std::string_view field) {
    std::size_t number = 0;
    for (const char digit : field) {
        if (digit == '\0' || digit == ' ') break;
        if (digit < '0' || digit > '7') return std::nullopt;
        number = number * 8 + static_cast<std::size_t>(digit - '0');
    }
    return number;
}

}  // namespace

std::string tar_of(const std::vector<TarFile>& files) {
    std::string archive;
    for (const TarFile& file : files) {
        archive += head_of(file);
        archive += file.content;
        archive.append(padded(file.content.size()) - file.content.size(), '\0');
    }
    archive.append(2 * block, '\0');
    return archive;
}

std::optional<std::string> first_file_of(std::string_view archive) {
    while (archive.size() >= block && archive.front() != '\0') {  // zeros end it
        const auto size = octal(archive.substr(size_at, size_bytes));
        const char type = archive[type_at];
        archive.remove_prefix(block);
        if (!size || *size > archive.size()) return std::nullopt;
        if (type == '0' || type == '\0') return std::string(archive.substr(0, *size));
        archive.remove_prefix(std::min(padded(*size), archive.size()));
    }
    return std::nullopt;
}

}  // namespace mcpm::engine
