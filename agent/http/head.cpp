#include "agent/http/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mcpm::http {

namespace {

struct Reason {
    unsigned status;
    std::string_view text;
};
constexpr std::array reasons{
    Reason{101, "Switching Protocols"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{413, "Content Too Large"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{422, "Unprocessable Content"},
    Reason{426, "Upgrade Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
};

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_value(std::string& out, std::string_view value) {
    const auto from = static_cast<std::ptrdiff_t>(out.size());
    out += value;
    const auto is_control = [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
    };
    std::replace_if(out.begin() + from, out.end(), is_control, ' ');
}

struct Default {
    std::string_view name;
    std::string_view value;
};
/// For whatever a browser might do with an answer; an endpoint that means otherwise gives the field itself.
constexpr std::array defaults{
    Default{"X-Content-Type-Options", "nosniff"},
    Default{"Cache-Control", "no-store"},
    Default{"Referrer-Policy", "no-referrer"},
    Default{"Cross-Origin-Resource-Policy", "same-origin"},
    Default{"X-Frame-Options", "DENY"},
    Default{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
};

void append_default(std::string& out, const Default& field) {
    out += field.name;
    out += ": ";
    out += field.value;
    out += "\r\n";
}

void append_defaults(std::string& out, const Response& response) {
    static const std::string all = [] {
        std::string text;
        for (const auto& field : defaults) append_default(text, field);
        return text;
    }();
    if (response.headers.empty()) {
        out += all;
        return;
    }
    for (const auto& field : defaults) {
        const bool is_given = std::any_of(response.headers.begin(), response.headers.end(),
                                          [&](const auto& header) { return header.first == field.name; });
        if (!is_given) append_default(out, field);
    }
}

}  // namespace

std::string_view reason_of(unsigned status) {
    for (const auto& reason : reasons) {
        if (reason.status == status) return reason.text;
    }
    return "Unknown";
}

void append_head(std::string& out, const Response& response, Framing framing, std::size_t length,
                 After after) {
    out += "HTTP/1.1 ";
    append_number(out, response.status);
    out += ' ';
    out += reason_of(response.status);
    if (framing != Framing::upgraded && !response.content_type.empty()) {
        out += "\r\nContent-Type: ";
        append_value(out, response.content_type);
    }
    if (framing == Framing::length && response.status != 204 && response.status != 304) {  // RFC 9110, 8.6
        out += "\r\nContent-Length: ";
        append_number(out, length);
    } else if (framing == Framing::chunked) {
        out += "\r\nTransfer-Encoding: chunked";
    }
    out += "\r\n";
    append_defaults(out, response);
    if (after == After::close) out += "Connection: close\r\n";
    for (const auto& [name, value] : response.headers) {
        append_value(out, name);
        out += ": ";
        append_value(out, value);
        out += "\r\n";
    }
    out += "\r\n";
}

Response envelope(unsigned status, std::string_view code, std::string_view message) {
    Response response;
    response.status = status;
    response.body = R"({"success":false,"error":")";
    response.body += message;
    response.body += R"(","code":")";
    response.body += code;
    response.body += "\"}";
    return response;
}

}  // namespace mcpm::http
