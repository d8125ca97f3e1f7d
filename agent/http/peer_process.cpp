#include "agent/http/peer_process.hpp"

#include "common/number.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace mcpm::http {

namespace {

constexpr std::size_t most_ancestors = 64;

std::string read_proc(pid_t pid, const char* name) {
    const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    std::array<char, 4096> text;  // not filled with zeros
    const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : -1;
    return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

}  // namespace

pid_t parent_in_stat(std::string_view stat) {
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos || stat.size() < name_end + 5) return 0;
    stat.remove_prefix(name_end + 4);  // ") S PARENT"
    return take_number<pid_t>(stat).value_or(0);
}

std::string cgroup_in(std::string_view text) {
    std::string_view first;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const auto colon = line.find(':', line.find(':') + 1);
        if (line.starts_with("0::")) return std::string(line.substr(3));
        if (first.empty() && colon != std::string_view::npos) first = line.substr(colon + 1);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return std::string(first);
}

PeerProcess look_at_process(pid_t pid) {
    PeerProcess process;
    if (pid <= 0) return process;
    process.program = read_proc(pid, "comm");
    while (process.program.ends_with('\n')) process.program.pop_back();
    process.cgroup = cgroup_in(read_proc(pid, "cgroup"));
    for (pid_t at = pid; at > 1 && process.ancestry.size() < most_ancestors;) {
        const auto stat = read_proc(at, "stat");
        if (stat.empty()) break;
        process.ancestry.push_back(at);
        at = parent_in_stat(stat);
    }
    return process;
}

}  // namespace mcpm::http
