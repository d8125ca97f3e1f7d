#include "agent/api/deployment.hpp"

#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

using templates::Filled;

/// Stores what is new; a name that is taken already is refused, so that nobody's secret is overwritten.
Task<Result<>> store_secrets(Rooms& rooms, const Filled& filled) {
    auto listing = rooms.vault.list();
    const auto entries = co_await std::move(listing);
    if (!entries) co_return entries.error();
    const auto exists = [&](const std::string& name) {
        return std::any_of(entries->begin(), entries->end(),
                           [&](const auto& entry) { return entry.name == name; });
    };
    for (const auto& secret : filled.secrets) {
        if (secret.value.empty() && !exists(secret.name))
            co_return Error{ErrorCode::not_found,
                            "there is no secret \"" + secret.name + "\"",
                            {},
                            "mcpm secret set " + secret.name};
        if (!secret.value.empty() && exists(secret.name))
            co_return Error{ErrorCode::conflict,
                            "a secret \"" + secret.name + "\" exists",
                            {},
                            "give secret:" + secret.name + " as the value to use it, or remove it first"};
    }
    for (const auto& secret : filled.secrets) {
        if (secret.value.empty()) continue;
        auto storing = rooms.vault.put(secret.name, secret.value, now_utc());
        const auto stored = co_await std::move(storing);
        if (!stored) co_return stored.error();
    }
    co_return Result<>{};
}

Task<> remove_secrets(Rooms& rooms, const Filled& filled) {
    for (const auto& secret : filled.secrets) {
        if (secret.value.empty()) continue;
        auto removing = rooms.vault.remove(secret.name);
        static_cast<void>(co_await std::move(removing));
    }
}

Task<Result<ServerView>> define_filled(Rooms& rooms, Filled filled, std::string origin, std::string actor) {
    auto storing = store_secrets(rooms, filled);
    const auto stored = co_await std::move(storing);
    if (!stored) co_return stored.error();
    const std::string name = filled.spec.name;
    auto defined = co_await rooms.definitions.define(filled.spec, actor);
    if (!defined) {
        auto removing = remove_secrets(rooms, filled);
        co_await std::move(removing);
        co_return defined.error();
    }
    say(rooms, EventType::template_deployed, std::move(actor), "server \"" + name + "\" from " + origin);
    co_return defined;
}

}  // namespace

Task<http::Response> deploy(Rooms& rooms, Filled filled, std::string origin, std::string actor,
                            AfterDeployment after) {
    if (rooms.control.check_policy) {
        if (auto allowed = rooms.control.check_policy(filled.spec); !allowed)
            co_return door::failure(allowed.error());
    }
    const std::string name = filled.spec.name;
    auto work = define_filled(rooms, std::move(filled), std::move(origin), actor);
    auto running = run_to_its_end<ServerView>(rooms, "deploy " + name, std::move(work));
    const auto defined = co_await std::move(running);
    if (!defined) co_return door::failure(defined.error());
    if (after == AfterDeployment::start) {
        auto starting = rooms.supervisor.start(defined->id, actor);
        const auto started = co_await std::move(starting);
        if (!started) co_return door::failure(started.error());
    }
    const auto now = rooms.supervisor.find(defined->id);
    auto response = door::success(wire::from_view(now ? *now : *defined), 201);
    response.headers.emplace_back("Location", "/api/servers/" + defined->id);
    co_return response;
}

}  // namespace mcpm::api
