// A whole Gateway over real Sessions, with fakes on both sides: servers without processes (fake_server.hpp),
// the rest of the agent as a few tables, and clients that speak to the gateway as a front does. Nothing here
// waits for time but until(). For the tests of this folder.
#pragma once

#include "agent/gateway/gateway.hpp"
#include "agent/mcp/sessions.hpp"
#include "tests/integration/gateway/fake_server.hpp"
#include "tests/support/fake_directory.hpp"
#include "tests/support/run_to_end.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::test {

using namespace std::chrono_literals;

using gateway::ClientPtr;
using gateway::ExchangePtr;
using gateway::Scope;
using mcp::Era;

inline std::string member_of(std::string_view object, std::string_view name) {
    return std::string(mcp::member(object, name).text);
}

inline Scope one(std::string name) {
    return Scope{Scope::Kind::server, std::move(name)};
}
inline Scope all() {
    return Scope{};
}
inline Scope profile(std::string name) {
    return Scope{Scope::Kind::profile, std::move(name)};
}

/// A request that a client made, and what came for it.
class Pending {
  public:
    explicit Pending(ExchangePtr exchange_) : exchange(std::move(exchange_)) {}

    /// Everything that came until now, the answer included, in order.
    const std::vector<std::string>& came() {
        while (const auto* const item = exchange->out->next()) {
            came_.push_back(item->text);
            exchange->out->advance();
        }
        return came_;
    }
    bool is_answered() { return exchange->done && !came().empty(); }
    std::string answer() { return came().empty() ? std::string() : came().back(); }
    std::string result() { return member_of(answer(), "result"); }
    std::string error() { return member_of(answer(), "error"); }
    std::string error_code() { return member_of(error(), "code"); }

    ExchangePtr exchange;

  private:
    std::vector<std::string> came_;
};

/// What a client of 2026-07-28 says of itself.
struct Modern {
    std::string principal = "ada";
    std::string capabilities = "{}";
    std::string meta = {};  // more members of `_meta`, a comma in front
};

class House {
  public:
    explicit House(const gateway::GatewayLimits& limits = {})
        : sessions(loop, callbacks()),
          directory(
              loop,
              [this](const std::string& key, std::string capabilities) {
                  attach(key, std::move(capabilities));
              },
              [this](const std::string& key) { return sessions.open_facts(key) != nullptr; }),
          gateway(loop, sessions, directory, limits) {}
    ~House() { close(); }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    // --- servers ---

    /// Defined and to be running; it has no session before start().
    FakeServer& define(const std::string& name) {
        gateway::Target target;
        target.id = "srv_" + name;
        target.name = name;
        directory.entries[target.id].target = std::move(target);
        directory.changed();
        return *server("srv_" + name);
    }
    /// Its session is open when this returns.
    void start(const std::string& key) {
        attach(key, std::string(mcp::shared_capabilities));
        until([&] { return sessions.open_facts(key) != nullptr; });
        settle();
    }
    FakeServer& running(const std::string& name) {
        FakeServer& server = define(name);
        start("srv_" + name);
        return server;
    }
    /// The process has ended: its calls fail, its session is gone.
    void stop(const std::string& key) {
        sessions.detach(key, runs_[key], Error{ErrorCode::unavailable, "the server has ended"});
        gateway.session_ended(key);
        settle();
    }
    /// A stop of the process has begun.
    void begin_stop(const std::string& key) { sessions.close_input(key, runs_[key]); }
    /// The server behind a session; one that is not there yet is made.
    std::shared_ptr<FakeServer> server(const std::string& key) {
        auto& known = fakes_[key];
        if (!known) known = std::make_shared<FakeServer>(loop, gateway::server_of(key).substr(4));
        return known;
    }
    void attach(const std::string& key, std::string capabilities) {
        mcp::Attachment attachment;
        attachment.server_id = key;
        attachment.server_name = gateway::server_of(key).substr(4);
        attachment.run = ++runs_[key];
        attachment.make_peer = server(key)->maker();
        attachment.client_capabilities = std::move(capabilities);
        sessions.attach(std::move(attachment));
    }
    /// What is kept of a server's offers, for when it sleeps and for the aggregate.
    void keep(const std::string& name, const std::string& tools, const std::string& more = "[]") {
        auto kept = std::make_shared<gateway::Kept>();
        kept->facts.protocol_version = "2025-11-25";
        kept->facts.capabilities = server("srv_" + name)->capabilities;
        kept->facts.server_info = R"({"name":")" + name + R"(","version":"1"})";
        kept->tools = tools;
        kept->resources = more;
        kept->digest = tools + more;
        directory.entries["srv_" + name].kept = std::move(kept);
    }

