// Base64 and base64url (RFC 4648, sections 4 and 5). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcpm::base64 {

inline constexpr std::string_view plain_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum class Alphabet { plain, url };
enum class Padding { full, none };

std::string encode(std::string_view bytes, Alphabet alphabet = Alphabet::plain,
                   Padding padding = Padding::full);

/// Of either alphabet, padded or not; line ends between the digits are passed over. Nothing for anything
/// else.
std::optional<std::string> decode(std::string_view text);

}  // namespace mcpm::base64
