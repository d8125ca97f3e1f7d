// HttpPeer: what comes back for one POST.
#include "agent/mcp/http_peer.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t refusal_limit = 64u << 10;  // of a body that says why not
constexpr unsigned resumes_limit = 5;             // without a stream
constexpr Duration default_retry{1'000};
constexpr std::uint64_t longest_retry = 60'000;

bool is_good(int status) {
    return status >= 200 && status < 300;
}

bool answers(const MessageScan& scan, const std::string& id) {
    if (!scan.id || scan.method) return false;
    return scan.id.text == id || scan.id.text == "\"" + id + "\"";
}

}  // namespace

outgoing::Receiver HttpPeer::receiver_of(const PostPointer& post) {
    const auto on = [self = weak_from_this(), to = std::weak_ptr<Post>(post)](auto what) {
        const auto peer = self.lock();
        const auto found = to.lock();
        if (peer && found && !peer->closed_ && peer->posts_.contains(found.get())) what(*peer, found);
    };
    outgoing::Receiver receiver;
    receiver.head = [on](const outgoing::Head& head) {
        on([&](HttpPeer& peer, const PostPointer& to) { peer.on_head(to, head); });
    };
    receiver.body = [on](std::string_view bytes) {
        on([&](HttpPeer& peer, const PostPointer& to) { peer.on_body(to, bytes); });
    };
    receiver.done = [on](const std::optional<outgoing::Failure>& failure) {
        on([&](HttpPeer& peer, const PostPointer& to) { peer.on_done(to, failure); });
    };
    return receiver;
}

void HttpPeer::on_head(const PostPointer& post, const outgoing::Head& head) {
    post->status = head.status;
    if (!is_good(head.status)) {
        post->body = Body::refused;
        return;
    }
    const std::string_view session = head.header("mcp-session-id");
    if (post->message.method == "initialize" && is_session_id(session)) session_id_ = session;
    if (head.is_event_stream()) {
        post->body = Body::stream;
        post->failed_resumes = 0;
    } else if (post->message.kind == MessageKind::request && !two_endpoints_) {
        post->body = Body::messages;
    }
}

void HttpPeer::on_body(const PostPointer& post, std::string_view bytes) {
    switch (post->body) {
        case Body::none:
            return;
        case Body::stream:
            return feed(post, bytes);
        case Body::refused:
            post->text.append(bytes.substr(0, refusal_limit - std::min(post->text.size(), refusal_limit)));
            return;
        case Body::messages:
            break;
    }
    post->text.append(bytes);
    if (post->text.size() > limits_.line) oversized(*post, post->text.size());
    if (post->answered) finish(post);
}

void HttpPeer::feed(const PostPointer& post, std::string_view bytes) {
    post->reader.feed(bytes, [&](const SseEvent& event) {
        if (event.oversized > 0) return oversized(*post, event.oversized);
        if (event.event == "message") deliver(post, event.data);
    });
}

/// The session's own limit, told as a pipe tells it; the id is known here.
void HttpPeer::oversized(const Post& post, std::uint64_t length) {
    const auto found = posts_.find(&post);
    if (found == posts_.end() || closed_) return;
    const PostPointer keep = found->second;
    keep->answered = true;
    if (post.author == Author::listing) return;
    events_.oversized(R"({"jsonrpc":"2.0","id":)" + post.message.id + ",", {}, length);
}

void HttpPeer::deliver(const PostPointer& post, std::string_view text) {
    for (const std::string& line : messages_of(text)) {
        if (closed_ || lost_) return;
        const MessageScan scan = scan_message(line);
        const bool is_answer = answers(scan, post->message.id);
        if (is_answer) {
            post->answered = true;
            learn(*post, scan);
        }
        if (is_answer && post->message.method == "tools/list") learn_param_headers(scan.result);
        if (post->author == Author::session) {
            events_.line(line, false);
        } else if (post->author == Author::listing) {
            if (is_answer) post->cursor = decode_string(member(scan.result.text, "nextCursor"));
        } else if (is_answer && !scan.result) {
            return lose(Error{ErrorCode::wrong_state,
                              "open the session with " + origin_ + " again: the server refused the handshake",
                              {Detail::problem, "session"}});
        }
    }
}

/// As the session above decides: the first good answer is the era.
void HttpPeer::learn(const Post& post, const MessageScan& answer) {
    if (post.message.method == "server/discover" && !era_) {
        const auto event = read_discover_answer(answer.result, answer.error);
        if (event == Opening::Event::discovered_modern) era_ = Era::per_request;
    } else if (post.message.method == "initialize" && era_ != Era::per_request) {
        std::string version;
        if (read_initialize_answer(answer.result, version) != Opening::Event::initialized) return;
        protocol_version_ = version;
        era_ = Era::handshake;
        forget_discover();
    }
}

