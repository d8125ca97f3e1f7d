// Numbers as text, whatever the locale says: digits with '-' before them where the type has it; no '+', no
// blank.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace mcpm {

/// Takes the number off that `text` begins with; nothing, and nothing taken, when there is none or the type
/// cannot hold it.
template <typename Number>
std::optional<Number> take_number(std::string_view& text, int base = 10) {
    Number number{};
    const char* const end = text.data() + text.size();
    std::from_chars_result read{};
    if constexpr (std::floating_point<Number>)
        read = std::from_chars(text.data(), end, number);
    else
        read = std::from_chars(text.data(), end, number, base);
    if (read.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return number;
}

/// The number that the whole of `text` is.
template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
    const auto number = take_number<Number>(text, base);
    return text.empty() ? number : std::nullopt;
}

}  // namespace mcpm
