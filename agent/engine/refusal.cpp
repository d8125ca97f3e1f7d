#include "agent/engine/refusal.hpp"

#include "agent/engine/reading.hpp"
#include "common/ascii.hpp"
#include "common/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mcpm::engine {

namespace {

constexpr std::size_t longest_quote = 500;

/// The first row whose words are in what the engine said decides; then the status does.
struct Known {
    std::string_view words;  // lower case
    ErrorCode code;
    std::string_view hint;
};
constexpr std::array known{
    Known{"port is already allocated", ErrorCode::conflict,
          "another container or program uses that port: publish another one"},
    Known{"address already in use", ErrorCode::conflict,
          "another container or program uses that port: publish another one"},
    Known{"is already in use by", ErrorCode::conflict, "another container has that name"},
    Known{"name is in use", ErrorCode::conflict, "another container has that name"},
    Known{"no such image", ErrorCode::not_found, "see whether its name is right, and allow it to be pulled"},
    Known{"manifest unknown", ErrorCode::not_found, "see whether the image's name and tag are right"},
    Known{"manifest for", ErrorCode::not_found, "see whether the image's name and tag are right"},
    Known{"no matching manifest", ErrorCode::not_found, "the image is not made for this platform"},
    Known{"does not match the specified platform", ErrorCode::not_found,
          "the image is not made for this platform"},
    Known{"unauthorized", ErrorCode::unauthorized, "log in to its registry with `docker login`"},
    Known{"authentication required", ErrorCode::unauthorized, "log in to its registry with `docker login`"},
    Known{"no basic auth credentials", ErrorCode::unauthorized, "log in to its registry with `docker login`"},
    Known{"pull access denied", ErrorCode::unauthorized,
          "see whether its name is right, or log in to its registry with `docker login`"},
    Known{"toomanyrequests", ErrorCode::rate_limited, "log in to its registry with `docker login`, or wait"},
    Known{"no such host", ErrorCode::unavailable,
          "the engine does not reach the image's registry: see its network"},
    Known{"connection refused", ErrorCode::unavailable,
          "the engine does not reach the image's registry: see its network"},
    Known{"i/o timeout", ErrorCode::unavailable,
          "the engine does not reach the image's registry: see its network"},
    Known{"no space left on device", ErrorCode::unavailable, "make room where the engine keeps its images"},
    Known{"executable file not found", ErrorCode::cannot_launch,
          "the image has no such program: see its entrypoint and the arguments"},
    Known{"no command specified", ErrorCode::cannot_launch,
          "the image starts nothing by itself: give a command"},
    Known{"exec format error", ErrorCode::cannot_launch, "the image is made for another platform"},
    Known{"bind source path does not exist", ErrorCode::cannot_launch,
          "make the folder, or correct the volume"},
    Known{"statfs ", ErrorCode::cannot_launch, "make the folder, or correct the volume"},  // Podman
    Known{"container-init binary not found", ErrorCode::cannot_launch, "install catatonit, Podman's init"},
    Known{"no such container", ErrorCode::not_found, ""},
    Known{"is not running", ErrorCode::wrong_state, ""},
};

ErrorCode code_of(unsigned status) {
    switch (status) {
        case 400:
            return ErrorCode::validation_error;
        case 401:
            return ErrorCode::unauthorized;
        case 403:
            return ErrorCode::forbidden;
        case 404:
            return ErrorCode::not_found;
        case 409:
            return ErrorCode::conflict;
        case 503:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::internal_error;
    }
}

}  // namespace

std::string sanitized(std::string_view text) {
    std::string out;
    while (!text.empty() && out.size() < longest_quote) {
        const CodePoint point = decode_utf8(text);
        if (point.bytes == 0) {
            out += '?';
            text.remove_prefix(1);
            continue;
        }
        if (is_control(point.value))
            out += ' ';
        else
            out += text.substr(0, point.bytes);
        text.remove_prefix(point.bytes);
    }
    if (!text.empty()) out += "…";
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string said(std::string_view body) {
    const Json json = parse_json(body);
    for (const char* key : {"message", "cause", "error"})
        if (auto text = text_in(json, key); !text.empty()) return sanitized(text);
    return sanitized(body);
}

Error refused(unsigned status, std::string_view body, std::string_view attempted) {
    const std::string words = said(body);
    const std::string looked_at = ascii::lowered(words);
    Error error{code_of(status), fmt::format("{}: {}", attempted, words)};
    if (words.empty()) error.message = fmt::format("{}: the engine answered {}", attempted, status);
    for (const auto& row : known) {
        if (looked_at.find(row.words) == std::string::npos) continue;
        error.code = row.code;
        error.hint = row.hint;
        break;
    }
    return error;
}

}  // namespace mcpm::engine
