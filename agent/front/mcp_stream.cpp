#include "agent/front/mcp_stream.hpp"

#include <utility>

namespace mcpm::front {

namespace {

constexpr std::chrono::seconds comment_interval{15};
constexpr std::string_view retry_line = "retry: 1000\n";

/// Counts a reader for as long as it lives.
struct Reader {
    explicit Reader(gateway::ClientPtr client_) : client(std::move(client_)) {
        if (client) ++client->readers;
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        if (!client) return;
        --client->readers;
        client->used = Clock::now();
    }
    gateway::ClientPtr client;
};

std::string id_line(const EventStream& stream, std::uint64_t item) {
    return "id: " + std::to_string(stream.number) + "-" + std::to_string(item) + "\n";
}

Task<> write_events(std::shared_ptr<EventStream> stream, http::BodyWriter& writer) {
    const Reader reader(stream->client);
    gateway::Outbox& out = *stream->out;
    const std::uint64_t turn = out.attach();
    out.wake();  // an earlier reader sees that it is no longer it
    std::string bytes = stream->opening;
    if (stream->is_primed) {
        const auto* const first = out.next();
        bytes += id_line(*stream, first != nullptr ? first->number - 1 : out.last_number());
        bytes.append(retry_line).append("data: \n\n");
    }
    for (;;) {
        while (out.is_reader(turn)) {
            const auto* const item = out.next();
            if (item == nullptr || bytes.size() > (256u << 10)) break;
            if (stream->has_ids) bytes += id_line(*stream, item->number);
            bytes.append("event: message\ndata: ").append(item->text).append("\n\n");
            out.advance();
        }
        if (!bytes.empty()) {
            const bool written = co_await writer.write(bytes);
            bytes.clear();
            if (!written) co_return;
            continue;
        }
        if (!out.is_reader(turn) || out.is_finished()) co_return;
        const bool changed = co_await out.wait_for(comment_interval);
        if (!changed) bytes = ":\n\n";
    }
}

}  // namespace

http::Response event_stream(EventStream stream) {
    http::Response response;
    response.content_type = "text/event-stream";
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.headers.emplace_back("X-Accel-Buffering", "no");
    auto shared = std::make_shared<EventStream>(std::move(stream));
    response.stream = [shared](http::BodyWriter& writer) { return write_events(shared, writer); };
    return response;
}

}  // namespace mcpm::front
