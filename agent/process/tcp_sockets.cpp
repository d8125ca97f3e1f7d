#include "agent/process/tcp_sockets.hpp"

#include "agent/http/tcp_socket.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

struct Bound {
    UniqueFd socket;
    ListenAddress address;
};

bool is_asked_for(const ListenAddress& bound, const ListenAddress& asked) {
    return bound.host == asked.host && (asked.port == 0 || bound.port == asked.port);
}

void serve(ServedSockets& out, Bound bound) {
    out.tcp.push_back({format_listen_address(bound.address), true});
    out.sockets.push_back(std::move(bound.socket));
}

/// A socket that http.listen no longer names. The keeper has it too: it must stop listening for all.
void end_listening(const Bound& bound) {
    ::shutdown(bound.socket.get(), SHUT_RDWR);
}

void take_or_bind(ServedSockets& out, std::vector<Bound>& passed, const ListenAddress& asked) {
    const auto found = std::find_if(passed.begin(), passed.end(),
                                    [&](const Bound& one) { return is_asked_for(one.address, asked); });
    if (found != passed.end()) {
        serve(out, std::move(*found));
        passed.erase(found);
        return;
    }
    auto socket = http::bind_tcp_socket(asked);
    if (!socket) {
        out.tcp.push_back({format_listen_address(asked), false, socket.error().message});
        return;
    }
    const auto address = http::bound_address(socket->get()).value_or(asked);
    serve(out, {std::move(*socket), address});
}

}  // namespace

std::vector<UniqueFd> bind_tcp_sockets(const HttpSettings& settings) {
    std::vector<UniqueFd> sockets;
    for (const auto& address : settings.listen) {
        auto socket = http::bind_tcp_socket(address);
        if (socket) sockets.push_back(std::move(*socket));
    }
    return sockets;
}

ServedSockets sort_sockets(std::vector<UniqueFd> passed, PassedBy by, const HttpSettings& settings) {
    ServedSockets out;
    std::vector<Bound> tcp;
    for (auto& socket : passed) {
        const auto address = http::bound_address(socket.get());
        if (!address) {
            out.sockets.push_back(std::move(socket));
        } else if (http::is_listening(socket.get())) {
            tcp.push_back({std::move(socket), *address});
        }
    }
    for (const auto& asked : settings.listen) take_or_bind(out, tcp, asked);
    for (auto& left : tcp) {
        if (by == PassedBy::keeper) {
            end_listening(left);
        } else if (settings.auth == HttpAuth::none && !is_loopback(left.address)) {
            out.tcp.push_back({format_listen_address(left.address), false,
                               "http.auth: none is possible on loopback addresses only"});
        } else {
            serve(out, std::move(left));
        }
    }
    return out;
}

}  // namespace mcpm
