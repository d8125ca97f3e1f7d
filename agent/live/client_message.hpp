// What a client of /ws may say, read strictly. Pure; foreign bytes go in here.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm::live {

enum class Topic { servers, events, stats, logs };
std::string_view wire_name(Topic topic);

struct Subscribe {
    std::uint64_t id = 0;
    Topic topic = Topic::servers;
    std::string server = {};                                       // an id or a name; empty = all
    std::vector<std::pair<std::string, std::string>> filter = {};  // as in the query of a log
};
struct Unsubscribe {
    std::uint64_t id = 0;
};
struct Ping {};
using ClientMessage = std::variant<Subscribe, Unsubscribe, Ping>;

struct ReadMessage {
    std::optional<std::uint64_t> id = {};  // as far as it could be read, for the answer
    Result<ClientMessage> message;         // validation_error
};

/// A JSON object of at most 16 members, in which nothing is unknown, missing or of another kind than it
/// should be.
ReadMessage read_client_message(std::string_view text);

}  // namespace mcpm::live
