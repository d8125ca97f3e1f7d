#include "agent/mcp/opening_words.hpp"

#include "common/ascii.hpp"
#include "common/json_scan.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mcpm::mcp {

namespace {

constexpr unsigned lines_looked_at = 200;
constexpr std::size_t longest_sample = 120;

bool starts_like(std::string_view line, std::string_view word) {
    return line.size() >= word.size() &&
           std::equal(word.begin(), word.end(), line.begin(),
                      [](char left, char right) { return left == ascii::lower(right); });
}

std::string_view trimmed(std::string_view line) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool is_part_of_message(std::string_view line) {
    constexpr std::array<std::string_view, 4> members{R"("jsonrpc")", R"("id")", R"("result")", R"("error")"};
    return std::any_of(members.begin(), members.end(),
                       [&](std::string_view member) { return line.starts_with(member); });
}

bool is_answer_without_version(std::string_view line) {
    if (!line.starts_with('{') || !is_well_formed(line) || member(line, "jsonrpc")) return false;
    return member(line, "result") || member(line, "error");
}

}  // namespace

void OpeningWords::note(Kind kind, std::string_view sample) {
    if (kind <= kind_) return;  // the more telling ones stay
    kind_ = kind;
    sample_ = sample.substr(0, longest_sample);
}

void OpeningWords::saw_line(std::string_view line) {
    if (++lines_ > lines_looked_at) return;
    const std::string_view text = trimmed(line);
    if (text.empty()) return;
    if (starts_like(text, "content-length:")) return note(Kind::length_header, text);
    const bool goes_on = brace_open_ && is_part_of_message(text);
    brace_open_ = text == "{";
    if (goes_on) return note(Kind::spread_json, text);
    if (is_answer_without_version(text)) return note(Kind::no_jsonrpc, text);
    if (!brace_open_) note(Kind::text, text);
}

void OpeningWords::saw_own_request() {
    note(Kind::echo, {});
}

void OpeningWords::saw_answer_to(std::string_view id) {
    note(Kind::other_id, id.empty() ? std::string_view("null") : id);
}

bool OpeningWords::is_certain() const {
    return kind_ >= Kind::spread_json;
}

std::string OpeningWords::sentence() const {
    switch (kind_) {
        case Kind::nothing:
            break;
        case Kind::text:
            return "it prints text on stdout, which is no MCP message: " + sample_;
        case Kind::other_id:
            return "it answers with the id " + sample_ + ", which is not the id of the request";
        case Kind::no_jsonrpc:
            return R"(its answers lack "jsonrpc":"2.0")";
        case Kind::spread_json:
            return "its JSON is spread over several lines; MCP on stdio is one message a line";
        case Kind::length_header:
            return "it writes Content-Length headers, as language servers do; MCP on stdio is one message a "
                   "line";
        case Kind::echo:
            return "it repeats what it reads, so it is no MCP server";
    }
    return "it wrote nothing";
}

}  // namespace mcpm::mcp
