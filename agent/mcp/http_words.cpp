#include "agent/mcp/http_words.hpp"

#include "common/ascii.hpp"
#include "common/base64.hpp"
#include "common/json_cursor.hpp"
#include "common/json_walk.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t longest_session_id = 4096;

/// The member that Mcp-Name repeats; empty when the method has none.
std::string_view named_by(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") return "name";
    if (method == "resources/read") return "uri";
    return method.starts_with("tasks/") ? "taskId" : std::string_view();
}

std::string on_one_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(line),
                 [](char c) { return c != '\n' && c != '\r'; });
    return line;
}

/// Adds each element of an array text; false when it is none.
bool split_array(std::string_view text, std::vector<std::string>& out) {
    JsonCursor cursor(text);
    cursor.skip_space();
    if (cursor.peek() != '[') return false;
    cursor.advance();
    cursor.skip_space();
    while (cursor.peek() == '{') {
        const char* const begin = cursor.at();
        if (!cursor.skip_value(1)) return false;
        out.push_back(on_one_line({begin, static_cast<std::size_t>(cursor.at() - begin)}));
        cursor.skip_space();
        if (cursor.peek() != ',') break;
        cursor.advance();
        cursor.skip_space();
    }
    return cursor.peek() == ']';
}

constexpr unsigned deepest_param = 16;
constexpr std::size_t param_headers_limit = 64;

/// A token of RFC 9110.
bool is_header_name(std::string_view name) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [&](char c) {
        return ascii::is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
    });
}

/// Of a property: whether its argument may be one value that fits into a header.
bool fits_a_header(std::string_view property) {
    const std::string_view type = member(property, "type").text;
    return type != R"("object")" && type != R"("array")" && type != R"("null")";
}

void collect_param_headers(std::string_view schema, std::vector<std::string>& path,
                           std::vector<ParamHeader>& found) {
    const JsonSlice properties = member(schema, "properties");
    if (properties.type != JsonType::object || path.size() >= deepest_param) return;
    for_each_member(properties.text, [&](std::string_view quoted, const JsonSlice& property) {
        if (property.type != JsonType::object || found.size() > param_headers_limit) return;
        path.push_back(decode_string(JsonSlice{quoted, JsonType::string}));
        const JsonSlice name = member(property.text, "x-mcp-header");
        const bool is_good = name.type == JsonType::string && fits_a_header(property.text);
        if (name) found.push_back({path, is_good ? decode_string(name) : ""});
        collect_param_headers(property.text, path, found);
        path.pop_back();
    });
}

}  // namespace

namespace {

/// Nothing when one of them cannot be.
std::optional<std::vector<ParamHeader>> read_param_headers(std::string_view input_schema) {
    std::vector<ParamHeader> found;
    if (input_schema.find("x-mcp-header") == std::string_view::npos) return found;
    std::vector<std::string> path;
    collect_param_headers(input_schema, path, found);
    std::set<std::string> names;
    for (auto& header : found) {
        if (!is_header_name(header.name) || !names.insert(ascii::lowered(header.name)).second)
            return std::nullopt;
        header.name.insert(0, "Mcp-Param-");
    }
    if (found.size() > param_headers_limit) return std::nullopt;
    return found;
}

}  // namespace

std::vector<ParamHeader> param_headers_of(std::string_view input_schema) {
    return read_param_headers(input_schema).value_or(std::vector<ParamHeader>());
}

bool has_unfit_param_headers(std::string_view input_schema) {
    return !read_param_headers(input_schema).has_value();
}

std::optional<std::string> param_value(const ParamHeader& header, std::string_view arguments) {
    JsonSlice value{arguments, JsonType::object};
    for (const std::string& name : header.path) {
        if (value.type != JsonType::object) return std::nullopt;
        value = member(value.text, name);
    }
    if (value.type == JsonType::string) return header_value(decode_string(value));
    const bool is_single = value.type == JsonType::number || value.type == JsonType::boolean;
    return is_single ? std::optional<std::string>(value.text) : std::nullopt;
}

