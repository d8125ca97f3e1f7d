#include "agent/async/agent_log.hpp"

#include "common/units.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace mcpm {

namespace {

/// syslog(3) priorities, which journald reads from "<N>" at the start of a line.
int priority(LogLevel level) {
    switch (level) {
        case LogLevel::fatal:
            return 2;
        case LogLevel::error:
            return 3;
        case LogLevel::warning:
            return 4;
        case LogLevel::info:
            return 6;
        default:
            return 7;
    }
}

}  // namespace

AgentLog::AgentLog(LogLevel minimum)
    : minimum_(minimum), journal_(std::getenv("JOURNAL_STREAM") != nullptr) {}

void AgentLog::write(LogLevel level, std::string_view message) const {
    if (level < minimum_) return;
    std::string line = journal_ ? fmt::format("<{}>", priority(level))
                                : fmt::format("{} {} ", format_time(now_utc()), wire_name(level));
    const auto clean = clean_.lock();
    append_sanitized(line, clean ? (*clean)(std::string(message)) : std::string(message), Ansi::strip);
    line += '\n';
    // A full disk or a closed stderr must not matter to the agent.
    (void)!::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace mcpm
