// A server's log: whole in the envelope, or streamed line by line, also as lines come.
#include "agent/api/endpoints.hpp"
#include "agent/api/log_reading.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/ascii.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

LogTime now_precise() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

std::string missed_note(std::uint64_t missed, const LogRequest& asked) {
    const std::string text = "… " + std::to_string(missed) + " lines missed";
    LogLine line;
    line.time = now_precise();
    line.note = true;
    line.text = text;
    std::string out;
    append_line(out, line, asked.form, asked.ansi);
    return out;
}

Task<bool> write_batch(http::BodyWriter& writer, const LogBatch& batch, const LogRequest& asked) {
    if (batch.missed != 0) {
        const auto note = missed_note(batch.missed, asked);
        const bool noted = co_await writer.write(note);
        if (!noted) co_return false;
    }
    const bool written = co_await writer.write(batch.bytes);
    co_return written;
}

struct Stream {
    Rooms& rooms;
    std::string server_id;
    LogRequest asked;
    LogBatch first;
    std::uint64_t seen;  // of the log's notifier, before the last look
};

/// Until there may be more lines than at the last look, or until the time that was asked for is over.
Task<> await_lines(std::shared_ptr<Stream> stream) {
    Notifier& changed = stream->rooms.logs.changed(stream->server_id);
    if (!stream->asked.query.until) co_return co_await changed.wait_since(stream->seen);
    const auto left = *stream->asked.query.until - now_precise();
    (void)co_await changed.wait_since(stream->seen, std::chrono::ceil<Clock::duration>(left));
}

bool has_ended(const Stream& stream) {
    if (!stream.rooms.supervisor.find(stream.server_id)) return true;
    return stream.asked.query.until && now_precise() >= *stream.asked.query.until;
}

Task<> stream_lines(std::shared_ptr<Stream> stream, http::BodyWriter& writer) {
    if (stream->asked.form == LogForm::csv) {
        const bool begun = co_await writer.write(csv_header());
        if (!begun) co_return;
    }
    Rooms& rooms = stream->rooms;
    auto batch = std::move(stream->first);
    for (;;) {
        const bool written = co_await write_batch(writer, batch, stream->asked);
        if (!written || !batch.cursor) co_return;
        if (batch.is_last) {
            if (!stream->asked.follow || has_ended(*stream)) co_return;
            if (batch.bytes.empty()) {
                co_await await_lines(stream);
            }
        }
        stream->seen = rooms.logs.changed(stream->server_id).count();
        auto next =
            co_await read_batch(rooms, rooms.logs.folder_of(stream->server_id), stream->asked, batch.cursor);
        if (!next) co_return;
        batch = std::move(*next);
    }
}

/// A plain ASCII name for a file, from any server's name.
std::string file_name(const ServerView& server, const LogRequest& asked) {
    std::string out;
    for (const char character : server.spec.name) {
        const bool is_plain = ascii::is_letter_or_digit(character) || character == '-' || character == '_';
        out += is_plain ? character : '_';
    }
    return out + "." + std::string(file_ending(asked.form));
}

Task<http::Response> answer_lines(Rooms& rooms, ServerView server, LogRequest asked, LogPurpose purpose) {
    // Without an end, a server that writes faster than this reads would keep the answer going for ever.
    // Not by the clock, which may stand before the last line when it was set back.
    const auto next = rooms.logs.next_sequence(server.id);
    if (!asked.follow && next != 0) asked.query.end = next;
    const auto seen = rooms.logs.changed(server.id).count();
    auto first = co_await read_batch(rooms, rooms.logs.folder_of(server.id), asked, std::nullopt);
    if (!first) co_return failure(first.error());
    http::Response response;
    response.content_type = content_type(asked.form);
    if (purpose == LogPurpose::save) {
        response.headers.emplace_back("Content-Disposition",
                                      "attachment; filename=\"" + file_name(server, asked) + "\"");
    }
    auto stream =
        std::make_shared<Stream>(Stream{rooms, server.id, std::move(asked), std::move(*first), seen});
    response.stream = [stream](http::BodyWriter& writer) { return stream_lines(stream, writer); };
    co_return response;
}

Task<http::Response> answer(Rooms& rooms, http::Request& request, LogPurpose purpose) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto asked = parse_log_query(request, purpose, now_utc());
    if (!asked) co_return failure(asked.error());
    if (asked->answer == LogAnswer::lines) {
        auto response = co_await answer_lines(rooms, *server, std::move(*asked), purpose);
        co_return response;
    }
    const auto text = co_await read_for_envelope(rooms, rooms.logs.folder_of(server->id), std::move(*asked));
    if (!text) co_return failure(text.error());
    co_return success_raw(*text);
}

}  // namespace

Task<http::Response> read_logs(Rooms& rooms, http::Request& request) {
    return answer(rooms, request, LogPurpose::read);
}

Task<http::Response> export_logs(Rooms& rooms, http::Request& request) {
    return answer(rooms, request, LogPurpose::save);
}

}  // namespace mcpm::api
