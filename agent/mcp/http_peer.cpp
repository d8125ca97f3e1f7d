#include "agent/mcp/http_peer.hpp"

#include "common/ascii.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr Duration leave_limit{2'000};    // for the DELETE
constexpr Duration notice_limit{30'000};  // for a message without an answer

/// Headers that the transport itself decides about.
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 11> names{
        "accept",         "connection",           "content-length",    "content-type", "expect", "host",
        "mcp-session-id", "mcp-protocol-version", "transfer-encoding", "user-agent",   "upgrade"};
    return std::any_of(names.begin(), names.end(),
                       [name](std::string_view one) { return ascii::same(one, name); });
}

}  // namespace

HttpPeer::HttpPeer(Loop& loop, outgoing::Client& client, HttpTarget target, Events events, PeerLimits limits)
    : loop_(loop),
      client_(client),
      target_(std::move(target)),
      events_(std::move(events)),
      limits_(limits),
      origin_(client.origin_of(target_.url)),
      endpoint_(target_.url) {
    std::erase_if(target_.headers, [](const auto& header) { return is_reserved(header.first); });
}

Result<> HttpPeer::start(TaskGroup& /*group*/) {
    if (origin_.empty()) {
        return Error{ErrorCode::validation_error, "reach a remote server: its URL is no http or https URL"};
    }
    open_ = true;
    if (target_.transport == Transport::sse) open_two_endpoints();
    return {};
}

Result<> HttpPeer::send(std::string line, std::uint64_t tag) {
    if (!open_) return Error{ErrorCode::unavailable, "send to " + origin_ + ": the connection is closed"};
    auto post = std::make_shared<Post>(loop_);
    post->message = read_outgoing(line);
    if (post->message.method == "notifications/cancelled") {
        cancel(post->message);
        if (era_ != Era::handshake) return {};
    }
    if (queue_.size() >= limits_.queued_messages || queued_bytes_ + line.size() >= limits_.queued_bytes) {
        return Error{ErrorCode::unavailable, "send to " + origin_ + ": it does not answer, and " +
                                                 std::to_string(queue_.size()) +
                                                 " messages are waiting already"};
    }
    if (two_endpoints_ && post->message.method == "server/discover") {
        deliver_later(make_error(post->message.id, rpc_code::method_not_found,
                                 "this transport has no server/discover", {}));
        return {};
    }
    if (post->message.method == "initialize") initialize_ = line;
    post->line = std::move(line);
    post->tag = tag;
    post->reader = SseReader(limits_.line);
    queued_bytes_ += post->line.size();
    queue_.push_back(std::move(post));
    pump();
    return {};
}

/// Never from within send().
void HttpPeer::deliver_later(std::string line) {
    asio::post(loop_, [weak = weak_from_this(), line = std::move(line)] {
        const auto self = weak.lock();
        if (self && !self->closed_) self->events_.line(line, false);
    });
}

bool HttpPeer::withdraw(std::uint64_t tag) {
    const auto found =
        std::find_if(queue_.begin(), queue_.end(), [tag](const auto& post) { return post->tag == tag; });
    if (tag == 0 || found == queue_.end()) return false;
    queued_bytes_ -= (*found)->line.size();
    queue_.erase(found);
    return true;
}

/// The request's own connection is closed in every era: nobody reads its answer.
void HttpPeer::cancel(const OutgoingMessage& cancelled) {
    std::erase_if(unlisted_, [&](const auto& post) { return post->message.id == cancelled.request_id; });
    for (const auto& [key, post] : posts_) {
        if (post->message.id != cancelled.request_id || post->message.id.empty()) continue;
        const PostPointer found = post;
        finish(found);
        return;
    }
}

void HttpPeer::pump() {
    while (open_ && !holding_ && !queue_.empty() && posts_.size() < posts_limit) {
        const PostPointer post = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= post->line.size();
        begin(post);
    }
}

bool HttpPeer::is_modern(const Post& post) const {
    if (two_endpoints_ || post.message.method == "initialize") return false;
    return post.message.method == "server/discover" || era_ == Era::per_request;
}

void HttpPeer::add_session_headers(outgoing::Headers& headers) const {
    if (!protocol_version_.empty()) headers.emplace_back("MCP-Protocol-Version", protocol_version_);
    if (!session_id_.empty()) headers.emplace_back("Mcp-Session-Id", session_id_);
}

outgoing::Request HttpPeer::request_of(const Post& post) const {
    outgoing::Request request;
    request.method = "POST";
    request.url = endpoint_;
    request.body = post.line;
    request.headers = target_.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json, text/event-stream");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    if (is_modern(post)) {
        request.headers.emplace_back("MCP-Protocol-Version", std::string(per_request_version));
        request.headers.emplace_back("Mcp-Method", header_value(post.message.method));
        if (!post.message.name.empty())
            request.headers.emplace_back("Mcp-Name", header_value(post.message.name));
        add_param_headers(request.headers, post);
    } else if (post.message.method != "initialize") {
        add_session_headers(request.headers);
    }
    request.limits.body = 0;
    if (post.message.kind != MessageKind::request) request.limits.total = notice_limit;
    return request;
}

void HttpPeer::begin(const PostPointer& post) {
    post->session_id = session_id_;
    post->status = 0;
    post->body = Body::none;
    post->text.clear();
    posts_[post.get()] = post;
    // Nothing overtakes what ends the handshake.
    if (post->message.method == "notifications/initialized") holding_ = true;
    auto ticket = client_.start(request_of(*post), receiver_of(post));
    if (ticket) {
        post->ticket = std::move(*ticket);
        return;
    }
    asio::post(loop_, [weak = weak_from_this(), post, error = ticket.error()] {
        const auto self = weak.lock();
        if (self && !self->closed_ && self->posts_.contains(post.get())) self->fail(post, error);
    });
}

void HttpPeer::finish(const PostPointer& post) {
    post->timer.cancel();
    post->ticket.cancel();
    posts_.erase(post.get());
    if (post->message.method == "notifications/initialized") {
        if (post->author == Author::reopening) return reopened();
        holding_ = false;
        if (era_ == Era::handshake && !two_endpoints_) open_stream();
    }
    if (post->author == Author::listing) return on_listed(*post);
    pump();
}

void HttpPeer::close_input() {
    open_ = false;
    queue_.clear();
    queued_bytes_ = 0;
}

void HttpPeer::drop_all() {
    for (const auto& [key, post] : std::exchange(posts_, {})) {
        post->timer.cancel();
        post->ticket.cancel();
    }
    fallback_.reset();
    unlisted_.clear();
    drop_stream();
}

void HttpPeer::close() {
    if (closed_) return;
    closed_ = true;
    close_input();
    drop_all();
    if (session_id_.empty() || two_endpoints_) return;
    outgoing::Request leave;
    leave.method = "DELETE";
    leave.url = target_.url;
    leave.headers = target_.headers;
    add_session_headers(leave.headers);
    leave.limits.total = leave_limit;
    client_.send_and_forget(std::move(leave));
}

}  // namespace mcpm::mcp
