// What all logs of the store share: the folder, the limits, the budget and the two buffers that every
// capture uses in turn. Owned by LogStore; one loop thread, so a buffer is never held over a suspension.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/logs/server_log.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mcpm {

class LogHouse {
  public:
    LogHouse(Loop& loop, std::filesystem::path folder, LogLimits limits, LogStore::Announce announce);

    Loop& loop() const { return loop_; }
    const LogLimits& limits() const { return limits_; }
    std::filesystem::path folder_of(const std::string& id) const { return folder_ / id; }
    const std::filesystem::path& folder() const { return folder_; }
    void announce(const std::string& id, const std::string& message) const;

    using Logs = std::map<std::string, std::shared_ptr<ServerLog>>;
    Logs& logs() { return logs_; }
    const Logs& logs() const { return logs_; }
    /// Made when there is none. Throws for an id that must not become part of a path: only a bug gives one.
    const std::shared_ptr<ServerLog>& log(const std::string& id);

    void add_bytes(std::uint64_t bytes) { total_bytes_ += bytes; }
    void take_bytes(std::uint64_t bytes) { total_bytes_ -= bytes < total_bytes_ ? bytes : total_bytes_; }
    std::uint64_t total_bytes() const { return total_bytes_; }
    /// Removes the oldest segments of all servers until `bytes` more fit.
    void make_room(std::uint64_t bytes);
    /// Removes what is older than the limit.
    void remove_aged(LogTime now);

    std::span<char> read_buffer();
    std::span<char> write_buffer();
    Notifier& capture_ended() { return capture_ended_; }

  private:
    Loop& loop_;
    std::filesystem::path folder_;
    LogLimits limits_;
    LogStore::Announce announce_;
    Logs logs_;
    std::uint64_t total_bytes_ = 0;
    std::unique_ptr<char[]> read_buffer_;
    std::unique_ptr<char[]> write_buffer_;
    Notifier capture_ended_;
};

LogTime log_now();

/// How the folder of a removed server is called until it is deleted; no log has such a name.
inline constexpr std::string_view removed_prefix = ".removed-";

/// May it be the name of a log's folder? Letters, digits, `_` and `-`, at most 64.
bool is_log_id(const std::string& id);

}  // namespace mcpm
