// A server without a process: a peer that answers the opening by itself, writes down everything else that it
// is sent, and says what a test lets it say. For the tests of this folder.
#pragma once

#include "agent/mcp/json_rpc.hpp"
#include "agent/mcp/peer.hpp"
#include "common/json_scan.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::test {

/// One message as a server got it; the parts are JSON texts.
struct Heard {
    std::string method;  // decoded; empty for an answer
    std::string id, params, result, error, text;
};

class FakeServer : public std::enable_shared_from_this<FakeServer> {
  public:
    FakeServer(Loop& loop, std::string name) : loop_(loop), name_(std::move(name)) {}

    /// 2026-07-28 in place of the handshake.
    bool is_modern = false;
    std::string capabilities =
        R"({"tools":{"listChanged":true},"prompts":{},"resources":{"subscribe":true,"listChanged":true},"logging":{}})";
    /// Results that are given at once, by method.
    std::map<std::string, std::string> results = {
        {"resources/subscribe", "{}"}, {"resources/unsubscribe", "{}"}, {"logging/setLevel", "{}"}};
    std::vector<Heard> heard;  // without the opening

    mcp::PeerMaker maker() {
        return [self = shared_from_this()](mcp::Peer::Events events) -> std::shared_ptr<mcp::Peer> {
            auto peer = std::make_shared<Far>(self, std::move(events));
            self->peer_ = peer;
            return peer;
        };
    }

    /// At the loop's next turn.
    void say(std::string line) {
        asio::post(loop_, [weak = peer_, line = std::move(line)] {
            const auto peer = weak.lock();
            if (peer && !peer->is_closed) peer->events.line(line, false);
        });
    }
    void answer(const Heard& request, std::string_view result) {
        say(mcp::make_response(request.id, result));
    }
    void refuse(const Heard& request, int code, std::string_view message) {
        say(mcp::make_error(request.id, code, message, {}));
    }
    void notify(std::string_view method, std::string_view params = {}) {
        say(mcp::make_notification(method, params));
    }
    void ask(std::string_view id, std::string_view method, std::string_view params = {}) {
        say(mcp::make_request(id, method, params));
    }

    /// What was sent by that method, the oldest first.
    std::vector<Heard> all(std::string_view method) const {
        std::vector<Heard> found;
        for (const auto& one : heard) {
            if (one.method == method) found.push_back(one);
        }
        return found;
    }
    std::size_t count(std::string_view method) const { return all(method).size(); }
    /// The latest request by that method; fails the test when there is none.
    Heard last(std::string_view method) const {
        const auto found = all(method);
        if (found.empty()) throw std::runtime_error(name_ + " was never sent " + std::string(method));
        return found.back();
    }
    /// The client's answer to a request of the server; empty members when there is none.
    Heard answer_to(std::string_view id) const {
        const auto found = std::find_if(heard.begin(), heard.end(),
                                        [&](const Heard& one) { return one.method.empty() && one.id == id; });
        return found == heard.end() ? Heard{} : *found;
    }

  private:
    struct Far : mcp::Peer {
        Far(std::shared_ptr<FakeServer> server_, Events events_)
            : server(std::move(server_)), events(std::move(events_)) {}
        Result<> start(TaskGroup&) override { return {}; }
        Result<> send(std::string line, std::uint64_t) override {
            if (is_closed) return Error{ErrorCode::unavailable, "its input is closed"};
            server->take(std::move(line));
            return {};
        }
        bool withdraw(std::uint64_t) override { return false; }
        void close_input() override { is_closed = true; }
        void close() override { is_closed = true; }
        bool input_open() const override { return !is_closed; }
        std::size_t queued_bytes() const override { return 0; }

        std::shared_ptr<FakeServer> server;
        Events events;
        bool is_closed = false;
    };

    void take(std::string line) {
        const mcp::MessageScan scan = mcp::scan_message(line);
        Heard one;
        one.method = decode_string(scan.method);
        one.id = scan.id.text;
        one.params = scan.params.text;
        one.result = scan.result.text;
        one.error = scan.error.text;
        one.text = line;
        if (answers_opening(one)) return;
        heard.push_back(one);
        const auto ready = results.find(one.method);
        if (ready != results.end() && !one.id.empty()) answer(one, ready->second);
    }

    bool answers_opening(const Heard& one) {
        const std::string info = R"({"name":")" + name_ + R"(","version":"1"})";
        if (one.method == "server/discover") {
            if (is_modern) {
                answer(one, R"({"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":)" +
                                capabilities + R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)" + info +
                                "}}");
            } else {
                refuse(one, mcp::rpc_code::method_not_found, "Method not found");
            }
            return true;
        }
        if (one.method == "initialize") {
            answer(one, R"({"protocolVersion":"2025-11-25","capabilities":)" + capabilities +
                            R"(,"serverInfo":)" + info + R"(,"instructions":"Ask )" + name_ + R"("})");
            return true;
        }
        return one.method == "notifications/initialized";
    }

    Loop& loop_;
    std::string name_;
    std::weak_ptr<Far> peer_;
};

}  // namespace mcpm::test
