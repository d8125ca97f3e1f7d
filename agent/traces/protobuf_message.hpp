// A message of protobuf as it is written, and the parts that every signal of OTLP has: attributes, resource,
// scope (opentelemetry/proto/common/v1, resource/v1). Pure; internal to the room.
#pragma once

#include "agent/traces/span.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::traces {

// https://protobuf.dev/programming-guides/encoding/
enum class ProtobufWire : unsigned { varint = 0, fixed64 = 1, bytes = 2 };

class ProtobufMessage {
  public:
    void text(unsigned field, std::string_view value) {
        key(field, ProtobufWire::bytes);
        varint(value.size());
        out_ += value;
    }
    /// Proto3 leaves out what is empty.
    void text_if(unsigned field, std::string_view value) {
        if (!value.empty()) text(field, value);
    }
    void message(unsigned field, const ProtobufMessage& inner) { text(field, inner.out_); }
    void number(unsigned field, std::uint64_t value) {
        key(field, ProtobufWire::varint);
        varint(value);
    }
    void fixed(unsigned field, std::uint64_t value) {
        key(field, ProtobufWire::fixed64);
        fixed_bytes(value);
    }
    template <std::size_t size>
    void id(unsigned field, const std::array<std::uint8_t, size>& bytes) {
        text(field, {reinterpret_cast<const char*>(bytes.data()), size});
    }
    void fixed(unsigned field, double value) { fixed(field, std::bit_cast<std::uint64_t>(value)); }
    /// Packed: all of them in one field.
    template <typename Number>
    void fixed_list(unsigned field, std::span<const Number> values) {
        key(field, ProtobufWire::bytes);
        varint(values.size() * sizeof(std::uint64_t));
        for (const Number value : values) fixed_bytes(std::bit_cast<std::uint64_t>(value));
    }
    std::string take() { return std::move(out_); }

  private:
    void fixed_bytes(std::uint64_t value) {
        for (unsigned i = 0; i < 8; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xffU);
    }
    void key(unsigned field, ProtobufWire wire) { varint(field << 3U | static_cast<unsigned>(wire)); }
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) out_ += static_cast<char>((value & 0x7fU) | 0x80U);
        out_ += static_cast<char>(value);
    }
    std::string out_;
};

std::uint64_t nanoseconds(Instant at);
/// KeyValue.
ProtobufMessage pair_message(std::string_view key, const Value& value);
ProtobufMessage resource_message(const Resource& resource);
/// InstrumentationScope.
ProtobufMessage scope_message(const Resource& resource);

}  // namespace mcpm::traces
