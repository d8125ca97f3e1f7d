#include "agent/traces/context.hpp"

#include "common/ascii.hpp"
#include "common/encodings.hpp"
#include "common/random.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm::traces {

namespace {

constexpr std::size_t longest_state = 512;  // what everybody must at least pass on

template <std::size_t size>
bool read_hex(std::string_view text, std::array<std::uint8_t, size>& out) {
    if (text.size() != 2 * size || std::any_of(text.begin(), text.end(), ascii::is_upper)) return false;
    for (std::size_t i = 0; i < size; ++i) {
        const int high = ascii::hex_value(text[2 * i]);
        const int low = ascii::hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

template <std::size_t size>
std::string write_hex(const std::array<std::uint8_t, size>& bytes) {
    return in_hex(std::string(bytes.begin(), bytes.end()));
}

template <std::size_t size>
bool is_zero(const std::array<std::uint8_t, size>& bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

template <std::size_t size>
std::array<std::uint8_t, size> new_id() {
    constexpr std::size_t fetched_at_once = 512;
    thread_local std::string pool;
    std::array<std::uint8_t, size> id{};
    do {
        if (pool.size() < size) pool = random_bytes(fetched_at_once);
        std::copy_n(pool.end() - static_cast<std::ptrdiff_t>(size), size, id.begin());
        pool.resize(pool.size() - size);
    } while (is_zero(id));
    return id;
}

bool is_fit_state(std::string_view state) {
    return state.size() <= longest_state &&
           std::all_of(state.begin(), state.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::optional<Context> read_context(std::string_view traceparent, std::string_view tracestate) {
    constexpr std::size_t length = 55;  // 2-32-16-2 digits with dashes between
    if (traceparent.size() < length || traceparent[2] != '-' || traceparent[35] != '-' ||
        traceparent[52] != '-')
        return std::nullopt;
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    Context context;
    if (!read_hex(traceparent.substr(0, 2), version) || !read_hex(traceparent.substr(3, 32), context.trace) ||
        !read_hex(traceparent.substr(36, 16), context.span) || !read_hex(traceparent.substr(53, 2), flags))
        return std::nullopt;
    const bool has_more = traceparent.size() > length;
    if (version[0] == 0xff || (version[0] == 0 && has_more) || (has_more && traceparent[length] != '-'))
        return std::nullopt;
    if (is_zero(context.trace) || is_zero(context.span)) return std::nullopt;
    context.is_sampled = (flags[0] & 1U) != 0;
    if (is_fit_state(tracestate)) context.state = tracestate;
    return context;
}

std::string write_traceparent(const Context& context) {
    return "00-" + write_hex(context.trace) + "-" + write_hex(context.span) +
           (context.is_sampled ? "-01" : "-00");
}

TraceId new_trace_id() {
    return new_id<16>();
}

SpanId new_span_id() {
    return new_id<8>();
}

std::string hex_of(const TraceId& id) {
    return write_hex(id);
}

std::string hex_of(const SpanId& id) {
    return write_hex(id);
}

}  // namespace mcpm::traces
