#include "agent/live/words.hpp"

#include "common/event_type.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

namespace mcpm::live {

using wire::Json;

std::string message(std::string_view type, std::string_view data, std::optional<std::uint64_t> number) {
    std::string out = R"({"type":")";
    out += type;
    out += R"(","data":)";
    out += data;
    out += R"(,"timestamp":")";
    out += format_time(now_utc());
    out += '"';
    if (number) out += R"(,"seq":)" + std::to_string(*number);
    out += '}';
    return out;
}

std::string message(LiveMessage type, std::string_view data, std::optional<std::uint64_t> number) {
    return message(name_of(type), data, number);
}

std::string hello(std::uint64_t number, std::string_view boot, std::uint64_t heartbeat_ms) {
    const Json data{{"seq", number}, {"boot", boot}, {"heartbeatMs", heartbeat_ms}};
    return message(LiveMessage::hello, wire::to_text(data));
}

std::string reset(std::string_view reason) {
    return message(LiveMessage::reset, wire::to_text(Json{{"reason", reason}}));
}

std::string subscribed(std::uint64_t id) {
    return message(LiveMessage::subscribed, wire::to_text(Json{{"id", id}}));
}

std::string refused(std::optional<std::uint64_t> id, const Error& error) {
    const auto opened = wire::parse(wire::failure(error));
    Json data;
    if (id) data["id"] = *id;
    if (opened) {
        for (const auto* member : {"code", "error", "hint"}) {
            if (opened->contains(member)) data[member] = opened->at(member);
        }
    }
    return message(LiveMessage::error, wire::to_text(data));
}

std::string lagged(std::string_view topic, std::uint64_t missed, std::optional<std::uint64_t> id) {
    Json data{{"topic", topic}, {"missed", missed}};
    if (id) data["id"] = *id;
    return message(LiveMessage::lagged, wire::to_text(data));
}

std::string deleted(std::string_view server_id, std::uint64_t number) {
    return message(name_of(EventType::server_deleted), wire::to_text(Json{{"id", server_id}}), number);
}

std::string log_lines(std::uint64_t id, std::string_view server_id, std::string_view lines) {
    std::string data = R"({"id":)" + std::to_string(id) + R"(,"server":")";
    data += server_id;
    data += R"(","lines":)";
    data += lines;
    data += '}';
    return message(LiveMessage::log_lines, data);
}

}  // namespace mcpm::live
