// The head of an answer as bytes, and the answers this room gives by itself (bad request, too slow, full).
// Pure.
#pragma once

#include "agent/http/message.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm::http {

enum class Framing { length, chunked, until_close, upgraded };
enum class After { keep, close };

std::string_view reason_of(unsigned status);

/// Status line and fields, with what keeps browsers strict unless the response gives it itself. `length` is
/// written for Framing::length. Control characters in a field's value become spaces, so that no value can
/// begin a new line.
void append_head(std::string& out, const Response& response, Framing framing, std::size_t length,
                 After after);

/// In the API's envelope. `message` and `code` are ours: plain ASCII without quotes.
Response envelope(unsigned status, std::string_view code, std::string_view message);

}  // namespace mcpm::http
