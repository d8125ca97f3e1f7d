// The shim's connection to the agent: asks for the stdio upgrade (docs/api.md) and takes the answer's head
// off what then comes. Never waits, except for the connect itself.
#pragma once

#include "common/error.hpp"
#include "common/http_answer.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::cli {

class ConnectLink {
  public:
    /// Connects and asks. unavailable when nobody listens.
    static Result<ConnectLink> ask(const std::string& socket_path, std::string_view target);

    enum class State { asking, open, refused, gone };
    State state() const { return state_; }
    int descriptor() const { return socket_.get(); }

    /// What has come, into `room`; the number of bytes. May change the state.
    std::size_t receive(std::span<char> room);
    /// Bytes that came along with the head: call receive() without waiting.
    bool has_surplus() const { return !surplus_.empty(); }
    /// How many of these bytes were taken.
    std::size_t send(std::string_view bytes);

    /// What the agent said instead of "101".
    unsigned status() const { return status_; }
    Error refusal() const;

  private:
    explicit ConnectLink(UniqueFd socket) : socket_(std::move(socket)) {}
    void take_head(std::string_view bytes);
    void take_refusal(std::string_view bytes);

    UniqueFd socket_;
    State state_ = State::asking;
    unsigned status_ = 0;
    std::string head_;
    std::string surplus_;
    HttpAnswer answer_;
    std::string body_;
};

}  // namespace mcpm::cli
