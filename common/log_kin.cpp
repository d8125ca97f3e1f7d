#include "common/log_kin.hpp"

#include <algorithm>

namespace mcpm {

namespace {

constexpr std::size_t most_groups = 64;

}  // namespace

LogKin::Group& LogKin::group_of(const LogLine& line) {
    const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
        return group.stream == line.stream && group.run == line.run;
    });
    if (found != groups_.end()) return *found;
    if (groups_.size() == most_groups) groups_.erase(groups_.begin());
    Group& made = groups_.emplace_back();
    made.stream = line.stream;
    made.run = line.run;
    return made;
}

void LogKin::hold(Group& group, const LogLine& line) {
    if (group.count == most_lines || group.bytes + line.text.size() > most_bytes) {
        group.count = 0;
        group.bytes = 0;
    }
    if (group.held.size() == group.count) group.held.emplace_back();
    Held& held = group.held[group.count++];
    held.line = line;
    held.text = line.text;
    group.bytes += line.text.size();
}

void LogKin::take(const LogLine& line, Begins begins, Matches matches, const Give& give) {
    ++lines_since_;
    Group& group = group_of(line);
    if (begins == Begins::yes) {
        group.is_given = false;
        group.count = group.bytes = 0;
    }
    if (matches == Matches::no && !group.is_given) return hold(group, line);
    for (std::size_t at = 0; at < group.count; ++at) {
        LogLine earlier = group.held[at].line;
        earlier.text = group.held[at].text;
        give(earlier);
    }
    group.count = group.bytes = 0;
    group.is_given = true;
    lines_since_ = 0;
    give(line);
}

bool LogKin::is_following() const {
    return lines_since_ < most_lines &&
           std::any_of(groups_.begin(), groups_.end(), [](const Group& group) { return group.is_given; });
}

void LogKin::forget() {
    for (Group& group : groups_) {
        group.is_given = false;
        group.count = group.bytes = 0;
    }
}

}  // namespace mcpm