/// Silence was its answer; its connection serves nobody.
void HttpPeer::forget_discover() {
    const auto found = std::find_if(posts_.begin(), posts_.end(), [](const auto& entry) {
        return entry.second->message.method == "server/discover";
    });
    if (found == posts_.end()) return;
    const PostPointer post = found->second;
    finish(post);
}

void HttpPeer::on_done(const PostPointer& post, const std::optional<outgoing::Failure>& failure) {
    const bool wants_answer = post->message.kind == MessageKind::request && !post->answered;
    if (failure && failure->is_unreachable()) {
        return is_alive(post.get()) ? fail(post, failure->error) : lose(failure->error);
    }
    if (!failure && post->body == Body::refused) return on_refused(post);
    if (!failure && post->body == Body::messages) deliver(post, std::exchange(post->text, {}));
    if (closed_ || lost_ || !posts_.contains(post.get())) return;
    if (!wants_answer || post->answered || (two_endpoints_ && !failure)) {
        const bool reopens = post->author == Author::reopening && post->message.method == "initialize";
        finish(post);
        if (!reopens || lost_) return;
        auto initialized = std::make_shared<Post>(loop_);
        initialized->author = Author::reopening;
        initialized->line = make_notification("notifications/initialized", {});
        initialized->message = read_outgoing(initialized->line);
        return begin(initialized);
    }
    const bool may_resume = era_ == Era::handshake && !two_endpoints_ && post->body == Body::stream &&
                            !post->reader.last_event_id().empty() && post->failed_resumes < resumes_limit;
    if (may_resume) return resume_later(post);
    // Whoever breaks on the newer question may answer the older one; a redirect concerns both.
    const bool opens = !era_ && (post->message.method == "initialize" ||
                                 (failure && failure->problem == outgoing::Problem::redirect));
    if (failure && opens) return lose(failure->error);
    if (failure) return fail(post, failure->error);
    fail(post, cut_off_error());
}

void HttpPeer::on_refused(const PostPointer& post) {
    const bool opens = post->message.method == "initialize" || post->message.method == "server/discover";
    if (post->author == Author::reopening && opens) return lose(status_error(post->status, post->text));
    if (opens && !era_) return on_refused_opening(post);
    const bool in_session = !post->session_id.empty() && era_ == Era::handshake;
    if (post->failed_resumes > 0) {  // it may have been carried out: not sent again
        const bool forgotten = in_session && post->session_id == session_id_ && post->status == 404;
        fail(post, cut_off_error());
        return forgotten && !closed_ && !lost_ ? reopen() : void();
    }
    if (in_session && !post->sent_again && is_unknown_session(post->status, post->text))
        return send_again(post);
    const std::string_view error = error_of(post->text);
    const bool is_of_headers = era_ == Era::per_request && post->message.method == "tools/call" &&
                               member(error, "code").text == std::to_string(rpc_code::header_mismatch);
    if (is_of_headers && !post->sent_again) return look_up_param_headers(post);
    const bool wants_credentials = post->status == 401 || post->status == 403;
    if (error.empty() || wants_credentials || post->author != Author::session ||
        post->message.kind != MessageKind::request)
        return fail(post, status_error(post->status, post->text));
    const std::string line = answer_with_error(post->message.id, error);
    finish(post);
    events_.line(line, false);
}

/// The answer to an initialize that 400 refuses for its version, in JSON-RPC or in plain words; empty
/// otherwise.
std::string HttpPeer::refused_version(const Post& post) {
    if (post.status != 400 || post.message.method != "initialize") return {};
    const std::string_view given = error_of(post.text);
    const std::string error = given.empty()
                                  ? R"({"code":-32603,"message":)" + quote(post.text.substr(0, 1024)) + "}"
                                  : std::string(given);
    const std::string asked = decode_string(member(scan_message(post.line).params.text, "protocolVersion"));
    const bool is_of_version = !version_after_refusal(JsonSlice{error, JsonType::object}, asked).empty();
    return is_of_version ? answer_with_error(post.message.id, error) : std::string();
}

/// Whoever answers discover with an error, by whatever status, is asked for the handshake; whoever refuses
/// that by one of three statuses may be of the older transport.
void HttpPeer::on_refused_opening(const PostPointer& post) {
    const int status = post->status;
    const bool discover = post->message.method == "server/discover";
    const std::string_view error = error_of(post->text);
    if (status == 401 || status == 403) return lose(status_error(status, post->text));
    if (const auto refusal = refused_version(*post); !discover && !refusal.empty()) {
        finish(post);
        return events_.line(refusal, false);
    }
    if (!discover && !two_endpoints_ && (status == 400 || status == 404 || status == 405)) {
        posts_.erase(post.get());
        fallback_ = post;
        return open_two_endpoints();
    }
    if (error.empty() && !discover) return lose(status_error(status, post->text));
    const std::string line = error.empty() ? make_error(post->message.id, remote_error_code,
                                                        status_error(status, post->text).message, {})
                                           : answer_with_error(post->message.id, error);
    finish(post);
    events_.line(line, false);
}

