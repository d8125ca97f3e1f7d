// One connection's conversation: read a request, ask the endpoint, write the answer, again. Ends alone,
// whatever happens in it.
#pragma once

#include "agent/http/connection.hpp"
#include "agent/http/head.hpp"
#include "agent/http/listener.hpp"
#include "agent/http/request_parser.hpp"

#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace mcpm::http {

/// What all sessions of a listener share; outlives them.
struct SessionContext {
    Limits limits;
    Endpoint endpoint;
    Listener::Report report;
    HeadCheck head_check = {};
    std::uint64_t requests = 0;
};

class Session {
  public:
    Session(std::shared_ptr<Connection> connection, std::shared_ptr<SessionContext> context);

    Task<> run();
    /// Beyond the cap of connections: says so and goes.
    Task<> refuse();

  private:
    enum class Next { request, close };
    enum class Read { whole, ended, refused };

    Task<Next> serve_one();
    /// `refusal` has the status 0 unless there is one: with Read::whole, what is answered in place of the
    /// endpoint.
    Task<Read> read_request(Response& refusal);
    Response failed(const Request& request, const std::exception& error) const;
    using Parts = std::array<iovec, 2>;
    /// Head and body of an answer that is whole; they point into head_ and `response`.
    Parts begin_whole(const Response& response, bool with_body, After after);
    void give_back_buffer();
    /// How long is waited: `of_known` for who has shown who it is.
    std::chrono::seconds patience(std::chrono::seconds of_known) const;
    void reading_until(std::chrono::seconds from_now);
    /// Serves the connection until it ends, no longer as HTTP.
    Task<> run_upgraded(Response& response);
    Task<> run_websocket(Response& response);  // websocket.cpp
    Task<bool> write_stream(const Response& response, int http_version, After after);
    Task<> refuse_and_linger(const Response& refusal);
    static std::optional<Response> read_target(Request& request, const Peer& peer);
    std::optional<Response> check_head(Request& head);
    bool parse_some(RequestParser& parser, Response& refusal);

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<SessionContext> context_;
    std::optional<RequestParser> parser_;  // of the request that is read or worked on
    std::string head_;                     // reused from answer to answer
};

}  // namespace mcpm::http
