#include "agent/api/deployment.hpp"

#include "agent/api/defined_json.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "agent/templates/template_json.hpp"
#include "common/fields/market_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

using templates::Filled;

/// Stores what is new; a name that is taken already is refused, so that nobody's secret is overwritten.
Task<Result<>> store_secrets(Rooms& rooms, const Filled& filled) {
    const auto entries = co_await rooms.vault.list();
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
        const auto stored = co_await rooms.vault.put(secret.name, secret.value, now_utc());
        if (!stored) co_return stored.error();
    }
    co_return Result<>{};
}

Task<> remove_secrets(Rooms& rooms, const Filled& filled) {
    for (const auto& secret : filled.secrets) {
        if (secret.value.empty()) continue;
        static_cast<void>(co_await rooms.vault.remove(secret.name));
    }
}

Task<Result<ServerView>> define_filled(Rooms& rooms, Filled filled, std::string origin, std::string actor) {
    const std::string name = filled.spec.name;
    if (const auto free = rooms.definitions.check_name_is_free(name); !free) co_return free.error();
    const auto stored = co_await store_secrets(rooms, filled);
    if (!stored) co_return stored.error();
    auto defined = co_await rooms.definitions.define(filled.spec, actor);
    if (!defined) {
        co_await remove_secrets(rooms, filled);
        co_return defined.error();
    }
    say(rooms, EventType::template_deployed, std::move(actor), "server \"" + name + "\" from " + origin);
    co_return defined;
}

Result<bool> flag_in(const wire::Json& body, const char* key) {
    const auto found = body.find(key);
    if (found == body.end()) return false;
    if (!found->is_boolean())
        return Error{ErrorCode::validation_error, std::string(key) + ": true or false is expected"};
    return found->get<bool>();
}

}  // namespace

Result<DeploymentWishes> read_wishes(const wire::Json& body) {
    DeploymentWishes out;
    if (const auto name = body.find(fields::market::name); name != body.end()) {
        if (!name->is_string() || name->get<std::string>().empty())
            return Error{ErrorCode::validation_error, "name: a text is expected"};
        out.name = name->get<std::string>();
    }
    if (const auto parameters = body.find(fields::market::parameters); parameters != body.end()) {
        auto values = templates::read_values(*parameters);
        if (!values) return values.error();
        out.values = std::move(*values);
    }
    const auto start = flag_in(body, fields::market::start);
    if (!start) return start.error();
    const auto dry_run = flag_in(body, fields::market::dry_run);
    if (!dry_run) return dry_run.error();
    const auto force = flag_in(body, fields::market::force);
    if (!force) return force.error();
    if (*force) out.if_broken = IfBroken::install;
    if (*start) out.after = AfterDeployment::start;
    if (*dry_run) out.how = Deploying::dry_run;
    return out;
}

Task<http::Response> deploy(Rooms& rooms, Filled filled, std::string origin, std::string actor,
                            AfterDeployment after) {
    if (rooms.control.check_policy) {
        if (auto allowed = rooms.control.check_policy(filled.spec); !allowed)
            co_return door::failure(allowed.error());
    }
    const std::string name = filled.spec.name;
    auto work = define_filled(rooms, std::move(filled), std::move(origin), actor);
    const auto defined = co_await run_to_its_end<ServerView>(rooms, "deploy " + name, std::move(work));
    if (!defined) co_return door::failure(defined.error());
    if (after == AfterDeployment::start) {
        const auto started = co_await rooms.supervisor.start(defined->id, actor);
        if (!started) co_return door::failure(started.error());
    }
    const auto now = rooms.supervisor.find(defined->id);
    auto response = door::success(defined_json(rooms, now ? *now : *defined), 201);
    response.headers.emplace_back("Location", "/api/servers/" + defined->id);
    co_return response;
}

}  // namespace mcpm::api
