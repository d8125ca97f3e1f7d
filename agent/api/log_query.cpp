#include "agent/api/log_query.hpp"

#include "agent/api/query.hpp"
#include "common/number.hpp"

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::uint64_t default_tail = 100;
constexpr std::size_t pattern_limit = 1024;

Error bad(std::string message) {
    return Error{ErrorCode::validation_error, std::move(message)};
}

Result<std::optional<std::uint64_t>> tail_of(const http::Request& request, LogPurpose purpose) {
    const auto text = request.parameter("tail");
    if (!text) return purpose == LogPurpose::read ? std::optional<std::uint64_t>(default_tail) : std::nullopt;
    if (*text == "all") return std::optional<std::uint64_t>();
    if (const auto lines = parse_count(*text)) return lines;
    return bad("tail: a number of lines or 'all' is expected, not '" + std::string(*text) + "'");
}

Result<std::optional<std::int64_t>> run_of(const http::Request& request) {
    const auto text = request.parameter("run");
    if (!text) return std::optional<std::int64_t>();
    const auto run = parse_number<std::int64_t>(*text);
    if (!run || *run == 0) {
        return bad("run: the number of a run, or -1 for the last, is expected, not '" + std::string(*text) +
                   "'");
    }
    return run;
}

Result<> read_format(const http::Request& request, LogPurpose purpose, LogRequest& out) {
    const std::string_view unspoken = purpose == LogPurpose::save ? "text" : out.follow ? "jsonl" : "json";
    const auto format = request.parameter("format").value_or(unspoken);
    out.answer = format == "json" ? LogAnswer::envelope : LogAnswer::lines;
    if (out.answer == LogAnswer::envelope && out.follow) {
        return bad("format: json is one whole answer and cannot follow; ask for jsonl");
    }
    if (format == "csv") out.form = LogForm::csv;
    if (format == "text") out.form = LogForm::text;
    if (format == "full") out.form = LogForm::full;
    return {};
}

}  // namespace

Result<LogRequest> parse_log_query(const http::Request& request, LogPurpose purpose, Timestamp now) {
    LogRequest out;
    out.follow = flag(request, "follow");
    if (auto read = read_format(request, purpose, out); !read) return read.error();
    const auto tail = tail_of(request, purpose);
    if (!tail) return tail.error();
    out.query.tail = *tail;
    // As docker and journalctl have it: who names a beginning or a run wants all of it.
    const bool names_a_part = request.parameter("since") || request.parameter("run");
    if (!request.parameter("tail") && names_a_part) out.query.tail.reset();
    const auto run = run_of(request);
    if (!run) return run.error();
    out.query.run = *run;
    if (const auto since = time_or_age(request, "since", now)) out.query.since = *since;
    if (const auto until = time_or_age(request, "until", now)) out.query.until = *until;
    if (out.query.since && out.query.until && *out.query.since > *out.query.until) {
        return bad("since: it is later than until");
    }
    if (const auto level = request.parameter("level")) out.query.minimum_level = parse_level(*level);
    if (const auto stream = request.parameter("stream")) {
        out.query.stream = *stream == "stdout" ? LogStream::standard_output : LogStream::error_output;
    }
    out.query.text = request.parameter("text").value_or("");
    out.query.pattern = request.parameter("grep").value_or("");
    if (out.query.pattern.size() > pattern_limit) return bad("grep: an expression has at most 1024 bytes");
    out.query.ignore_case = flag(request, "ignoreCase");
    out.query.notes = flag(request, "notes", true);
    out.ansi = flag(request, "colour") ? Ansi::keep_colour : Ansi::strip;
    return out;
}

std::string_view content_type(LogForm form) {
    switch (form) {
        case LogForm::json_lines:
            return "application/x-ndjson";
        case LogForm::csv:
            return "text/csv; charset=utf-8";
        case LogForm::text:
        case LogForm::full:
            return "text/plain; charset=utf-8";
    }
    return "text/plain; charset=utf-8";
}

std::string_view file_ending(LogForm form) {
    switch (form) {
        case LogForm::json_lines:
            return "jsonl";
        case LogForm::csv:
            return "csv";
        case LogForm::text:
        case LogForm::full:
            return "log";
    }
    return "log";
}

}  // namespace mcpm::api
