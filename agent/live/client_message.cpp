#include "agent/live/client_message.hpp"

#include "common/fields/live_fields.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::live {

namespace {

namespace field = fields::live;
using wire::Json;

constexpr std::uint64_t greatest_id = (1ULL << 53U) - 1;  // that a double holds exactly
constexpr std::size_t most_members = 16;
constexpr std::size_t longest_text = 4096;

constexpr std::array<std::pair<std::string_view, Topic>, 4> topics{
    {{"servers", Topic::servers}, {"events", Topic::events}, {"stats", Topic::stats}, {"logs", Topic::logs}}};

Error bad(std::string what) {
    return Error{ErrorCode::validation_error, std::move(what)};
}

std::optional<std::uint64_t> id_of(const Json& json) {
    const auto found = json.find(field::id);
    if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
    const auto id = found->get<std::uint64_t>();
    return id <= greatest_id ? std::optional(id) : std::nullopt;
}

Result<std::string> text_of(const Json& json, std::string_view member) {
    if (!json.is_string()) return bad(std::string(member) + ": a text is expected");
    auto text = json.get<std::string>();
    if (text.size() > longest_text) return bad(std::string(member) + ": it is too long");
    return text;
}

Result<Topic> topic_of(const Json& json) {
    const auto found = json.find(field::topic);
    if (found != json.end() && found->is_string()) {
        for (const auto& [name, topic] : topics) {
            if (found->get_ref<const std::string&>() == name) return topic;
        }
    }
    return bad("topic: servers, events, stats or logs is expected");
}

/// A value as a query would have it.
Result<std::string> query_text(const std::string& name, const Json& value) {
    if (value.is_boolean()) return std::string(value.get<bool>() ? "1" : "0");
    if (value.is_number_integer()) return value.dump();
    return text_of(value, "filter." + name);
}

Result<> read_filter(const Json& json, Subscribe& out) {
    const auto found = json.find(field::filter);
    if (found == json.end()) return {};
    if (out.topic != Topic::logs) return bad("filter: only logs have one");
    if (!found->is_object() || found->size() > most_members)
        return bad("filter: an object of a few members is expected");
    for (const auto& [name, value] : found->items()) {
        auto text = query_text(name, value);
        if (!text) return text.error();
        out.filter.emplace_back(name, std::move(*text));
    }
    return {};
}

Result<> only(const Json& json, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : json.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return bad("'" + name.substr(0, 64) + "' is not known here");
    }
    return {};
}

Result<ClientMessage> read_subscribe(const Json& json, std::uint64_t id) {
    if (const auto good = only(json, {field::type, field::id, field::topic, field::server, field::filter});
        !good)
        return good.error();
    Subscribe subscribe{id};
    const auto topic = topic_of(json);
    if (!topic) return topic.error();
    subscribe.topic = *topic;
    if (const auto found = json.find(field::server); found != json.end()) {
        auto server = text_of(*found, field::server);
        if (!server) return server.error();
        if (server->empty()) return bad("server: an id or a name is expected");
        subscribe.server = std::move(*server);
    }
    if (subscribe.topic == Topic::logs && subscribe.server.empty()) return bad("server: logs need one");
    if (const auto good = read_filter(json, subscribe); !good) return good.error();
    return ClientMessage(std::move(subscribe));
}

Result<ClientMessage> read_object(const Json& json, std::optional<std::uint64_t> id) {
    const auto type = json.find(field::type);
    const std::string name = type != json.end() && type->is_string() ? type->get<std::string>() : "";
    if (name == "ping") {
        if (const auto good = only(json, {field::type}); !good) return good.error();
        return ClientMessage(Ping{});
    }
    if (name != "subscribe" && name != "unsubscribe")
        return bad("type: subscribe, unsubscribe or ping is expected");
    if (!id) return bad("id: a whole number from 0 to 2^53-1 is expected");
    if (name == "subscribe") return read_subscribe(json, *id);
    if (const auto good = only(json, {field::type, field::id}); !good) return good.error();
    return ClientMessage(Unsubscribe{*id});
}

}  // namespace

std::string_view wire_name(Topic topic) {
    for (const auto& [name, value] : topics) {
        if (value == topic) return name;
    }
    return "";
}

ReadMessage read_client_message(std::string_view text) {
    const auto json = wire::parse(text);
    if (!json) return {{}, json.error()};
    if (!json->is_object() || json->size() > most_members)
        return {{}, bad("a message is a JSON object of a few members")};
    const auto id = id_of(*json);
    return {id, read_object(*json, id)};
}

}  // namespace mcpm::live
