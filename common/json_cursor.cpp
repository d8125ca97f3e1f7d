#include "common/json_cursor.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <cstring>

namespace mcpm::mcp {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u;
}

/// The length of the well-formed UTF-8 sequence that begins with a byte over 0x7F, or 0 (Unicode table 3-7).
std::size_t utf8_length(const char* at, std::size_t room) {
    const auto first = static_cast<unsigned char>(at[0]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || room < length) return 0;
    const auto second = static_cast<unsigned char>(at[1]);
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (second < low || second > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(at[i])) return 0;
    }
    return length;
}

}  // namespace

bool parse_hex4(const char* at, const char* end, unsigned& value) {
    if (end - at < 4) return false;
    value = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = at[i];
        const char letter = static_cast<char>(c | 0x20);
        if (is_digit(c)) {
            value = value * 16 + static_cast<unsigned>(c - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            value = value * 16 + static_cast<unsigned>(letter - 'a') + 10;
        } else {
            return false;
        }
    }
    return true;
}

JsonType JsonCursor::type_of(char first) {
    switch (first) {
        case '{':
            return JsonType::object;
        case '[':
            return JsonType::array;
        case '"':
            return JsonType::string;
        case 't':
        case 'f':
            return JsonType::boolean;
        case 'n':
            return JsonType::null;
        default:
            return JsonType::number;
    }
}

void JsonCursor::skip_space_slow() {
    for (; at_ < end_; ++at_) {
        if (*at_ == '\n' || *at_ == '\r') {
            saw_newline_ = true;
        } else if (*at_ != ' ' && *at_ != '\t') {
            return;
        }
    }
}

/// To the next byte of a string that needs a look: quote, backslash, control character, non-ASCII.
void JsonCursor::skip_plain() {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    while (end_ - at_ >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at_));
        const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        // Signed comparison: bytes over 0x7F are negative, so this catches them with the control characters.
        const __m128i odd = _mm_cmpgt_epi8(bytes, last_control);
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(ends)) |
                          (static_cast<unsigned>(_mm_movemask_epi8(odd)) ^ 0xFFFFu);
        if (mask != 0) {
            at_ += __builtin_ctz(mask);
            return;
        }
        at_ += 16;
    }
#endif
    while (at_ < end_ && static_cast<signed char>(*at_) >= 0x20 && *at_ != '"' && *at_ != '\\') ++at_;
}

bool JsonCursor::skip_string() {
    string_had_escape_ = false;
    ++at_;
    while (true) {
        skip_plain();
        if (at_ == end_) return fail(ScanFault::malformed);
        const char c = *at_;
        if (c == '"') {
            ++at_;
            return true;
        }
        if (c == '\\') {
            if (!skip_escape()) return false;
        } else if (static_cast<unsigned char>(c) < 0x80) {
            return fail(ScanFault::malformed);
        } else if (!skip_utf8()) {
            return false;
        }
    }
}

bool JsonCursor::skip_utf8() {
    while (at_ < end_ && static_cast<unsigned char>(*at_) >= 0x80) {
        const std::size_t length = utf8_length(at_, static_cast<std::size_t>(end_ - at_));
        if (length == 0) return fail(ScanFault::bad_utf8);
        at_ += length;
    }
    return true;
}

bool JsonCursor::skip_hex(unsigned& value) {
    if (!parse_hex4(at_, end_, value)) return fail(ScanFault::malformed);
    at_ += 4;
    return true;
}

bool JsonCursor::skip_escape() {
    string_had_escape_ = true;
    ++at_;
    const char c = peek();
    if (c == '\0' || std::strchr("\"\\/bfnrtu", c) == nullptr) return fail(ScanFault::malformed);
    ++at_;
    if (c != 'u') return true;
    unsigned unit = 0;
    if (!skip_hex(unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    unsigned partner = 0;
    const bool paired = unit < 0xDC00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u' &&
                        parse_hex4(at_ + 2, end_, partner) && partner >= 0xDC00 && partner <= 0xDFFF;
    if (paired) {
        at_ += 6;
    } else {
        saw_lone_surrogate_ = true;
    }
    return true;
}

bool JsonCursor::skip_digits() {
    if (!is_digit(peek())) return fail(ScanFault::malformed);
    while (is_digit(peek())) ++at_;
    return true;
}

bool JsonCursor::skip_number() {
    if (peek() == '-') ++at_;
    if (peek() == '0') {
        ++at_;
    } else if (!skip_digits()) {
        return false;
    }
    if (peek() == '.') {
        ++at_;
        if (!skip_digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
        ++at_;
        if (peek() == '+' || peek() == '-') ++at_;
        return skip_digits();
    }
    return true;
}

bool JsonCursor::skip_literal(std::string_view literal) {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, literal.size()) != literal) {
        return fail(ScanFault::malformed);
    }
    at_ += literal.size();
    return true;
}

bool JsonCursor::skip_scalar() {
    switch (peek()) {
        case '"':
            return skip_string();
        case 't':
            return skip_literal("true");
        case 'f':
            return skip_literal("false");
        case 'n':
            return skip_literal("null");
        default:
            return skip_number();
    }
}

bool JsonCursor::skip_key() {
    skip_space();
    if (peek() != '"') return fail(ScanFault::malformed);
    if (!skip_string()) return false;
    skip_space();
    if (peek() != ':') return fail(ScanFault::malformed);
    ++at_;
    skip_space();
    return true;
}

/// Enters containers until a scalar was skipped or an empty container entered.
bool JsonCursor::open(unsigned& depth) {
    while (peek() == '{' || peek() == '[') {
        const bool object = *at_ == '{';
        if (++depth > json_depth_limit) return fail(ScanFault::too_deep);
        const std::uint64_t bit = std::uint64_t{1} << (depth % 64);
        objects_[depth / 64] = object ? objects_[depth / 64] | bit : objects_[depth / 64] & ~bit;
        ++at_;
        skip_space();
        if (peek() == (object ? '}' : ']')) return true;
        if (object && !skip_key()) return false;
    }
    return skip_scalar();
}

/// Leaves containers that end here; stops before the comma of one that goes on.
bool JsonCursor::close_all(unsigned& depth, unsigned base) {
    while (depth > base) {
        skip_space();
        if (peek() == ',') return true;
        if (peek() != (is_object(depth) ? '}' : ']')) return fail(ScanFault::malformed);
        ++at_;
        --depth;
    }
    return true;
}

bool JsonCursor::skip_value(unsigned base) {
    unsigned depth = base;
    while (true) {
        if (!open(depth) || !close_all(depth, base)) return false;
        if (depth == base) return true;
        ++at_;  // the comma
        if (is_object(depth)) {
            if (!skip_key()) return false;
        } else {
            skip_space();
        }
    }
}

}  // namespace mcpm::mcp
