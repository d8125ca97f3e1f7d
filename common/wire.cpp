#include "common/wire.hpp"

#include <algorithm>
#include <array>

namespace mcpm::wire {

namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_members = 1024;  // of one object: its members are searched one after the other

/// Names the place by line and column too, which an editor shows.
Error invalid(std::string_view text, std::size_t offset, const std::string& why) {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1);
    return {ErrorCode::validation_error, "invalid JSON at byte " + std::to_string(offset) + " (line " +
                                             std::to_string(line) + ", column " + std::to_string(column) +
                                             "): " + why};
}

/// Looks at the brackets alone, before anything is built.
Result<> check_shape(std::string_view text, bool bound_members) {
    std::array<std::size_t, deepest + 1> members{};
    std::array<bool, deepest + 1> is_object{};
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) return invalid(text, i + 1, "more than 64 levels of nesting");
            members[depth] = 0;
            is_object[depth] = c == '{';
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        } else if (c == ',' && bound_members && is_object[depth] && ++members[depth] >= most_members) {
            return invalid(text, i + 1, "an object with more than 1024 members");
        }
    }
    return {};
}

/// nlohmann says "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …".
std::string reason(std::string_view what) {
    const std::size_t column = what.find("column ");
    const std::size_t colon = what.find(": ", column == std::string_view::npos ? 0 : column);
    return std::string(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

Result<Json> parse_shaped(std::string_view text) {
    try {
        return as_result(Json::parse(text.begin(), text.end()));
    } catch (const Json::parse_error& error) {
        return invalid(text, error.byte, reason(error.what()));
    } catch (const Json::exception& error) {
        return Error{ErrorCode::validation_error, std::string("invalid JSON: ") + error.what()};
    }
}

}  // namespace

Result<Json> parse(std::string_view text) {
    const auto shape = check_shape(text, true);
    if (!shape) return shape.error();
    return parse_shaped(text);
}

Result<Json> parse_answer(std::string_view text) {
    const auto shape = check_shape(text, false);
    if (!shape)
        return Error{ErrorCode::internal_error,
                     "the agent's answer cannot be read: " + shape.error().message};
    auto json = parse_shaped(text);
    if (!json)
        return Error{ErrorCode::internal_error, "the agent's answer cannot be read: " + json.error().message};
    return json;
}

std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string success(const Json& data) {
    return "{\"success\":true,\"data\":" + to_text(data) + "}";
}

std::string success(const Json& data, std::string_view message) {
    return "{\"success\":true,\"message\":" + to_text(message) + ",\"data\":" + to_text(data) + "}";
}

std::string success_message(std::string_view message) {
    return "{\"success\":true,\"message\":" + to_text(message) + "}";
}

}  // namespace mcpm::wire
