// A text as programs write it down within another: only what is needed to find it there again. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// Two digits for each byte, "0" to "f".
std::string in_hex(std::string_view bytes);

enum class Hex { upper, lower };
/// All but letters, digits and "-._~" as %XX (RFC 3986).
std::string percent_encoded(std::string_view text, Hex hex);

enum class Slashes { plain, escaped };
/// The inside of a JSON string; bytes beyond ASCII as they are.
std::string json_escaped(std::string_view text, Slashes slashes);

/// What stands for `text` in base64 whatever is encoded before and behind it: one for each of the three
/// places that it may begin at, in both alphabets where they differ. No padding.
std::vector<std::string> base64_within(std::string_view text);

}  // namespace mcpm