OutgoingMessage read_outgoing(std::string_view line) {
    const MessageScan scan = scan_message(line);
    OutgoingMessage message;
    message.kind = classify(scan).kind;
    message.method = decode_string(scan.method);
    if (message.kind == MessageKind::request) message.id = scan.id.text;
    const std::string_view named = named_by(message.method);
    if (named == "name") message.name = decode_string(scan.name);
    if (named == "uri") message.name = decode_string(scan.uri);
    if (named == "taskId" && scan.params.type == JsonType::object)
        message.name = decode_string(member(scan.params.text, named));
    if (message.method == "notifications/cancelled") message.request_id = scan.request_id.text;
    return message;
}

std::string header_value(std::string_view text) {
    const bool plain = !text.empty() && text.front() != ' ' && text.back() != ' ' &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
                       !(text.starts_with("=?base64?") && text.ends_with("?="));
    return plain ? std::string(text) : "=?base64?" + base64::encode(text) + "?=";
}

std::vector<std::string> messages_of(std::string_view text) {
    std::vector<std::string> messages;
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return messages;
    if (text[begin] == '[' && split_array(text, messages)) return messages;
    messages.assign(1, on_one_line(text));
    return messages;
}

std::string_view error_of(std::string_view body) {
    const MessageScan scan = scan_message(body);
    if (scan.fault != ScanFault::none || scan.error.type != JsonType::object) return {};
    return member(scan.error.text, "code").type == JsonType::number ? scan.error.text : std::string_view();
}

namespace {

constexpr std::size_t longest_words = 300;

/// The first that is a text, looked for in this order, one level deep in `error`.
std::string message_in(std::string_view object) {
    constexpr std::array<std::string_view, 6> names{"error_description", "message", "detail",
                                                    "error_message",     "title",   "error"};
    for (const std::string_view name : names) {
        const JsonSlice found = member(object, name);
        if (found.type == JsonType::object) {
            if (auto inner = decode_string(member(found.text, "message")); !inner.empty()) return inner;
        }
        if (found.type != JsonType::string) continue;
        if (auto text = decode_string(found); !text.empty()) return text;
    }
    return {};
}

std::string title_of(std::string_view page) {
    const auto begin = page.find("<title>");
    if (begin == std::string_view::npos) return {};
    const auto text = page.substr(begin + 7);
    return std::string(text.substr(0, text.find('<')));
}

/// Blanks and control characters joined to one space; cut between characters.
std::string on_one_short_line(std::string_view text) {
    std::string line;
    bool gap = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == 0x7F) {
            gap = !line.empty();
            continue;
        }
        if (line.size() >= longest_words && (byte & 0xC0u) != 0x80u) return line + "…";
        if (std::exchange(gap, false)) line.push_back(' ');
        line.push_back(c);
    }
    return line;
}

}  // namespace

std::string refusal_words(std::string_view body) {
    const auto begin = body.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    body.remove_prefix(begin);
    if (body.front() == '<') return on_one_short_line(title_of(body));
    if (body.front() != '{')
        return body.front() == '[' || !is_utf8(body) ? std::string() : on_one_short_line(body);
    return is_well_formed(body) ? on_one_short_line(message_in(body)) : std::string();
}

std::string answer_with_error(std::string_view id, std::string_view error) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":)" + on_one_line(error) + "}";
}

std::string describe_status(int status) {
    constexpr std::array<std::pair<int, std::string_view>, 15> names{{{400, "Bad Request"},
                                                                      {401, "Unauthorized"},
                                                                      {402, "Payment Required"},
                                                                      {403, "Forbidden"},
                                                                      {404, "Not Found"},
                                                                      {405, "Method Not Allowed"},
                                                                      {406, "Not Acceptable"},
                                                                      {408, "Request Timeout"},
                                                                      {413, "Content Too Large"},
                                                                      {415, "Unsupported Media Type"},
                                                                      {429, "Too Many Requests"},
                                                                      {500, "Internal Server Error"},
                                                                      {502, "Bad Gateway"},
                                                                      {503, "Service Unavailable"},
                                                                      {504, "Gateway Timeout"}}};
    const auto* const found =
        std::find_if(names.begin(), names.end(), [status](const auto& one) { return one.first == status; });
    return std::to_string(status) + (found == names.end() ? "" : " " + std::string(found->second));
}

bool is_unknown_session(int status, std::string_view body) {
    if (status == 404) return true;
    if (status != 400) return false;
    return ascii::contains(body.substr(0, 1024), "session");
}

bool is_session_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_session_id &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace mcpm::mcp
