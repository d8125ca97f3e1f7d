#include "agent/bundle/tar_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace mcpm::bundle {

namespace {

// Offsets and lengths of a header's fields.
constexpr std::size_t mode_at = 100, uid_at = 108, gid_at = 116, size_at = 124, size_bytes = 12;
constexpr std::size_t time_at = 136, sum_at = 148, sum_bytes = 8, type_at = 156, link_at = 157;
constexpr std::size_t magic_at = 257, prefix_at = 345, prefix_bytes = 155;
constexpr std::uint64_t largest_octal = 077777777777;
constexpr char binary_mark = '\x80';

void place(std::string& block, std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
}

unsigned sum_of(std::string_view block) {
    unsigned sum = sum_bytes * ' ';
    for (std::size_t at = 0; at < block.size(); ++at)
        if (at < sum_at || at >= sum_at + sum_bytes) sum += static_cast<std::uint8_t>(block[at]);
    return sum;
}

std::string number_field(std::uint64_t number) {
    if (number <= largest_octal) return fmt::format("{:011o}", number) + '\0';
    std::string field(size_bytes, '\0');
    field[0] = binary_mark;
    for (std::size_t byte = 0; byte < 8; ++byte)
        field[size_bytes - 1 - byte] = static_cast<char>(number >> (8 * byte) & 0xFFU);
    return field;
}

std::optional<std::uint64_t> number_in(std::string_view field) {
    if (!field.empty() && field.front() == binary_mark) {
        std::uint64_t number = 0;
        for (std::size_t at = 1; at < field.size(); ++at) {
            if (number >> 55U != 0) return std::nullopt;
            number = number << 8U | static_cast<std::uint8_t>(field[at]);
        }
        return number;
    }
    std::uint64_t number = 0;
    for (const char digit : field) {
        if (digit == '\0' || digit == ' ') break;
        if (digit < '0' || digit > '7') return std::nullopt;
        number = number * 8 + static_cast<std::uint64_t>(digit - '0');
    }
    return number;
}

std::string text_in(std::string_view block, std::size_t at, std::size_t most) {
    const auto field = block.substr(at, most);
    return std::string(field.substr(0, field.find('\0')));
}

}  // namespace

std::string write_head(const TarHead& head) {
    std::string block(tar_block, '\0');
    place(block, 0, std::string_view(head.path).substr(0, tar_name_bytes));
    place(block, mode_at, fmt::format("{:07o}", head.mode & 07777U));
    place(block, uid_at, "0000000");
    place(block, gid_at, "0000000");
    place(block, size_at, number_field(head.size));
    place(block, time_at, number_field(static_cast<std::uint64_t>(std::max<std::int64_t>(head.seconds, 0))));
    block[type_at] = head.type;
    place(block, link_at, std::string_view(head.target).substr(0, tar_name_bytes));
    place(block, magic_at, std::string_view("ustar  \0", 8));
    place(block, sum_at, fmt::format("{:06o}", sum_of(block)));
    block[sum_at + sum_bytes - 1] = ' ';
    return block;
}

std::optional<TarHead> read_head(std::string_view block) {
    if (block.size() != tar_block || block.substr(magic_at, 5) != "ustar") return std::nullopt;
    const auto sum = number_in(block.substr(sum_at, sum_bytes));
    const auto size = number_in(block.substr(size_at, size_bytes));
    const auto time = number_in(block.substr(time_at, size_bytes));
    const auto mode = number_in(block.substr(mode_at, 8));
    if (!sum || !size || !time || !mode || *sum != sum_of(block)) return std::nullopt;
    TarHead head;
    head.type = block[type_at] == '\0' ? '0' : block[type_at];
    head.path = text_in(block, 0, tar_name_bytes);
    const bool is_posix = block[magic_at + 5] == '\0';
    const auto prefix = is_posix ? text_in(block, prefix_at, prefix_bytes) : std::string();
    if (!prefix.empty()) head.path = prefix + "/" + head.path;
    head.target = text_in(block, link_at, tar_name_bytes);
    head.mode = static_cast<unsigned>(*mode & 07777U);
    head.seconds = static_cast<std::int64_t>(*time & 0x7FFFFFFFFFFFFFFFU);
    head.size = *size;
    return head;
}

}  // namespace mcpm::bundle
