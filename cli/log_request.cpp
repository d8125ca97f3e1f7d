#include "cli/log_request.hpp"

#include "cli/when.hpp"
#include "common/number.hpp"
#include "common/units.hpp"

namespace mcpm::cli {

namespace {

template <typename Number>
Result<Number> read_number(const char* option, const std::string& text) {
    if (const auto value = parse_number<Number>(text)) return *value;
    return Error{ErrorCode::validation_error, std::string(option) + ": '" + text + "' is not a whole number"};
}

Result<std::optional<LogTime>> read_time(const char* option, const std::string& text, Timestamp now) {
    if (text.empty()) return std::optional<LogTime>{};
    const auto time = read_when(text, now);
    if (!time) return Error{ErrorCode::validation_error, std::string(option) + ": " + time.error().message};
    return std::optional<LogTime>(*time);
}

// Checked before; a time of the log's own, to the nanosecond, passes as it is.
std::string sent_time(const std::string& text) {
    const bool is_exact = text.ends_with('Z') && text.find('.') != std::string::npos;
    const auto time = is_exact ? Result<std::string>(text) : time_for_agent("", text);
    return time ? *time : text;
}

const char* wire_format(LogForm form) {
    switch (form) {
        case LogForm::text:
            return "text";
        case LogForm::full:
            return "full";
        case LogForm::json_lines:
            return "jsonl";
        case LogForm::csv:
            return "csv";
    }
    return "text";
}

}  // namespace

void LogRequest::declare(Options& options) {
    options.positionals("NAME…", servers,
                        "servers, by name, id or pattern; the lines of several are merged by time",
                        Completes::servers, true);
    options.flag("-f,--follow", follow, "go on printing; survives a restart of the agent");
    options.value("-n,--tail", "N", tail, "the last N lines that match, or all (default: 100)");
    options.flag("--all", all, "the same as --tail all");
    options.value("--since", "TIME", since,
                  "from then on: a time (local, unless it has a zone), yesterday, or an age as 10m, 1w");
    options.value("--until", "TIME", until, "before then");
    options.value("--grep", "PATTERN", grep,
                  "lines that match a regular expression of RE2: \\d+, \\bword\\b, (?i)any case");
    options.value("--text", "TEXT", text, "lines that contain this text");
    options.flag("-i,--ignore-case", ignore_case, "in --grep and --text, for letters of all scripts");
    options.value("--level", "LEVEL", level,
                  "this level and above, and the lines that belong to them, such as a traceback's");
    options.choices({"trace", "debug", "info", "warning", "error", "fatal"});
    options.value("--stream", "NAME", stream, "stdout or stderr");
    options.choices({"stdout", "stderr"});
    options.value("--run", "N", run, "of one run; -1 is the last, -2 the one before");
    options.value("--trace", "ID", trace, "of the time and run of the calls that are part of this trace");
    options.flag("-t,--timestamps", times, "time, stream and level before each line");
    options.flag("--no-notes", no_notes, "without mcpm's own lines (run started, lines dropped)");
    options.value("-o,--output,--format", "FORMAT", format, "text, full, json (a JSON object a line) or csv");
    options.choices({"text", "full", "json", "jsonl", "csv"});
    options.flag("--json", json, "the same as -o json");
    options.value("--export", "FILE", export_file, "write the whole log (or what matches) to a file");
}

Result<> LogRequest::check() const {
    const auto wrong = [](std::string message) {
        return Error{ErrorCode::validation_error, std::move(message)};
    };
    if (json && !format.empty() && form() != LogForm::json_lines)
        return wrong("--json and -o " + format + " exclude each other");
    if (all && !tail.empty()) return wrong("--all and --tail cannot be given together");
    if (follow && !export_file.empty()) return wrong("--follow and --export cannot be given together");
    if (follow && !until.empty()) return wrong("--follow and --until cannot be given together");
    if (follow && form() == LogForm::csv) return wrong("--follow prints text, full or json, not csv");
    if (!trace.empty() && (follow || !since.empty() || !until.empty() || !run.empty()))
        return wrong(
            "--trace says itself which time and run; --follow, --since, --until and --run go without");
    const auto query = to_log_query(now_utc());
    if (!query) return query.error();
    return {};
}

LogForm LogRequest::form() const {
    if (format == "csv") return LogForm::csv;
    if (json || format == "json" || format == "jsonl") return LogForm::json_lines;
    return format == "full" || times ? LogForm::full : LogForm::text;
}

Ansi LogRequest::ansi(const Output& out) const {
    return out.paint() == Paint::yes ? Ansi::keep_colour : Ansi::strip;
}

std::string LogRequest::tail_words() const {
    if (all) return "all";
    if (!tail.empty()) return tail;
    const bool chosen = !since.empty() || !until.empty() || !run.empty() || !export_file.empty();
    return chosen ? "all" : "100";
}

Query LogRequest::query(const Output& out, LogUse use) const {
    Query query;
    query.add("tail", tail_words());
    query.add_if("since", sent_time(since))
        .add_if("until", sent_time(until))
        .add_if("level", level)
        .add_if("stream", stream);
    query.add_if("text", text).add_if("grep", grep).add_if("run", run);
    if (ignore_case) query.add("ignoreCase", "1");
    if (no_notes) query.add("notes", "0");
    if (use == LogUse::followed) return query.add("format", "jsonl").add("follow", "1");
    if (ansi(out) == Ansi::keep_colour) query.add("colour", "1");
    return query.add("format", wire_format(form()));
}

Result<LogQuery> LogRequest::to_log_query(Timestamp now) const {
    LogQuery query;
    const std::string lines = tail_words();
    if (lines != "all") {
        const auto count = read_number<std::uint64_t>("--tail", lines);
        if (!count) return count.error();
        query.tail = *count;
    }
    const auto from = read_time("--since", since, now);
    if (!from) return from.error();
    const auto to = read_time("--until", until, now);
    if (!to) return to.error();
    query.since = *from;
    query.until = *to;
    if (!level.empty()) {
        query.minimum_level = parse_level(level);
        if (!query.minimum_level) {
            return Error{ErrorCode::validation_error,
                         "--level: '" + level + "' is not one of trace, debug, info, warning, error, fatal"};
        }
    }
    if (!stream.empty())
        query.stream = stream == "stdout" ? LogStream::standard_output : LogStream::error_output;
    if (!run.empty()) {
        const auto number = read_number<std::int64_t>("--run", run);
        if (!number) return number.error();
        query.run = *number;
    }
    query.text = text;
    query.pattern = grep;
    query.ignore_case = ignore_case;
    query.notes = !no_notes;
    return query;
}

}  // namespace mcpm::cli
