// The head of a member of a tar archive, as GNU tar writes it. For this room's own files. Pure.
// https://www.gnu.org/software/tar/manual/html_node/Standard.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::bundle {

inline constexpr std::size_t tar_block = 512;
inline constexpr std::size_t tar_name_bytes = 100;

struct TarHead {
    char type = '0';  // '0' file, '2' link, '5' folder; 'L' and 'K': the next one's long name, long target
    std::string path = {};
    std::string target = {};
    unsigned mode = 0644;
    std::int64_t seconds = 0;
    std::uint64_t size = 0;
};

/// One block. Names that are too long are cut: a member of type 'L' or 'K' stands before it.
std::string write_head(const TarHead& head);
/// Nothing for what is no head: a wrong sum, a number that is none.
std::optional<TarHead> read_head(std::string_view block);

inline std::uint64_t padded(std::uint64_t size) {
    return (size + tar_block - 1) / tar_block * tar_block;
}

}  // namespace mcpm::bundle
