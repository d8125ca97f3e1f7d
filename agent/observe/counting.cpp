#include "agent/observe/counting.hpp"

#include "agent/observe/features.hpp"
#include "common/environment_check.hpp"
#include "common/event_type.hpp"
#include "common/fields/event_fields.hpp"
#include "common/json_members.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"
#include "common/words.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

namespace mcpm::observe {

namespace {

bool says_running(const Event& event) {
    if (event.type != name_of(EventType::server_status)) return false;
    const auto detail = wire::parse(event.detail);
    return detail && text_at(*detail, fields::event::status) == wire_name(ServerState::running);
}

/// Servers that were created and started.
std::vector<FeatureUse> uses_said_by(const std::vector<Event>& events) {
    std::vector<FeatureUse> uses;
    for (const Event& event : events) {
        const bool is_running = says_running(event);
        if (event.type != name_of(EventType::server_created) && !is_running) continue;
        const char* const type = is_running ? "server_started" : "server_created";
        uses.push_back({day_number(event.at), type, "", 1, 0});
    }
    return uses;
}

}  // namespace

Task<> count_events(Supervisor& supervisor, Desk& desk) {
    auto next = supervisor.events().end();
    for (;;) {
        const auto batch = supervisor.events().read(next, 256);
        next = batch.next;
        for (const Event& event : batch.items) {
            if (event.type == name_of(EventType::server_woken)) ++desk.wakes;
            const auto said = error_said_by(event.type, event.message);
            if (said.type.empty()) continue;
            std::string what = event.server_name;
            what += what.empty() ? event.message : ": " + event.message;
            desk.errors.note(said.type, said.severity, std::move(what), event.at, Clock::now());
        }
        auto uses = uses_said_by(batch.items);
        // What cannot be stored is not counted.
        if (!uses.empty()) (void)co_await desk.history.add_features(std::move(uses));
        co_await supervisor.events().wait(next);
    }
}

namespace {

Task<Result<int>> post(outgoing::Client& client, std::string url, std::string token, std::string body) {
    const auto prepared = co_await client.prepare();
    if (!prepared) co_return prepared.error();
    outgoing::Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    request.body = std::move(body);
    request.limits.total = std::chrono::seconds(30);
    const auto answer = co_await client.fetch(std::move(request));
    if (!answer) co_return answer.error();
    co_return answer->head.status;
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(trimmed(value));
}

}  // namespace

void start_sending(Desk& desk, outgoing::Client& client) {
    const std::string url = variable("ANALYTICS_ENDPOINT");
    if (!is_web_address(url)) return;  // one that is set and is none is said (common/environment_check.hpp)
    desk.sender.start([&client, url, token = variable("ANALYTICS_TOKEN")](std::string body) {
        return post(client, url, token, std::move(body));
    });
}

}  // namespace mcpm::observe
