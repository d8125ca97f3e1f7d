// A listener on its own thread in a temporary folder, with a few endpoints; and a blocking client for it.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/http/listener.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace mcpm::test {

class Served {
  public:
    explicit Served(http::Limits limits = {});
    /// On a listening socket of the caller's instead.
    Served(UniqueFd socket, http::Limits limits);
    ~Served();
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    std::filesystem::path socket() const { return folder_.path() / "run" / "agent.sock"; }
    std::size_t connections();
    http::Listener::Counters counters();
    /// Lets every request to /wait go on.
    void release();
    void stop(std::chrono::milliseconds grace);

    std::atomic<int> waiting{0}, cancelled{0}, streams_ended{0}, reports{0}, reading_ended{0};
    std::atomic<std::size_t> streamed{0};

  private:
    void begin(UniqueFd socket, http::Limits limits);
    Task<http::Response> answer(http::Request request);
    Task<http::Response> wait();
    Task<> converse(http::Duplex& duplex, std::string manner);
    Task<> pour(http::BodyWriter& writer, bool quiet);
    template <typename Work>
    auto on_loop(Work work);

    TemporaryFolder folder_;
    Loop loop_{1};
    asio::executor_work_guard<Executor> guard_{loop_.get_executor()};
    Notifier released_{loop_};
    std::unique_ptr<http::Listener> listener_;
    std::thread thread_;
};

class Client {
  public:
    explicit Client(const std::filesystem::path& path);
    explicit Client(UniqueFd connected) : socket_(std::move(connected)) {}

    bool send(std::string_view bytes);
    /// One answer: head, and as much body as its length or chunks say. Empty at the end of the connection.
    std::string receive(bool with_body = true);
    /// Everything up to the end.
    std::string receive_all();
    bool receive_some();
    void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }
    void close() { socket_.reset(); }
    int descriptor() const { return socket_.get(); }
    const std::string& pending() const { return pending_; }

  private:
    UniqueFd socket_;
    std::string pending_;
};

/// Waits until it holds; false when it does not within ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
    for (int turn = 0; turn < 2000; ++turn) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace mcpm::test
