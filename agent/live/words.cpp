#include "agent/live/words.hpp"

#include "common/event_type.hpp"
#include "common/fields/live_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

namespace mcpm::live {

namespace {

namespace field = fields::live;
using wire::Json;

std::string key(const char* name) {
    return '"' + std::string(name) + "\":";
}

}  // namespace

std::string message(std::string_view type, std::string_view data, std::optional<std::uint64_t> number) {
    std::string out = "{";
    out += key(field::type) + '"';
    out += type;
    out += "\"," + key(field::data);
    out += data;
    out += ',' + key(field::timestamp) + '"';
    out += format_time(now_utc());
    out += '"';
    if (number) out += ',' + key(field::seq) + std::to_string(*number);
    out += '}';
    return out;
}

std::string message(LiveMessage type, std::string_view data, std::optional<std::uint64_t> number) {
    return message(name_of(type), data, number);
}

std::string hello(std::uint64_t number, std::string_view boot, std::uint64_t heartbeat_ms) {
    const Json data{{field::seq, number}, {field::boot, boot}, {field::heartbeat_ms, heartbeat_ms}};
    return message(LiveMessage::hello, wire::to_text(data));
}

std::string reset(std::string_view reason) {
    return message(LiveMessage::reset, wire::to_text(Json{{field::reason, reason}}));
}

std::string subscribed(std::uint64_t id) {
    return message(LiveMessage::subscribed, wire::to_text(Json{{field::id, id}}));
}

std::string refused(std::optional<std::uint64_t> id, const Error& error) {
    const auto opened = wire::parse(wire::failure(error));
    Json data;
    if (id) data[field::id] = *id;
    if (opened) {
        for (const auto* member : {field::code, field::error, field::hint}) {
            if (opened->contains(member)) data[member] = opened->at(member);
        }
    }
    return message(LiveMessage::error, wire::to_text(data));
}

std::string lagged(std::string_view topic, std::uint64_t missed, std::optional<std::uint64_t> id) {
    Json data{{field::topic, topic}, {field::missed, missed}};
    if (id) data[field::id] = *id;
    return message(LiveMessage::lagged, wire::to_text(data));
}

std::string deleted(std::string_view server_id, std::uint64_t number) {
    return message(name_of(EventType::server_deleted), wire::to_text(Json{{field::id, server_id}}), number);
}

std::string log_lines(std::uint64_t id, std::string_view server_id, std::string_view lines) {
    std::string data = '{' + key(field::id) + std::to_string(id) + ',' + key(field::server) + '"';
    data += server_id;
    data += "\"," + key(field::lines);
    data += lines;
    data += '}';
    return message(LiveMessage::log_lines, data);
}

}  // namespace mcpm::live
