// A text as programs write it down within another: only what is needed to find it there again. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// Two digits for each byte, "0" to "f".
enum class Hex { upper, lower };
std::string in_hex(std::string_view bytes, Hex hex = Hex::lower);

/// All but letters, digits and "-._~" as %XX (RFC 3986).
std::string percent_encoded(std::string_view text, Hex hex);

/// %XX made bytes again; what is no such escape stays as it is.
std::string percent_decoded(std::string_view text);

/// So many digits of "0" to "f", and nothing else.
bool is_hex(std::string_view text, std::size_t digits);

/// Each way that a URL or a form has `text`: with the characters left alone that the usual programs leave
/// alone (RFC 3986, encodeURIComponent, Python's quote), a blank as %20 or +, the digits in either case.
std::vector<std::string> percent_forms(std::string_view text);

/// Each way that the inside of a JSON string has `text`: with slashes, what is beyond ASCII and what means
/// something in HTML (<, >, &; also quotes and +) escaped or not, the digits in either case.
std::vector<std::string> json_forms(std::string_view text);

/// Each way that HTML or XML has `text`.
std::vector<std::string> markup_forms(std::string_view text);

/// What stands for `text` in base64 whatever is encoded before and behind it: one for each of the three
/// places that it may begin at, in both alphabets where they differ. No padding.
std::vector<std::string> base64_within(std::string_view text);

}  // namespace mcpm
