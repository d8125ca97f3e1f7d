// GET …/stdio with "Upgrade: mcp-stdio": the connection goes on as newline-delimited JSON-RPC, exactly as on
// stdio. `mcpm connect` is on its other end. And the two endpoints of HTTP+SSE (2024-11-05).
#include "agent/door/access.hpp"
#include "agent/front/front.hpp"
#include "agent/front/mcp_batch.hpp"
#include "agent/front/mcp_headers.hpp"
#include "agent/front/mcp_stream.hpp"
#include "agent/gateway/messages.hpp"
#include "agent/http/target.hpp"
#include "common/client_folder.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <utility>

namespace mcpm::front {

namespace {

using gateway::ClientPtr;
using gateway::Message;
using gateway::Outbox;
using mcp::Era;
using mcp::MessageKind;

constexpr std::size_t line_limit = 64u << 20;

/// Ends the client, unless another stream of its own has taken over.
struct EndClient {
    EndClient(gateway::Gateway& gateway_, ClientPtr client_)
        : gateway(gateway_), client(std::move(client_)) {}
    EndClient(const EndClient&) = delete;
    EndClient& operator=(const EndClient&) = delete;
    ~EndClient() {
        if (client->readers == 0) gateway.end(client);
    }
    gateway::Gateway& gateway;
    ClientPtr client;
};

void take_message(Front& front, const ClientPtr& client, std::string text) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) return;
    auto message = std::make_shared<const Message>(std::move(text));
    if (is_batch(*message)) return take_batch(front, client, *message);
    if (message->kind.kind == MessageKind::invalid) {
        const auto fault = fault_of(*message);
        client->out->push(mcp::make_error(echoed_id(*message), fault.code, fault.message, {}),
                          Outbox::Weight::answer);
        return;
    }
    if (message->kind.kind != MessageKind::request) return take_unanswered(front.gateway, client, *message);
    const bool modern = static_cast<bool>(gateway::read_envelope(message->scan).version);
    front.gateway.begin(client, std::move(message), modern ? Era::per_request : Era::handshake, client->out);
}

Task<> write_lines(ClientPtr client, http::Duplex& duplex) {
    Outbox& out = *client->out;
    for (;;) {
        std::string bytes;
        while (const auto* const item = out.next()) {
            bytes.append(item->text).push_back('\n');
            out.advance();
            if (bytes.size() > (256u << 10)) break;
        }
        if (bytes.empty()) {
            if (out.is_finished()) co_return;
            co_await out.wait_for(std::chrono::hours(1));
            continue;
        }
        const bool written = co_await duplex.write(bytes);
        if (!written) {
            out.give_up();
            co_return;
        }
    }
}

Task<> read_lines(Front& front, ClientPtr client, http::Duplex& duplex) {
    std::string line;
    for (;;) {
        const auto bytes = co_await duplex.read();
        if (!bytes) co_return;
        std::string_view rest = *bytes;
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            line.append(rest.substr(0, end));
            rest.remove_prefix(end + 1);
            take_message(front, client, std::exchange(line, {}));
        }
        line.append(rest);
        if (line.size() > line_limit) {
            client->out->push(
                mcp::make_error({}, mcp::rpc_code::invalid_request, "the message is over 64 MiB", {}),
                Outbox::Weight::answer);
            co_return;
        }
    }
}

Task<> serve_stdio(Front& front, ClientPtr client, http::Duplex& duplex) {
    using namespace asio::experimental::awaitable_operators;
    const EndClient end(front.gateway, client);
    co_await (read_lines(front, client, duplex) || write_lines(client, duplex));
}

/// A header with a path in it, percent-encoded; empty when there is none that could be a folder.
std::string folder_in(const http::Request& request, std::string_view header) {
    const auto text = http::decoded(request.header(header).value_or(""), http::Plus::is_plus);
    return text && is_client_folder(*text) ? *text : std::string();
}

/// Where `mcpm connect` was started. Only of this machine's folders something can be said.
ClientFolder folder_of(const http::Request& request) {
    const std::string cwd = folder_in(request, "mcpm-client-cwd");
    return {cwd, cwd.empty() ? cwd : folder_in(request, "mcpm-client-root")};
}

}  // namespace

std::string address_of(const http::Peer& peer) {
    if (!peer.is_local_socket) return peer.address;
    const std::string program = peer.process ? peer.process->program : std::string();
    return "pid " + std::to_string(peer.pid) + (program.empty() ? program : " (" + program + ")");
}

Task<http::Response> mcp_stdio(Front& front, http::Request& request) {
    if (!http::asks_upgrade(request, "mcp-stdio")) {
        co_return mcp_error(
            {426, mcp::rpc_code::invalid_request, "this is for mcpm connect: Upgrade: mcp-stdio", {}});
    }
    auto scope = scope_of(front, request);
    if (!scope) co_return no_scope(scope.error());
    auto client = front.gateway.open_stdio(std::move(*scope), request.principal);
    client->address = address_of(request.peer);
    if (request.peer.is_local_socket) client->folder = folder_of(request);
    co_return http::switch_to(
        "mcp-stdio", [&front, client](http::Duplex& duplex) { return serve_stdio(front, client, duplex); });
}

// --- HTTP+SSE, 2024-11-05 ---

Task<http::Response> sse_get(Front& front, http::Request& request) {
    if (!accepts(request, "text/event-stream")) {
        co_return mcp_error(
            {406, mcp::rpc_code::invalid_request, "Not Acceptable: Accept must list text/event-stream", {}});
    }
    auto scope = scope_of(front, request);
    if (!scope) co_return no_scope(scope.error());
    // An EventSource that was cut off comes back with the id of the last event that had one: its session's.
    // (Not every SDK passes that on; it begins a new session, without another handshake.)
    const auto before = request.header("last-event-id");
    auto client = before ? front.gateway.find_session(*before, request.principal, *scope) : nullptr;
    if (!client) {
        auto opened = front.gateway.open_session(std::move(*scope), request.principal);
        if (!opened) co_return mcp_error({503, mcp::rpc_code::internal_error, opened.error().message, {}});
        client = std::move(*opened);
        front.gateway.keep(client);
    }
    client->address = address_of(request.peer);
    EventStream stream;
    stream.client = client;
    stream.out = client->out;
    while (request.path.ends_with('/')) request.path.pop_back();
    stream.opening = "id: " + client->id + "\nevent: endpoint\ndata: " + request.path +
                     "/message?session=" + client->id + "\n\n";
    stream.ends = std::make_shared<EndClient>(front.gateway, client);
    co_return event_stream(std::move(stream));
}

Task<http::Response> sse_post(Front& front, http::Request& request) {
    const auto type = request.header("content-type");
    if (!type || !door::is_json_type(*type)) {
        co_return mcp_error(
            {415, mcp::rpc_code::invalid_request, "Content-Type must be application/json", {}});
    }
    auto scope = scope_of(front, request);
    if (!scope) co_return no_scope(scope.error());
    const auto session = request.parameter("session");
    const auto client = session ? front.gateway.find_session(*session, request.principal, *scope) : nullptr;
    // Without its stream (the agent was replaced, and the client has not come back) the answer would reach
    // nobody, and who asked would wait for all of its time.
    if (!client || client->readers == 0) co_return mcp_error({404, -32001, "Session not found", {}});
    client->address = address_of(request.peer);
    take_message(front, client, std::move(request.body));
    co_return accepted();
}

}  // namespace mcpm::front
