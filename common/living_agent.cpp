#include "common/living_agent.hpp"

#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace mcpm {

namespace {

constexpr std::size_t most_text = 512;

bool is_ours(const UniqueFd& file) {
    struct stat facts {};
    return ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == ::getuid();
}

std::string second_line(const UniqueFd& file) {
    std::array<char, most_text> text{};
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
    const std::string_view all(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    const auto first_end = all.find('\n');
    if (first_end == std::string_view::npos) return {};
    const auto end = all.find('\n', first_end + 1);
    if (end == std::string_view::npos) return {};
    return std::string(all.substr(first_end + 1, end - first_end - 1));
}

bool is_held(const UniqueFd& file) {
    return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace

std::string lock_text(int pid, const std::filesystem::path& socket) {
    return std::to_string(pid) + "\n" + socket.string() + "\n";
}

std::optional<std::filesystem::path> runtime_of_living_agent(const std::filesystem::path& lock) {
    const UniqueFd file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file || !is_ours(file)) return std::nullopt;
    const std::filesystem::path socket = second_line(file);
    if (!socket.is_absolute() || socket.filename() != "agent.sock" || !is_held(file)) return std::nullopt;
    return socket.parent_path();
}

}  // namespace mcpm
