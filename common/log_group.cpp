#include "common/log_group.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mcpm {

namespace {

constexpr std::size_t most_groups = 64;  // streams and runs at once; more only with clients' own processes

constexpr std::string_view traceback = "Traceback (most recent call last)";

bool is_between_tracebacks(std::string_view text) {
    return text.empty() || text.starts_with("During handling of the above exception") ||
           text.starts_with("The above exception was the direct cause");
}

}  // namespace

bool LogGroups::goes_on(std::string_view text) {
    if (text.empty()) return false;
    if (text.front() == ' ' || text.front() == '\t') return true;
    constexpr std::array<std::string_view, 5> beginnings{"Caused by: ", "at ", "... ", "Suppressed: ", "+-"};
    if (std::any_of(beginnings.begin(), beginnings.end(),
                    [&](std::string_view word) { return text.starts_with(word); }))
        return true;
    return text.find_first_not_of("})];,") == std::string_view::npos;
}

LogGroups::Group& LogGroups::group_of(LogStream stream, std::uint64_t run) {
    const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
        return group.stream == stream && group.run == run;
    });
    if (found != groups_.end()) return *found;
    if (groups_.size() == most_groups) groups_.erase(groups_.begin());
    Group& made = groups_.emplace_back();
    made.stream = stream;
    made.run = run;
    return made;
}

LogGroups::Place LogGroups::place_of(std::string_view text, LogStream stream, std::uint64_t run) {
    Group& group = group_of(stream, run);
    const bool is_traceback = text.find(traceback) != std::string_view::npos;
    if (group.trace == Trace::behind && !is_traceback && !is_between_tracebacks(text)) {
        group.trace = Trace::none;
        group.level = LogLevel::unknown;
    }
    if (is_traceback) {
        const bool is_first = group.trace == Trace::none;
        group.trace = Trace::frames;
        group.level = std::max(group.level, LogLevel::error);
        return {group.level, is_first};
    }
    if (group.trace == Trace::behind) return {group.level, false};
    if (goes_on(text) && group.level != LogLevel::unknown) return {group.level, false};
    if (group.trace == Trace::frames) {  // the line that names the exception is its last
        group.trace = Trace::behind;
        return {group.level, false};
    }
    group.level = detect_level(text);
    return {group.level, true};
}

bool LogGroups::may_go_on(std::string_view before, std::string_view text) {
    return goes_on(text) || goes_on(before) || is_between_tracebacks(text) || is_between_tracebacks(before);
}

}  // namespace mcpm
