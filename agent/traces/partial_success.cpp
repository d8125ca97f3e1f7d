#include "agent/traces/partial_success.hpp"

#include "agent/traces/protobuf_message.hpp"
#include "common/json_members.hpp"
#include "common/number.hpp"
#include "common/whole_characters.hpp"
#include "common/wire.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace mcpm::traces {

namespace {

constexpr std::size_t longest_message = 200;

/// A field of a message as it was written. https://protobuf.dev/programming-guides/encoding/
struct ProtobufField {
    std::uint64_t number = 0;
    std::uint64_t value = 0;     // of a varint
    std::string_view text = {};  // of bytes
};

std::optional<std::uint64_t> take_varint(std::string_view& rest) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> take_bytes(std::string_view& rest, std::uint64_t size) {
    if (size > rest.size()) return std::nullopt;
    const auto bytes = rest.substr(0, static_cast<std::size_t>(size));
    rest.remove_prefix(bytes.size());
    return bytes;
}

std::optional<ProtobufField> take_field(std::string_view& rest) {
    constexpr std::uint64_t fixed32 = 5;
    const auto key = take_varint(rest);
    if (!key) return std::nullopt;
    ProtobufField field{*key >> 3U};
    const std::uint64_t wire = *key & 7U;
    std::optional<std::uint64_t> size;
    if (wire == static_cast<std::uint64_t>(ProtobufWire::varint)) {
        const auto value = take_varint(rest);
        if (!value) return std::nullopt;
        field.value = *value;
        return field;
    }
    if (wire == static_cast<std::uint64_t>(ProtobufWire::fixed64)) size = 8;
    if (wire == fixed32) size = 4;
    if (wire == static_cast<std::uint64_t>(ProtobufWire::bytes)) size = take_varint(rest);
    if (!size) return std::nullopt;
    const auto bytes = take_bytes(rest, *size);
    if (!bytes) return std::nullopt;
    field.text = *bytes;
    return field;
}

PartialSuccess success_of(std::string_view message) {
    PartialSuccess success;
    while (!message.empty()) {
        const auto field = take_field(message);
        if (!field) return {};
        if (field->number == 1) success.rejected = field->value;
        if (field->number == 2) success.message = field->text;
    }
    return success;
}

PartialSuccess read_protobuf(std::string_view answer) {
    while (!answer.empty()) {
        const auto field = take_field(answer);
        if (!field) return {};
        if (field->number == 1) return success_of(field->text);
    }
    return {};
}

/// A number of 64 bits is a text in JSON, says protobuf, and either is taken.
std::uint64_t number_of(const wire::Json& json) {
    if (json.is_number_unsigned()) return json.get<std::uint64_t>();
    if (!json.is_string()) return 0;
    return parse_number<std::uint64_t>(json.get_ref<const std::string&>()).value_or(0);
}

PartialSuccess read_json(std::string_view answer) {
    const auto json = wire::parse(answer);
    if (!json || !json->is_object() || !json->contains("partialSuccess")) return {};
    const auto& said = (*json)["partialSuccess"];
    if (!said.is_object()) return {};
    PartialSuccess success;
    for (const char* const name : {"rejectedSpans", "rejectedDataPoints"})
        if (said.contains(name)) success.rejected = number_of(said[name]);
    success.message = text_at(said, "errorMessage");
    return success;
}

}  // namespace

PartialSuccess partial_success(Protocol protocol, std::string_view answer) {
    auto success = protocol == Protocol::json ? read_json(answer) : read_protobuf(answer);
    // A negative number is none.
    if (success.rejected > static_cast<std::uint64_t>(INT64_MAX)) success.rejected = 0;
    success.message.resize(whole_characters(success.message, longest_message).size());
    return success;
}

}  // namespace mcpm::traces
