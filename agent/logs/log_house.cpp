#include "agent/logs/log_house.hpp"

#include "common/ascii.hpp"

#include <time.h>

#include <algorithm>
#include <stdexcept>

namespace mcpm {
namespace {

// Larger reads cost fewer system calls; what is read and what is written should still fit a core's cache.
constexpr std::size_t read_bytes = 256 << 10;
constexpr std::size_t write_bytes = 512 << 10;

}  // namespace

LogTime log_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return LogTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

bool is_log_id(const std::string& id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '_' || c == '-';
    });
}

LogHouse::LogHouse(Loop& loop, std::filesystem::path folder, LogLimits limits, LogStore::Announce announce)
    : loop_(loop),
      folder_(std::move(folder)),
      limits_(limits),
      announce_(std::move(announce)),
      capture_ended_(loop) {
    // Two segments must fit a server's budget, so that one can go while the other is written.
    limits_.segment_bytes =
        std::max<std::uint64_t>(1, std::min(limits_.segment_bytes, limits_.server_bytes / 2));
    limits_.segments = std::max(2u, limits_.segments);
}

void LogHouse::announce(const std::string& id, const std::string& message) const {
    if (announce_) announce_(id, message);
}

const std::shared_ptr<ServerLog>& LogHouse::log(const std::string& id) {
    const auto found = logs_.find(id);
    if (found != logs_.end()) return found->second;
    if (!is_log_id(id)) throw std::invalid_argument("not a server id: " + id);
    return logs_.emplace(id, std::make_shared<ServerLog>(*this, id)).first->second;
}

void LogHouse::make_room(std::uint64_t bytes) {
    while (total_bytes_ + bytes > limits_.total_bytes) {
        ServerLog* oldest = nullptr;
        for (const auto& [id, log] : logs_) {
            const auto written = log->oldest_write();
            if (written && (oldest == nullptr || *written < *oldest->oldest_write())) oldest = log.get();
        }
        if (oldest == nullptr || !oldest->remove_oldest()) return;
    }
}

void LogHouse::remove_aged(LogTime now) {
    for (const auto& [id, log] : logs_) {
        for (auto written = log->oldest_write(); written && *written < now - limits_.age;) {
            if (!log->remove_oldest()) break;
            written = log->oldest_write();
        }
    }
}

std::span<char> LogHouse::read_buffer() {
    if (!read_buffer_) read_buffer_ = std::make_unique_for_overwrite<char[]>(read_bytes);
    return {read_buffer_.get(), read_bytes};
}

std::span<char> LogHouse::write_buffer() {
    if (!write_buffer_) write_buffer_ = std::make_unique_for_overwrite<char[]>(write_bytes);
    return {write_buffer_.get(), write_bytes};
}

}  // namespace mcpm
