// A server's traffic as it passes, as JSON lines.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/api/trace_lines.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/trace_fields.hpp"
#include "common/secret_values.hpp"
#include "common/wire.hpp"

#include <memory>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::size_t batch_limit = 64;

struct Follower {
    mcp::Trace::Watch watch;
    std::string server_id;
    std::vector<std::string> secrets;  // of its definition
    Bodies bodies;
    std::uint64_t cursor;
};

/// In place of messages that this follower was too slow for.
std::string lagged_line(std::uint64_t missed) {
    return wire::to_text(wire::Json{{fields::trace::kind, "lagged"}, {fields::trace::missed, missed}}) + "\n";
}

/// A start while somebody follows may bring others.
HiddenValues hidden_now(const Rooms& rooms, const Follower& follower) {
    HiddenValues hidden;
    hidden.add(follower.secrets);
    hidden.add(rooms.vault.lent_to(follower.server_id));
    return hidden;
}

Task<> follow(Rooms& rooms, std::shared_ptr<Follower> follower, http::BodyWriter& writer) {
    auto& feed = follower->watch.feed();
    for (;;) {
        co_await feed.wait(follower->cursor);
        const auto batch = feed.read(follower->cursor, batch_limit);
        follower->cursor = batch.next;
        const HiddenValues hidden = hidden_now(rooms, *follower);
        std::string lines;
        if (batch.missed > 0) lines = lagged_line(batch.missed);
        for (const auto& record : batch.items) lines += trace_line(record, hidden, follower->bodies);
        const bool written = co_await writer.write(lines);
        if (!written) co_return;
    }
}

}  // namespace

Task<http::Response> trace_server(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    if (!flag(request, "follow")) {
        co_return failure(Error{ErrorCode::validation_error,
                                "follow: traffic is not kept, it can only be followed (follow=1)"});
    }
    const auto trace = rooms.sessions.trace(server->id);
    const auto bodies = flag(request, "full") ? Bodies::show : Bodies::leave_out;
    auto follower = std::shared_ptr<Follower>(
        new Follower{mcp::Trace::Watch(trace), server->id, wire::secret_values(server->spec), bodies, 0});
    follower->cursor = follower->watch.feed().end();
    http::Response response;
    response.content_type = "application/x-ndjson";
    response.stream = [&rooms, follower](http::BodyWriter& writer) {
        return follow(rooms, follower, writer);
    };
    co_return response;
}

}  // namespace mcpm::api
