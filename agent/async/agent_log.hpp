// The agent's own log: one line an entry on stderr (the keeper inherits it from systemd or from the CLI,
// which points it at the state folder). Levels as in syslog; under the journal each line has its priority.
#pragma once

#include "common/log_format.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

class AgentLog {
  public:
    explicit AgentLog(LogLevel minimum);

    /// What takes secret values out of a message, as long as its owner keeps it.
    using Clean = std::function<std::string(std::string message)>;
    void clean_with(const std::shared_ptr<const Clean>& clean) const { clean_ = clean; }

    void write(LogLevel level, std::string_view message) const;
    void error(std::string_view message) const { write(LogLevel::error, message); }
    void warning(std::string_view message) const { write(LogLevel::warning, message); }
    void info(std::string_view message) const { write(LogLevel::info, message); }
    void debug(std::string_view message) const { write(LogLevel::debug, message); }

  private:
    LogLevel minimum_;
    bool journal_;
    mutable std::weak_ptr<const Clean> clean_;
};

}  // namespace mcpm
