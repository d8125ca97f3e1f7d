// A few small files as a tar archive (POSIX ustar), as an engine's archive API takes and gives them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::engine {

struct TarFile {
    std::string name;  // at most 100 bytes
    std::string content;
    unsigned mode = 0400;
    unsigned uid = 0, gid = 0;  // at most 2,097,151: ustar has seven octal digits
};

/// The largest owner a file can have in an archive.
inline constexpr unsigned tar_largest_owner = 07777777;

std::string tar_of(const std::vector<TarFile>& files);
/// The content of the first regular file; nothing when there is none whole.
std::optional<std::string> first_file_of(std::string_view archive);

}  // namespace mcpm::engine
