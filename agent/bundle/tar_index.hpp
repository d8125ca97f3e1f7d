// What is in a tar archive on disk, and where. The bytes are foreign: names that lead out of a folder, kinds
// other than file, folder and link, and archives that are cut are refused. Blocks on the disk.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::bundle {

enum class MemberKind { file, folder, link };

struct Member {
    MemberKind kind = MemberKind::file;
    std::string path;
    std::string target = {};  // of a link, as it stands there
    unsigned mode = 0644;
    std::uint64_t at = 0;  // of its bytes in the archive
    std::uint64_t size = 0;
};

constexpr std::size_t most_members = 2'000'000;
constexpr std::size_t longest_path = 4096;

/// In the archive's order. validation_error: it is no archive, or has what is refused.
Result<std::vector<Member>> read_index(int file);

/// The bytes of a member, in pieces.
Result<> read_member(int file, const Member& member, const std::function<Result<>(std::string_view)>& take);
/// payload_too_large above `limit`.
Result<std::string> text_of(int file, const Member& member, std::uint64_t limit);

}  // namespace mcpm::bundle
