// The walking part of the JSON scanner: a cursor over bytes that skips white space, strings, numbers and
// whole values and remembers the first fault. Internal to json_scan.
#pragma once

#include "common/json_scan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mcpm::mcp {

class JsonCursor {
  public:
    explicit JsonCursor(std::string_view text)
        : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

    /// The byte here, or NUL (which is valid nowhere) at the end.
    char peek() const { return at_ < end_ ? *at_ : '\0'; }
    const char* at() const { return at_; }
    bool at_end() const { return at_ == end_; }
    void advance() { ++at_; }

    void skip_space() {
        if (at_<end_&& static_cast<unsigned char>(*at_)> ' ') return;
        skip_space_slow();
    }
    /// From the opening quote to behind the closing one.
    bool skip_string();
    /// Any value; `depth` is that of the container around it.
    bool skip_value(unsigned depth);

    /// The type that a value beginning with this byte has.
    static JsonType type_of(char first);

    bool fail(ScanFault fault) {
        if (fault_ == ScanFault::none) fault_ = fault;
        return false;
    }
    ScanFault fault() const { return fault_; }
    std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
    bool saw_newline() const { return saw_newline_; }
    bool saw_lone_surrogate() const { return saw_lone_surrogate_; }
    bool string_had_escape() const { return string_had_escape_; }

  private:
    void skip_space_slow();
    void skip_plain();
    bool skip_escape();
    bool skip_hex(unsigned& value);
    bool skip_utf8();
    bool skip_number();
    bool skip_scalar();
    bool skip_digits();
    bool skip_literal(std::string_view literal);
    bool skip_key();
    bool open(unsigned& depth);
    bool close_all(unsigned& depth, unsigned base);
    bool is_object(unsigned depth) const { return (objects_[depth / 64] >> (depth % 64) & 1) != 0; }

    const char* begin_;
    const char* at_;
    const char* end_;
    ScanFault fault_ = ScanFault::none;
    bool saw_newline_ = false;
    bool saw_lone_surrogate_ = false;
    bool string_had_escape_ = false;
    std::array<std::uint64_t, json_depth_limit / 64 + 1> objects_{};  // which open containers are objects
};

/// Reads four hexadecimal digits; false when there are not four.
bool parse_hex4(const char* at, const char* end, unsigned& value);

}  // namespace mcpm::mcp
