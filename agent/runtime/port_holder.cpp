#include "agent/runtime/port_holder.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/proc_stat.hpp"
#include "common/url.hpp"

#include <array>
#include <filesystem>
#include <sstream>

namespace mcpm {

namespace {

constexpr std::size_t longest_table = 4UL << 20;
constexpr std::size_t longest_name = 64;

std::set<std::string> inodes_of(std::uint16_t port) {
    auto inodes = listening_inodes(read_proc_file("/proc/net/tcp", longest_table), port);
    inodes.merge(listening_inodes(read_proc_file("/proc/net/tcp6", longest_table), port));
    return inodes;
}

bool holds_one(const std::filesystem::path& process, const std::set<std::string>& inodes) {
    std::error_code failed;
    for (std::filesystem::directory_iterator at(process / "fd", failed), end; !failed && at != end;
         at.increment(failed)) {
        std::error_code unreadable;
        const std::string link = std::filesystem::read_symlink(at->path(), unreadable).string();
        if (!link.starts_with("socket:[") || link.back() != ']') continue;
        if (inodes.contains(link.substr(8, link.size() - 9))) return true;
    }
    return false;
}

}  // namespace

std::optional<std::uint16_t> taken_port(std::string_view said) {
    constexpr std::array<std::string_view, 3> ends{
        " failed: port is already allocated", ": bind: address already in use", ": address already in use"};
    for (const std::string_view end : ends) {
        const auto at = said.find(end);
        if (at == std::string_view::npos) continue;
        std::string_view address = said.substr(0, at);
        if (address.ends_with("/tcp")) address.remove_suffix(4);
        if (const auto port = parse_port(address.substr(address.rfind(':') + 1))) return port;
    }
    return std::nullopt;
}

std::set<std::string> listening_inodes(std::string_view table, std::uint16_t port) {
    constexpr int listening = 10;
    std::set<std::string> inodes;
    std::istringstream lines{std::string(table)};
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string row, local, remote, state, skipped, inode;
        if (!(words >> row >> local >> remote >> state)) continue;
        for (int field = 0; field < 5; ++field)
            words >> skipped;  // queues, timer, retransmissions, user, timeout
        if (!(words >> inode)) continue;
        const auto colon = local.rfind(':');
        if (colon == std::string::npos) continue;
        const auto number = parse_number<unsigned>(std::string_view(local).substr(colon + 1), 16);
        if (number == port && parse_number<int>(state, 16) == listening) inodes.insert(inode);
    }
    return inodes;
}

std::string process_listening_on(std::uint16_t port) {
    const auto inodes = inodes_of(port);
    if (inodes.empty()) return {};
    std::error_code failed;
    for (std::filesystem::directory_iterator at("/proc", failed), end; !failed && at != end;
         at.increment(failed)) {
        const std::string pid = at->path().filename().string();
        if (!ascii::is_all_digits(pid) || !holds_one(at->path(), inodes)) continue;
        std::string name = read_proc_file(at->path() / "comm", longest_name);
        while (!name.empty() && name.back() == '\n') name.pop_back();
        return name + " (pid " + pid + ")";
    }
    return {};
}

}  // namespace mcpm
