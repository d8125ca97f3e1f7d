#include "agent/api/process_usage.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace mcpm::api {

namespace {

// Fields of proc(5) counted from the one behind the name, which is the third.
constexpr std::size_t session_field = 6 - 3;
constexpr std::size_t user_time_field = 14 - 3;
constexpr std::size_t system_time_field = 15 - 3;
constexpr std::size_t resident_field = 24 - 3;

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view line) {
    const auto name_end = line.rfind(')');
    if (name_end == std::string_view::npos || name_end + 2 > line.size()) return std::nullopt;
    line.remove_prefix(name_end + 2);
    std::array<std::int64_t, resident_field + 1> fields{};
    for (std::size_t at = 0; at < fields.size(); ++at) {
        const auto word = line.substr(0, line.find(' '));
        if (word.empty()) return std::nullopt;
        if (at != 0) {
            const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), fields[at]);
            // An unsigned field may be larger than what is asked for here can hold; those are not among ours.
            if (failure == std::errc::invalid_argument) return std::nullopt;
        }
        line.remove_prefix(word.size() == line.size() ? word.size() : word.size() + 1);
    }
    ProcessStat stat;
    stat.session = static_cast<pid_t>(fields[session_field]);
    stat.ticks = static_cast<std::uint64_t>(fields[user_time_field] + fields[system_time_field]);
    stat.resident_pages = static_cast<std::uint64_t>(fields[resident_field]);
    return stat;
}

std::unordered_map<pid_t, ProcessUsage> usage_by_session() {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    std::unordered_map<pid_t, ProcessUsage> sessions;
    std::error_code failure;
    for (auto entry = std::filesystem::directory_iterator("/proc", failure);
         !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
        if (!is_number(entry->path().filename().string())) continue;
        std::ifstream file(entry->path() / "stat");
        std::string line;
        if (!std::getline(file, line)) continue;  // it has ended meanwhile
        const auto stat = parse_stat(line);
        if (!stat) continue;
        auto& usage = sessions[stat->session];
        usage.memory_bytes += stat->resident_pages * page;
        usage.cpu_seconds += static_cast<double>(stat->ticks) / ticks_per_second;
        ++usage.processes;
    }
    return sessions;
}

std::optional<ProcessUsage> usage_of_session(pid_t leader) {
    const auto sessions = usage_by_session();
    const auto found = sessions.find(leader);
    if (found == sessions.end()) return std::nullopt;
    return found->second;
}

}  // namespace mcpm::api
