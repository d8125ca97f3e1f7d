// A remote MCP server over HTTP: Streamable HTTP of every revision, and the older HTTP+SSE with its two
// endpoints. Each message is a POST; what comes back, as a body or as a stream, are the peer's lines. Owned
// by one Session. Knows of messages only what their transport needs.
//
// - What goes wrong with one POST becomes a JSON-RPC error for exactly its request.
// - A session the server has forgotten (404) is opened again with the same initialize, and what had been
//   refused is sent again; the session above sees nothing but list_changed.
// - A remote that cannot be reached while nothing else of it lives is `lost`: whoever owns it tries again.
// - In the per-request era a cancel closes the request's own connection; before, it is a message.
// - Credentials are headers of the target. They go to its origin only and appear in no text.
#pragma once

#include "agent/mcp/era.hpp"
#include "agent/mcp/http_words.hpp"
#include "agent/mcp/peer.hpp"
#include "agent/mcp/sse_reader.hpp"
#include "agent/outgoing/client.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::mcp {

/// Where a remote is and what it wants to see. http: Streamable HTTP, or HTTP+SSE when it refuses that.
struct HttpTarget {
    std::string url;
    outgoing::Headers headers = {};
    Transport transport = Transport::http;
};

/// JSON-RPC errors of our own carry this code and data {"problem", "status"}.
inline constexpr int remote_error_code = rpc_code::internal_error;

class HttpPeer final : public Peer, public std::enable_shared_from_this<HttpPeer> {
  public:
    static constexpr std::size_t posts_limit = 256;  // at once; the others wait

    /// `client` must be prepared, and outlive this.
    HttpPeer(Loop& loop, outgoing::Client& client, HttpTarget target, Events events, PeerLimits limits = {});

    Result<> start(TaskGroup& group) override;
    using Peer::send;
    Result<> send(std::string line, std::uint64_t tag) override;
    bool withdraw(std::uint64_t tag) override;
    void close_input() override;
    /// Takes leave of a session with DELETE, which the client sees to.
    void close() override;
    bool input_open() const override { return open_; }
    std::size_t queued_bytes() const override { return queued_bytes_; }

  private:
    enum class Body { none, messages, stream, refused };
    /// Whose message it is: the session's, or ours to open a forgotten session again or to learn of headers.
    enum class Author { session, reopening, listing };
    struct Post {
        explicit Post(Loop& loop) : timer(loop) {}
        std::string line;
        std::uint64_t tag = 0;
        Author author = Author::session;
        OutgoingMessage message;
        outgoing::Ticket ticket;
        SseReader reader;
        Body body = Body::none;
        std::string text;  // of a body that is no stream
        int status = 0;
        std::string session_id;  // under which it was sent
        std::string cursor;      // of the page behind a listing of ours
        bool answered = false, sent_again = false;
        unsigned failed_resumes = 0;
        Timer timer;  // until it is resumed
    };
    using PostPointer = std::shared_ptr<Post>;
    /// The stream that no POST opened: GET of the handshake era, or the one of HTTP+SSE.
    struct Stream {
        explicit Stream(Loop& loop) : timer(loop) {}
        outgoing::Ticket ticket;
        SseReader reader;
        Timer timer;
        Duration delay{0};
        Clock::time_point since{};
        int status = 0;
        bool live = false;      // its head was good
        bool was_live = false;  // ever
        std::string text;       // of a head that was not
    };
    using StreamPointer = std::shared_ptr<Stream>;

    // http_peer.cpp: messages out
    void pump();
    void begin(const PostPointer& post);
    outgoing::Request request_of(const Post& post) const;
    void add_session_headers(outgoing::Headers& headers) const;
    bool is_modern(const Post& post) const;
    void cancel(const OutgoingMessage& cancelled);
    void finish(const PostPointer& post);
    void deliver_later(std::string line);

    // http_peer_answers.cpp: answers in
    outgoing::Receiver receiver_of(const PostPointer& post);
    void on_head(const PostPointer& post, const outgoing::Head& head);
    void on_body(const PostPointer& post, std::string_view bytes);
    void on_done(const PostPointer& post, const std::optional<outgoing::Failure>& failure);
    void on_refused(const PostPointer& post);
    void on_refused_opening(const PostPointer& post);
    static std::string refused_version(const Post& post);
    void feed(const PostPointer& post, std::string_view bytes);
    void deliver(const PostPointer& post, std::string_view text);
    void learn(const Post& post, const MessageScan& answer);
    void forget_discover();
    void oversized(const Post& post, std::uint64_t length);
    void fail(const PostPointer& post, const Error& error);
    void resume_later(const PostPointer& post);
    void resume(const PostPointer& post);
    void send_again(const PostPointer& refused);
    void reopen();
    void reopened();
    void lose(Error why);
    void drop_all();
    bool is_alive(const Post* except) const;
    Error status_error(int status, std::string_view body) const;
    std::string words_of(std::string_view body) const;
    Error cut_off_error() const;

    // http_peer_params.cpp: arguments that headers repeat
    void add_param_headers(outgoing::Headers& headers, const Post& post) const;
    void learn_param_headers(const JsonSlice& result);
    void look_up_param_headers(const PostPointer& refused);
    void list_tools(std::string_view cursor);
    void on_listed(const Post& list);

    // http_peer_stream.cpp
    void open_stream();
    void drop_stream();
    void begin_stream(const StreamPointer& stream);
    void on_stream_head(const StreamPointer& stream, const outgoing::Head& head);
    void on_stream_body(const StreamPointer& stream, std::string_view bytes);
    void on_stream_event(const SseEvent& event);
    void on_stream_done(const StreamPointer& stream, const std::optional<outgoing::Failure>& failure);
    void open_two_endpoints();
    void on_endpoint(std::string_view address);
    void fail_two_endpoints(Error why);

    Loop& loop_;
    outgoing::Client& client_;
    HttpTarget target_;
    Events events_;
    PeerLimits limits_;
    std::string origin_;
    bool open_ = false, closed_ = false;
    bool holding_ = false;        // nothing but what opens the session may go out now
    bool two_endpoints_ = false;  // HTTP+SSE
    bool reopening_ = false;
    bool lost_ = false;
    std::optional<Era> era_;        // known by an answer
    std::string endpoint_;          // where messages go
    std::string protocol_version_;  // of the handshake
    std::string session_id_;
    std::string initialize_;  // the message, for opening a session again
    PostPointer fallback_;    // the initialize that Streamable HTTP refused
    std::deque<PostPointer> queue_;
    std::size_t queued_bytes_ = 0;
    std::map<const Post*, PostPointer> posts_;
    StreamPointer stream_;
    std::map<std::string, std::vector<ParamHeader>> param_headers_;  // by tool, of those that have any
    std::vector<PostPointer> unlisted_;  // refused for their headers: sent again when the tools are listed
    unsigned listed_pages_ = 0;
};

}  // namespace mcpm::mcp