Error HttpPeer::cut_off_error() const {
    return Error{ErrorCode::unavailable,
                 "reach " + origin_ + ": the answer ended before it was complete",
                 {Detail::problem, "cut-off"}};
}

/// The refusal's own words may repeat what was sent: credentials are taken out of them.
std::string HttpPeer::words_of(std::string_view body) const {
    std::string words = refusal_words(body);
    const auto hide = [&words](std::string_view secret) {
        if (secret.size() < 6) return;
        for (auto at = words.find(secret); at != std::string::npos; at = words.find(secret, at))
            words.replace(at, secret.size(), "***");
    };
    for (const auto& [name, value] : target_.headers) {
        hide(value);
        hide(std::string_view(value).substr(value.rfind(' ') + 1));
    }
    return words;
}

Error HttpPeer::status_error(int status, std::string_view body) const {
    Error error{ErrorCode::unavailable, "reach " + origin_ + ": it answered " + describe_status(status)};
    std::string problem = "http-status";
    if (status == 401) {
        problem = "unauthorized";
        error.message += ": credentials are missing or not accepted";
    } else if (status == 403) {
        problem = "forbidden";
        error.message += ": these credentials, or none, are not allowed this";
    }
    if (const std::string words = words_of(body); !words.empty()) error.message += "; it says: " + words;
    error.details = ErrorDetails(Detail::problem, std::move(problem)).set(Detail::status, status);
    if (status == 401 || status == 403) error.hint = "mcpm update NAME --header 'Authorization: Bearer …'";
    return error;
}

void HttpPeer::fail(const PostPointer& post, const Error& error) {
    if (post->author == Author::reopening && post->message.kind == MessageKind::request) return lose(error);
    const bool tell = post->message.kind == MessageKind::request && post->author != Author::listing &&
                      !std::exchange(post->answered, true);
    finish(post);
    if (tell)
        events_.line(make_error(post->message.id, remote_error_code, error.message, error.details.json()),
                     false);
}

// ---- a stream that ended before its answer ----

void HttpPeer::resume_later(const PostPointer& post) {
    ++post->failed_resumes;
    post->ticket.cancel();
    post->body = Body::none;
    const auto asked = post->reader.retry();
    post->timer.expires_after(asked ? Duration(std::min(*asked, longest_retry)) : default_retry);
    post->timer.async_wait([weak = weak_from_this(), post](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (self && !problem && !self->closed_ && self->posts_.contains(post.get())) self->resume(post);
    });
}

void HttpPeer::resume(const PostPointer& post) {
    post->reader.reset();
    outgoing::Request request;
    request.url = target_.url;
    request.headers = target_.headers;
    request.headers.emplace_back("Accept", "text/event-stream");
    request.headers.emplace_back("Last-Event-ID", post->reader.last_event_id());
    add_session_headers(request.headers);
    request.limits.body = 0;
    auto ticket = client_.start(std::move(request), receiver_of(post));
    if (!ticket) return fail(post, ticket.error());
    post->ticket = std::move(*ticket);
}

// ---- a session the server has forgotten ----

void HttpPeer::send_again(const PostPointer& post) {
    post->ticket.cancel();
    posts_.erase(post.get());
    post->sent_again = true;
    queued_bytes_ += post->line.size();
    queue_.push_front(post);
    if (post->session_id == session_id_) return reopen();
    pump();
}

void HttpPeer::reopen() {
    if (std::exchange(reopening_, true)) return;
    holding_ = true;
    session_id_.clear();
    drop_stream();
    auto post = std::make_shared<Post>(loop_);
    post->author = Author::reopening;
    post->line = initialize_;
    post->message = read_outgoing(initialize_);
    post->reader = SseReader(limits_.line);
    begin(post);
}

/// What was known about the server may have changed with it.
void HttpPeer::reopened() {
    reopening_ = holding_ = false;
    const auto self = shared_from_this();
    for (const std::string_view list : {"tools", "prompts", "resources"}) {
        if (closed_) return;
        events_.line(make_notification("notifications/" + std::string(list) + "/list_changed", {}), false);
    }
    if (closed_) return;
    open_stream();
    pump();
    if (!closed_ && events_.reopened) events_.reopened();
}

// ---- the end ----

/// Whether anything but this post has a connection that the server answers on.
bool HttpPeer::is_alive(const Post* except) const {
    if (stream_ && stream_->live) return true;
    return std::any_of(posts_.begin(), posts_.end(), [except](const auto& entry) {
        return entry.first != except && entry.second->body == Body::stream;
    });
}

void HttpPeer::lose(Error why) {
    if (closed_ || std::exchange(lost_, true)) return;
    const auto self = shared_from_this();
    close_input();
    drop_all();
    session_id_.clear();
    events_.lost(std::move(why));
}

}  // namespace mcpm::mcp
