#include "agent/api/log_reading.hpp"

#include "agent/async/offload.hpp"
#include "common/fields/log_line_fields.hpp"

#include <utility>

namespace mcpm::api {

namespace {

constexpr std::size_t batch_bytes = 256u << 10;
constexpr std::uint64_t envelope_lines = 10'000;
constexpr std::size_t envelope_bytes = 32u << 20;

/// read_on() does not end with the run: later batches end where the next shared one begins.
void end_with_run(const LogReader& reader, LogQuery& query) {
    if (!query.run) return;
    const auto runs = reader.runs();
    bool is_found = false;
    std::int64_t back = 0;
    std::optional<LogTime> next;
    for (auto run = runs.rbegin(); run != runs.rend() && !is_found; ++run) {
        const bool is_shared = run->kind == RunKind::shared;
        if (is_shared) --back;
        is_found = *query.run < 0 ? is_shared && back == *query.run
                                  : run->run == static_cast<std::uint64_t>(*query.run);
        if (is_found && !is_shared) return;
        if (!is_found && is_shared) next = run->started;
    }
    if (is_found && next && (!query.until || *query.until > *next)) query.until = next;
}

/// Blocking; on a worker.
Result<LogBatch> read_now(const std::filesystem::path& folder, const LogRequest& asked,
                          const std::optional<LogCursor>& from) {
    LogBatch batch;
    const auto sink = [&](const LogLine& line) {
        append_line(batch.bytes, line, asked.form, asked.ansi);
        batch.is_last = batch.bytes.size() < batch_bytes;
        return batch.is_last;
    };
    const LogReader reader(folder);
    if (!from) {
        const auto read = reader.read(asked.query, sink);
        if (!read) return read.error();
        batch.cursor = *read;
        return batch;
    }
    auto rest = asked.query;
    rest.tail.reset();
    end_with_run(reader, rest);
    const auto read = reader.read_on(*from, rest, sink);
    if (!read) return read.error();
    batch.cursor = read->cursor;
    batch.missed = read->missed;
    return batch;
}

Result<std::string> read_whole(const std::filesystem::path& folder, LogRequest asked) {
    const bool is_bounded = asked.query.tail && *asked.query.tail <= envelope_lines;
    // One more than is given shows that there was more.
    if (!is_bounded) asked.query.tail = envelope_lines + 1;
    std::string lines;
    std::uint64_t count = 0;
    std::size_t first_end = 0;
    bool is_truncated = false;
    const auto sink = [&](const LogLine& line) {
        append_line(lines, line, LogForm::json_lines, asked.ansi);
        while (!lines.empty() && lines.back() == '\n') lines.pop_back();
        lines += ',';
        if (++count == 1) first_end = lines.size();
        is_truncated = lines.size() > envelope_bytes;
        return !is_truncated;
    };
    const LogReader reader(folder);
    const auto read = reader.read(asked.query, sink);
    if (!read) return read.error();
    if (!lines.empty()) lines.pop_back();
    std::string_view shown = lines;
    if (!is_bounded && count > envelope_lines) {
        shown.remove_prefix(first_end);
        is_truncated = true;
    }
    std::string out = std::string("{\"") + fields::log_line::lines + "\":[";
    out += shown;
    if (is_truncated) {
        out.append("],\"").append(fields::log_line::truncated).append("\":true}");
    } else {
        out += "]}";
    }
    return out;
}

}  // namespace

Task<Result<LogBatch>> read_batch(Rooms& rooms, std::filesystem::path folder, LogRequest asked,
                                  std::optional<LogCursor> from) {
    auto work = [folder = std::move(folder), asked = std::move(asked), from](std::stop_token left) mutable {
        asked.query.abandoned = std::move(left);
        return read_now(folder, asked, from);
    };
    auto batch = co_await offload_stoppable(rooms.workers, std::move(work));
    co_return batch;
}

Task<Result<std::string>> read_for_envelope(Rooms& rooms, std::filesystem::path folder, LogRequest asked) {
    auto work = [folder = std::move(folder), asked = std::move(asked)](std::stop_token left) mutable {
        asked.query.abandoned = std::move(left);
        return read_whole(folder, asked);
    };
    auto text = co_await offload_stoppable(rooms.workers, std::move(work));
    co_return text;
}

}  // namespace mcpm::api
