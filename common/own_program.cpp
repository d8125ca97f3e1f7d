#include "common/own_program.hpp"

#include <unistd.h>

#include <array>
#include <string_view>

namespace mcpm {

std::string own_program() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return {};
    std::string program(path.data(), static_cast<std::size_t>(length));
    // A file that was replaced shows as "… (deleted)": the new one has the old name.
    constexpr std::string_view deleted = " (deleted)";
    if (program.ends_with(deleted)) program.erase(program.size() - deleted.size());
    return program;
}

}  // namespace mcpm
