#include "common/proc_stat.hpp"

#include "common/number.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace mcpm {

namespace {

template <typename Number>
bool read_number(std::string_view text, Number& into) {
    const auto number = parse_number<Number>(text);
    into = number.value_or(into);
    return number.has_value();
}

std::string_view next_word(std::string_view& rest) {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    const auto word = rest.substr(0, rest.find_first_of(" \n"));
    rest.remove_prefix(word.size());
    return word;
}

}  // namespace

std::optional<ProcStat> parse_proc_stat(std::string_view line) {
    ProcStat stat;
    const auto name_start = line.find(" (");
    const auto name_end = line.rfind(") ");
    if (name_start == std::string_view::npos || name_end == std::string_view::npos) return std::nullopt;
    if (!read_number(line.substr(0, name_start), stat.pid)) return std::nullopt;
    auto rest = line.substr(name_end + 2);
    const auto state = next_word(rest);
    if (state.size() != 1) return std::nullopt;
    stat.state = state.front();
    if (!read_number(next_word(rest), stat.parent) || !read_number(next_word(rest), stat.group) ||
        !read_number(next_word(rest), stat.session)) {
        return std::nullopt;
    }
    const auto skip = [&rest](int fields) {
        while (fields-- > 0) next_word(rest);
    };
    std::uint64_t system_ticks = 0;
    skip(14 - 7);
    if (!read_number(next_word(rest), stat.ticks) || !read_number(next_word(rest), system_ticks))
        return std::nullopt;
    stat.ticks += system_ticks;
    skip(22 - 16);
    if (!read_number(next_word(rest), stat.start_time)) return std::nullopt;
    skip(24 - 23);
    if (!read_number(next_word(rest), stat.resident_pages)) return std::nullopt;
    return stat;
}

std::optional<ProcStat> read_proc_stat(int pid) {
    return parse_proc_stat(read_proc_file("/proc/" + std::to_string(pid) + "/stat", 4096));
}

std::string read_proc_file(const std::string& path, std::size_t limit) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    std::string bytes;
    if (!file) return bytes;
    char piece[4096];
    while (bytes.size() < limit) {
        const ssize_t got = ::read(file.get(), piece, sizeof piece);
        if (got <= 0) break;
        bytes.append(piece, static_cast<std::size_t>(got));
    }
    return bytes;
}

}  // namespace mcpm
