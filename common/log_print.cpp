#include "common/fields/log_line_fields.hpp"
#include "common/log_format.hpp"
#include "common/log_reader.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>

namespace mcpm {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t longest_colour = 64;

void append_hex(std::string& out, unsigned value, int digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += hex[value >> shift & 15];
}

/// The length of the SGR sequence at the beginning of `text`, or 0.
std::size_t colour_length(std::string_view text) {
    if (text.size() < 3 || text[0] != '\x1b' || text[1] != '[') return 0;
    for (std::size_t i = 2; i < std::min(text.size(), longest_colour); ++i) {
        const char c = text[i];
        if (c == 'm') return i + 1;
        if ((c < '0' || c > '9') && c != ';' && c != ':') return 0;
    }
    return 0;
}

/// How far `text` is plain printable ASCII that needs no look.
std::size_t plain_length(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && text[n] >= 0x20 && text[n] < 0x7F && text[n] != '"' && text[n] != '\\') ++n;
    return n;
}

/// Walks `text`: plain runs and colours as pieces, the rest code point by code point.
template <typename Piece, typename Colour, typename Point>
void walk(std::string_view text, Piece&& piece, Colour&& colour, Point&& point) {
    while (!text.empty()) {
        std::size_t taken = plain_length(text);
        if (taken != 0) {
            piece(text.substr(0, taken));
        } else if ((taken = colour_length(text)) != 0) {
            colour(text.substr(0, taken));
        } else {
            const CodePoint code = decode_utf8(text);
            taken = std::max(1u, code.bytes);
            point(code, text.substr(0, taken));
        }
        text.remove_prefix(taken);
    }
}

void append_json_text(std::string& out, std::string_view text, Ansi ansi) {
    walk(
        text, [&](std::string_view piece) { out += piece; },
        [&](std::string_view colour) {
            if (ansi == Ansi::keep_colour) out.append("\\u001b").append(colour.substr(1));
        },
        [&](const CodePoint& code, std::string_view bytes) {
            if (code.bytes == 0) {
                out += replacement;
            } else if (code.value == '"' || code.value == '\\') {
                out.append("\\").append(bytes);
            } else if (code.value == '\t') {
                out += "\\t";
            } else if (is_control(code.value)) {
                out += "\\u";
                append_hex(out, static_cast<unsigned>(code.value), 4);
            } else {
                out += bytes;
            }
        });
}

std::string_view time_text(std::array<char, 30>& place, LogTime time) {
    write_log_time(place.data(), time);
    return {place.data(), place.size()};
}

std::string& append_key(std::string& out, std::string_view before, std::string_view key,
                        std::string_view behind) {
    return out.append(before).append(key).append(behind);
}

void append_json(std::string& out, const LogLine& line, Ansi ansi) {
    std::array<char, 30> time{};
    append_key(out, "{\"", fields::log_line::time, "\":\"").append(time_text(time, line.time));
    append_key(out, "\",\"", fields::log_line::stream, "\":\"").append(wire_name(line.stream));
    append_key(out, "\",\"", fields::log_line::level, "\":\"").append(wire_name(line.level));
    append_key(out, "\",\"", fields::log_line::text, "\":\"");
    append_json_text(out, line.text, ansi);
    append_key(out, "\",\"", fields::log_line::sequence, "\":").append(std::to_string(line.sequence));
    if (line.run != 0) append_key(out, ",\"", fields::log_line::run, "\":").append(std::to_string(line.run));
    if (line.note) append_key(out, ",\"", fields::log_line::note, "\":true");
    if (line.cut) append_key(out, ",\"", fields::log_line::cut, "\":true");
    out += '}';
}

/// RFC 4180. A spreadsheet takes a cell that begins with = + - @ for a formula, and the text is a stranger's:
/// such a text gets a leading apostrophe. Who needs the exact bytes takes JSON lines.
void append_csv(std::string& out, const LogLine& line) {
    std::array<char, 30> time{};
    out.append(time_text(time, line.time)).append(",").append(wire_name(line.stream));
    out.append(",").append(wire_name(line.level)).append(",").append(std::to_string(line.sequence));
    out.append(line.note ? ",note,\"" : line.cut ? ",cut,\"" : ",,\"");
    std::string text;
    append_sanitized(text, line.text, Ansi::strip);
    const std::size_t first = text.find_first_not_of(" \t");
    if (first != text.npos && std::string_view("=+-@").find(text[first]) != std::string_view::npos)
        out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += "\"\r\n";
}

void append_text(std::string& out, const LogLine& line, Ansi ansi) {
    const std::size_t before = out.size();
    append_sanitized(out, line.text, ansi);
    // One server's colour must not run into what is printed after its line.
    const bool coloured = ansi == Ansi::keep_colour && out.find('\x1b', before) != out.npos;
    if (coloured && !out.ends_with("\x1b[0m") && !out.ends_with("\x1b[m")) out += "\x1b[0m";
}

}  // namespace

void append_sanitized(std::string& out, std::string_view text, Ansi ansi) {
    walk(
        text, [&](std::string_view piece) { out += piece; },
        [&](std::string_view colour) {
            if (ansi == Ansi::keep_colour) out += colour;
        },
        [&](const CodePoint& code, std::string_view bytes) {
            if (code.bytes == 0) {
                out += replacement;
            } else if (code.value == '\t' || !is_control(code.value)) {
                out += bytes;
            } else {
                const bool short_form = code.value < 0x80;
                out += short_form ? "\\x" : "\\u";
                append_hex(out, static_cast<unsigned>(code.value), short_form ? 2 : 4);
            }
        });
}

void append_line(std::string& out, const LogLine& line, LogForm form, Ansi ansi) {
    switch (form) {
        case LogForm::json_lines:
            append_json(out, line, ansi);
            break;
        case LogForm::csv:
            append_csv(out, line);
            return;
        case LogForm::full: {
            std::array<char, 30> time{};
            out.append(time_text(time, line.time)).append(" ").append(wire_name(line.stream));
            out.append(" ").append(wire_name(line.level)).append(" ");
            append_text(out, line, ansi);
            break;
        }
        case LogForm::text:
            append_text(out, line, ansi);
            break;
    }
    out += '\n';
}

std::string_view csv_header() {
    return "time,stream,level,sequence,kind,text\r\n";
}

}  // namespace mcpm
