// What happened: from the store, and as it happens.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/event_type.hpp"
#include "common/fields/event_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::size_t batch_limit = 256;

struct Asked {
    EventQuery query;
    bool follow = false;
    bool with_history = true;
};

Result<Asked> parse(const Rooms& rooms, const http::Request& request) {
    Asked asked;
    asked.query.after_sequence = count(request, "after", 0, UINT64_MAX);
    asked.query.limit = static_cast<unsigned>(count(request, "limit", 200, 10'000));
    asked.query.since = time_or_age(request, "since", now_utc());
    asked.query.type_prefix = request.parameter("type").value_or("");
    // From a sequence on, the oldest first; otherwise the newest there are.
    asked.query.newest_first = !request.parameter("after");
    asked.follow = flag(request, "follow");
    asked.with_history = !asked.follow || request.parameter("after") || request.parameter("since") ||
                         request.parameter("limit");
    const auto server = request.parameter("server");
    if (!server) return asked;
    const auto found = rooms.supervisor.find(*server);
    // The events of a server that was removed are still there under its id.
    if (!found && !is_server_id(*server)) return found.error();
    asked.query.server_id = found ? found->id : std::string(*server);
    return asked;
}

bool is_asked_for(const Event& event, const EventQuery& query) {
    if (!query.server_id.empty() && event.server_id != query.server_id) return false;
    return event.type.starts_with(query.type_prefix);
}

Task<Result<std::vector<Event>>> load(Rooms& rooms, EventQuery query) {
    const bool is_reversed = query.newest_first;
    auto events = co_await rooms.store.load_events(std::move(query));
    if (events && is_reversed) std::reverse(events->begin(), events->end());
    co_return events;
}

std::string line_of(const Event& event) {
    return dump(wire::from_event(event)) + "\n";
}

std::string lagged_line(std::uint64_t missed) {
    Event event;
    event.at = now_utc();
    event.type = name_of(EventType::lagged);
    event.message = std::to_string(missed) + " events missed";
    event.detail = wire::to_text(wire::Json{{fields::event::missed, missed}});
    return line_of(event);
}

struct Follower {
    Rooms& rooms;
    EventQuery query;
    std::vector<Event> history;
    std::uint64_t cursor = 0;
};

Task<> stream_events(std::shared_ptr<Follower> follower, http::BodyWriter& writer) {
    std::uint64_t last = follower->query.after_sequence;
    std::string lines;
    for (const auto& event : follower->history) {
        last = std::max(last, event.sequence);
        lines += line_of(event);
    }
    follower->history.clear();
    auto& feed = follower->rooms.supervisor.events();
    for (;;) {
        const bool written = co_await writer.write(lines);
        if (!written) co_return;
        lines.clear();
        co_await feed.wait(follower->cursor);
        const auto batch = feed.read(follower->cursor, batch_limit);
        follower->cursor = batch.next;
        if (batch.missed != 0) lines += lagged_line(batch.missed);
        for (const auto& event : batch.items) {
            // What was stored while the history was read comes twice; an event that could not be stored has
            // no number.
            const bool is_known = event.sequence != 0 && event.sequence <= last;
            if (!is_known && is_asked_for(event, follower->query)) lines += line_of(event);
        }
    }
}

}  // namespace

Task<http::Response> list_events(Rooms& rooms, http::Request& request) {
    auto asked = parse(rooms, request);
    if (!asked) co_return failure(asked.error());
    const auto cursor = rooms.supervisor.events().end();
    std::vector<Event> events;
    if (asked->with_history) {
        auto loaded = co_await load(rooms, asked->query);
        if (!loaded) co_return failure(loaded.error());
        events = std::move(*loaded);
    }
    if (asked->follow) {
        auto follower = std::make_shared<Follower>(Follower{rooms, asked->query, std::move(events), cursor});
        http::Response response;
        response.content_type = "application/x-ndjson";
        response.stream = [follower](http::BodyWriter& writer) { return stream_events(follower, writer); };
        co_return response;
    }
    auto data = wire::Json::array();
    for (const auto& event : events) data.push_back(wire::from_event(event));
    co_return success(data);
}

}  // namespace mcpm::api