    // --- clients ---

    /// A session over HTTP, shaken hands with.
    ClientPtr session(Scope scope, const std::string& principal = "ada",
                      const std::string& capabilities = "{}") {
        const auto opened = gateway.open_session(std::move(scope), principal);
        if (!opened) throw std::runtime_error(opened.error().message);
        auto hello = ask(*opened, "initialize",
                         R"({"protocolVersion":"2025-11-25","capabilities":)" + capabilities +
                             R"(,"clientInfo":{"name":")" + principal + R"(","version":"1"}})");
        until([&] { return hello.exchange->done; });
        gateway.keep(*opened);
        tell(*opened, "notifications/initialized");
        return *opened;
    }
    Pending ask(const ClientPtr& client, std::string_view method, std::string_view params = {},
                Era era = Era::handshake) {
        const std::string text = mcp::make_request(std::to_string(++last_id_), method, params);
        Pending pending(gateway.begin(client, std::make_shared<const gateway::Message>(text), era));
        settle();
        return pending;
    }
    /// A request of 2026-07-28: a client of its own, and what it says of itself in `_meta`.
    Pending ask_modern(Scope scope, std::string_view method, std::string_view members = {},
                       const Modern& who = {}) {
        const auto client = gateway.stateless(std::move(scope), who.principal);
        std::string params = R"({"_meta":{)" + mcp::per_request_meta(who.capabilities) + who.meta + "}";
        if (!members.empty()) params.append(",").append(members);
        return ask(client, method, params + "}", Era::per_request);
    }
    void tell(const ClientPtr& client, std::string_view method, std::string_view params = {}) {
        gateway.notified(client, gateway::Message(mcp::make_notification(method, params)));
        settle();
    }
    void answer(const ClientPtr& client, std::string_view id, std::string_view result) {
        gateway.answered(client, gateway::Message(mcp::make_response(id, result)));
        settle();
    }
    /// What came on a client's own stream (GET, or stdio) since the last look.
    static std::vector<std::string> unasked(const ClientPtr& client) {
        std::vector<std::string> came;
        while (const auto* const item = client->out->next()) {
            came.push_back(item->text);
            client->out->advance();
        }
        return came;
    }

    // --- time ---

    /// Runs what is ready; waits for nothing.
    void settle() {
        loop.restart();
        while (loop.poll() != 0) loop.restart();
    }
    /// Runs the loop, its timers included, until that is so; fails the test when it never is.
    void until(const std::function<bool()>& holds) {
        const auto end = Clock::now() + 30s;
        while (!holds()) {
            loop.restart();
            if (Clock::now() > end || loop.run_one_for(std::chrono::seconds(30)) == 0)
                throw std::runtime_error("what the test waits for never came");
        }
    }

    void close() {
        if (std::exchange(closed_, true)) return;
        run_to_end(loop, gateway.close());
        run_to_end(loop, sessions.close());
        settle();
    }

    Loop loop{1};

  private:
    mcp::Callbacks callbacks() {
        mcp::Callbacks told;
        told.ready = [this](const std::string& key, std::uint64_t) {
            directory.session_opened();
            gateway.session_opened(key);
        };
        told.failed = [](const std::string&, std::uint64_t, const Error&) {};
        told.noise = [](const std::string&, std::string_view) {};
        told.requested = [this](const std::string& key, const mcp::MessageScan& request) {
            return gateway.on_request(key, request);
        };
        told.notified = [this](const std::string& key, std::string_view line) {
            gateway.on_notification(key, line);
        };
        return told;
    }

    std::map<std::string, std::shared_ptr<FakeServer>> fakes_;  // by session key
    std::map<std::string, std::uint64_t> runs_;
    std::uint64_t last_id_ = 0;
    bool closed_ = false;

  public:
    mcp::Sessions sessions;
    FakeDirectory directory;
    gateway::Gateway gateway;
};

}  // namespace mcpm::test
