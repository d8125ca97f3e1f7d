#include "cli/trace_lines.hpp"

#include "cli/output.hpp"
#include "cli/own_fields.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/trace_fields.hpp"
#include "common/units.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>

namespace mcpm::cli {

namespace {

constexpr std::string_view mask = "***";

std::string milliseconds(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.2fms" : "%.0fms", value);
    return text.data();
}

/// The part of the time that changes while one watches.
std::string time_of_day(const std::string& time) {
    constexpr std::size_t begin = 11;
    return time.size() > begin ? time.substr(begin, 12) : time;
}

void add(std::string& line, const std::string& word) {
    if (!word.empty()) line += " " + harmless(word);
}

bool is_of_the_agent(std::string_view method) {
    constexpr std::array<std::string_view, 4> known{"initialize", "server/discover", "ping",
                                                    "subscriptions/listen"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

bool has_mask(const Json& json) {
    if (json.is_string()) return json.get_ref<const std::string&>().find(mask) != std::string::npos;
    return json.is_structured() && std::any_of(json.begin(), json.end(), has_mask);
}

RecordedCall call_of(const Json& record) {
    const Json& body = member(record, fields::trace::body);
    RecordedCall call{text(record, fields::trace::method),
                      text(record, fields::trace::name),
                      member(body, fields::mcp::params),
                      {}};
    // The agent's own, of the session it was recorded in; the replay has another.
    if (call.params.is_object()) call.params.erase("_meta");
    if (!body.is_object()) call.left_out = "its message was not recorded";
    if (has_mask(call.params)) call.left_out = "something secret was taken out of it";
    return call;
}

}  // namespace

std::string trace_text(const Json& record) {
    const std::string kind = text(record, fields::trace::kind);
    if (kind == "lagged") return "… " + text(record, fields::trace::missed) + " messages were missed\n";
    std::string line = time_of_day(text(record, fields::trace::time));
    line += text(record, fields::trace::direction) == "to-server" ? " ->" : " <-";
    const std::string method = text(record, fields::trace::method);
    add(line, method.empty() ? kind : method);
    add(line, text(record, fields::trace::name));
    if (const Json& id = member(record, fields::trace::id); !id.is_null()) add(line, "#" + compact(id));
    add(line, text(record, fields::trace::outcome));
    if (const auto took = number(record, fields::trace::duration_ms)) add(line, milliseconds(*took));
    const std::string client = text(record, fields::trace::client);
    if (!client.empty()) add(line, "(" + client + ")");
    if (const std::string trace = text(record, fields::trace::trace); !trace.empty())
        add(line, "trace=" + trace);
    add(line, format_bytes(static_cast<std::uint64_t>(
                  std::max<std::int64_t>(integer(record, fields::trace::bytes).value_or(0), 0))));
    line += "\n";
    if (const Json& body = member(record, fields::trace::body); !body.is_null())
        line += "    " + compact(body) + "\n";
    if (is_true(record, fields::trace::body_left_out)) line += "    (too long, or not readable)\n";
    return line;
}

std::string recording_header(std::string_view server, std::string_view now) {
    return compact(Json{
               {own::mcpm_trace, 1}, {own::version, MCPM_VERSION}, {own::server, server}, {own::date, now}}) +
           "\n";
}

Result<std::vector<RecordedCall>> read_recording(std::string_view text_of_all) {
    std::vector<RecordedCall> calls;
    std::map<std::string, std::size_t> open;  // id -> its call
    std::size_t number_of_line = 0;
    while (!text_of_all.empty()) {
        const auto line = take_line(text_of_all);
        ++number_of_line;
        if (line.empty()) continue;
        const auto record = wire::parse_answer(line);
        const bool is_good = record && record->is_object() &&
                             (number_of_line > 1 || integer(*record, own::mcpm_trace) == std::int64_t{1});
        if (!is_good) {
            return Error{ErrorCode::validation_error,
                         "line " + std::to_string(number_of_line) + " is not of a recording",
                         {},
                         "`mcpm trace NAME --record FILE` writes one"};
        }
        const bool to_server = text(*record, fields::trace::direction) == "to-server";
        const std::string kind = text(*record, fields::trace::kind);
        const std::string id = compact(member(*record, fields::trace::id));
        if (to_server && kind == "request" && !is_of_the_agent(text(*record, fields::trace::method))) {
            open[id] = calls.size();
            calls.push_back(call_of(*record));
        }
        const auto asked = open.find(id);
        if (to_server || asked == open.end() || (kind != "response" && kind != "error")) continue;
        calls[asked->second].outcome = text(*record, fields::trace::outcome);
        open.erase(asked);
    }
    if (number_of_line == 0) return Error{ErrorCode::validation_error, "the recording is empty"};
    return calls;
}

std::string outcome_of(const Json& answer) {
    if (answer.contains(fields::mcp::error)) return "error";
    return is_true(member(answer, fields::mcp::result), fields::mcp::is_error) ? "tool-error" : "ok";
}

}  // namespace mcpm::cli
