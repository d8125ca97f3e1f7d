// HttpPeer: the stream that no POST opened. In the handshake era of Streamable HTTP it is optional and
// carries what belongs to no request; in HTTP+SSE it is the session, and its first event names where messages
// go.
#include "agent/mcp/http_peer.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t refusal_limit = 4096;
constexpr Duration default_retry{1'000};
constexpr Duration longest_retry{60'000};
constexpr auto short_life = std::chrono::seconds(1);

}  // namespace

void HttpPeer::open_stream() {
    stream_ = std::make_shared<Stream>(loop_);
    stream_->reader = SseReader(limits_.line);
    begin_stream(stream_);
}

void HttpPeer::drop_stream() {
    const auto stream = std::exchange(stream_, nullptr);
    if (!stream) return;
    stream->timer.cancel();
    stream->ticket.cancel();
}

void HttpPeer::begin_stream(const StreamPointer& stream) {
    outgoing::Request request;
    request.url = target_.url;
    request.headers = target_.headers;
    request.headers.emplace_back("Accept", "text/event-stream");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    if (!two_endpoints_) add_session_headers(request.headers);
    const std::string& last = stream->reader.last_event_id();
    if (!last.empty()) request.headers.emplace_back("Last-Event-ID", last);
    request.limits.body = 0;
    stream->status = 0;
    stream->live = false;
    stream->text.clear();
    const auto on = [self = weak_from_this(), to = std::weak_ptr<Stream>(stream)](auto what) {
        const auto peer = self.lock();
        const auto found = to.lock();
        if (peer && found && !peer->closed_ && peer->stream_ == found) what(*peer, found);
    };
    outgoing::Receiver receiver;
    receiver.head = [on](const outgoing::Head& head) {
        on([&](HttpPeer& peer, const StreamPointer& to) { peer.on_stream_head(to, head); });
    };
    receiver.body = [on](std::string_view bytes) {
        on([&](HttpPeer& peer, const StreamPointer& to) { peer.on_stream_body(to, bytes); });
    };
    receiver.done = [on](const std::optional<outgoing::Failure>& failure) {
        on([&](HttpPeer& peer, const StreamPointer& to) { peer.on_stream_done(to, failure); });
    };
    auto ticket = client_.start(std::move(request), std::move(receiver));
    if (ticket) stream->ticket = std::move(*ticket);
}

void HttpPeer::on_stream_head(const StreamPointer& stream, const outgoing::Head& head) {
    stream->status = head.status;
    stream->live = head.status == 200 && head.is_event_stream();
    stream->was_live = stream->was_live || stream->live;
    stream->since = Clock::now();
    if (stream->live) return;
    if (head.status >= 200 && head.status < 300) {  // no stream: nothing of it is of interest
        stream->ticket.cancel();
        on_stream_done(stream, std::nullopt);
    }
}

void HttpPeer::on_stream_body(const StreamPointer& stream, std::string_view bytes) {
    if (!stream->live) {
        stream->text.append(bytes.substr(0, refusal_limit - std::min(stream->text.size(), refusal_limit)));
        return;
    }
    stream->reader.feed(bytes, [&](const SseEvent& event) {
        if (!closed_ && stream_ == stream) on_stream_event(event);
    });
}

void HttpPeer::on_stream_event(const SseEvent& event) {
    if (event.oversized > 0) return events_.oversized(event.data, event.tail, event.oversized);
    if (two_endpoints_ && event.event == "endpoint") return on_endpoint(event.data);
    if (event.event != "message") return;
    for (const std::string& line : messages_of(event.data)) {
        if (closed_ || lost_) return;
        events_.line(line, false);
    }
}

void HttpPeer::on_stream_done(const StreamPointer& stream, const std::optional<outgoing::Failure>& failure) {
    const bool was_live = std::exchange(stream->live, false);
    if (two_endpoints_) {
        if (failure && !was_live) return fail_two_endpoints(failure->error);
        if (!was_live) return fail_two_endpoints(status_error(stream->status, stream->text));
        return fail_two_endpoints(
            Error{ErrorCode::unavailable,
                  "reach " + origin_ + ": its event stream, which is the session, ended",
                  {Detail::problem, "cut-off"}});
    }
    if (failure && failure->is_unreachable() && !is_alive(nullptr)) return lose(failure->error);
    if (!failure && !was_live) {
        // Whoever never had a stream says 404 for it as well.
        const bool forgotten =
            !session_id_.empty() && stream->was_live && is_unknown_session(stream->status, stream->text);
        drop_stream();
        return forgotten ? reopen() : void();
    }
    const auto asked = stream->reader.retry();
    const Duration base = asked ? Duration(*asked) : default_retry;
    const bool was_short = Clock::now() - stream->since < short_life;
    stream->delay = std::min(longest_retry, was_short ? std::max(base, 2 * stream->delay) : base);
    stream->reader.reset();
    stream->timer.expires_after(stream->delay);
    stream->timer.async_wait([weak = weak_from_this(), stream](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (self && !problem && !self->closed_ && self->stream_ == stream) self->begin_stream(stream);
    });
}

// ---- HTTP+SSE ----

void HttpPeer::open_two_endpoints() {
    two_endpoints_ = holding_ = true;
    open_stream();
}

void HttpPeer::on_endpoint(std::string_view address) {
    const auto resolved = client_.resolve(target_.url, std::string(address));
    const std::string origin = resolved ? client_.origin_of(*resolved) : std::string();
    if (origin.empty() || origin != origin_) {
        return fail_two_endpoints(Error{ErrorCode::forbidden,
                                        "reach " + origin_ + ": it wants its messages sent to " +
                                            (origin.empty() ? "an address that is none" : origin) +
                                            ", which is another host",
                                        {Detail::problem, "redirect"}});
    }
    endpoint_ = *resolved;
    era_ = Era::handshake;
    holding_ = false;
    if (const auto post = std::exchange(fallback_, nullptr)) {
        queued_bytes_ += post->line.size();
        queue_.push_front(post);
    }
    pump();
}

/// Whoever fell back hears what Streamable HTTP had said.
void HttpPeer::fail_two_endpoints(Error why) {
    const auto post = std::exchange(fallback_, nullptr);
    if (!post) return lose(std::move(why));
    const std::string_view error = error_of(post->text);
    if (error.empty()) return lose(status_error(post->status, post->text));
    two_endpoints_ = holding_ = false;
    drop_stream();
    events_.line(answer_with_error(post->message.id, error), false);
}

}  // namespace mcpm::mcp
