// What the agent says on /ws, as text. Pure.
#pragma once

#include "common/error.hpp"
#include "common/live_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::live {

/// {"type", "data", "timestamp", "seq"?}; `data` is JSON text.
std::string message(std::string_view type, std::string_view data,
                    std::optional<std::uint64_t> number = std::nullopt);
std::string message(LiveMessage type, std::string_view data,
                    std::optional<std::uint64_t> number = std::nullopt);
std::string hello(std::uint64_t number, std::string_view boot, std::uint64_t heartbeat_ms);
std::string reset(std::string_view reason);
std::string subscribed(std::uint64_t id);
std::string refused(std::optional<std::uint64_t> id, const Error& error);
std::string lagged(std::string_view topic, std::uint64_t missed,
                   std::optional<std::uint64_t> id = std::nullopt);
std::string deleted(std::string_view server_id, std::uint64_t number);
/// `lines` is a JSON array as text.
std::string log_lines(std::uint64_t id, std::string_view server_id, std::string_view lines);

}  // namespace mcpm::live
