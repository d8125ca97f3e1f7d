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
#include <memory>
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
    Task<Read> read_request(RequestParser& parser, Response& refusal);
    /// `request` outlives it, and is used up.
    Task<Response> answer(Request& request);
    using Parts = std::array<iovec, 2>;
    /// Head and body of an answer that is whole; they point into head_ and `response`.
    Parts begin_whole(const Response& response, bool with_body, After after);
    void give_back_buffer();
    /// How long is waited: `of_known` for who has shown who it is.
    std::chrono::seconds patience(std::chrono::seconds of_known) const;
    void reading_until(std::chrono::seconds from_now);
    /// Serves the connection until it ends, no longer as HTTP.
    Task<> run_upgraded(Response response);
    Task<> run_websocket(Response response);  // websocket.cpp
    Task<bool> write_stream(const Response& response, int http_version, After after);
    Task<> refuse_and_linger(Response refusal);
    std::optional<Response> check_head(const Request& head);
    bool parse_some(RequestParser& parser, Response& refusal);

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<SessionContext> context_;
    std::string head_;  // reused from answer to answer
};

}  // namespace mcpm::http
