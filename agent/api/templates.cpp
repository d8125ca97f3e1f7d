// The marketplace: list, show, deploy. A deployment is a definition like any other: checked, its secrets
// stored, defined; what was begun and could not be finished leaves nothing behind.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "agent/observe/features.hpp"
#include "agent/templates/template_json.hpp"
#include "common/fields/market_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using templates::Catalogue;
using templates::Filled;
using templates::Listed;

std::filesystem::path custom_folder(const Rooms& rooms) {
    return rooms.control.facts().paths.data / "custom-templates";
}

Task<Catalogue> catalogue_of(Rooms& rooms) {
    auto read = [folder = custom_folder(rooms)] { return templates::read_catalogue(folder); };
    auto reading = offload(rooms.workers, std::move(read));
    auto catalogue = co_await std::move(reading);
    co_return catalogue;
}

Task<Result<Listed>> template_of(Rooms& rooms, std::string id) {
    auto reading = catalogue_of(rooms);
    const auto catalogue = co_await std::move(reading);
    co_return templates::find_template(catalogue, id);
}

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

Task<Result<ServerView>> deploy(Rooms& rooms, Filled filled, std::string template_id, std::string actor) {
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
    say(rooms, EventType::template_deployed, std::move(actor),
        "server \"" + name + "\" from template " + template_id);
    co_return defined;
}

/// The body's fields.
struct Deployment {
    std::string name;
    templates::Values values;
    bool start = false;
    bool dry_run = false;
};

Result<Deployment> read_deployment(const http::Request& request, const templates::Template& one) {
    const auto body = object_of(request, {fields::market::name, fields::market::parameters,
                                          fields::market::start, fields::market::dry_run});
    if (!body) return body.error();
    Deployment out{one.id, {}, false, false};
    if (const auto name = body->find(fields::market::name); name != body->end()) {
        if (!name->is_string()) return Error{ErrorCode::validation_error, "name: a text is expected"};
        out.name = name->get<std::string>();
    }
    for (const auto& [key, flag] :
         {std::pair{fields::market::start, &out.start}, std::pair{fields::market::dry_run, &out.dry_run}}) {
        const auto found = body->find(key);
        if (found == body->end()) continue;
        if (!found->is_boolean())
            return Error{ErrorCode::validation_error, std::string(key) + ": true or false is expected"};
        *flag = found->get<bool>();
    }
    if (const auto parameters = body->find(fields::market::parameters); parameters != body->end()) {
        auto values = templates::read_values(*parameters);
        if (!values) return values.error();
        out.values = std::move(*values);
    }
    return out;
}

}  // namespace

Task<http::Response> list_templates(Rooms& rooms, http::Request request) {
    auto reading = catalogue_of(rooms);
    const auto catalogue = co_await std::move(reading);
    const std::string query(request.parameter("q").value_or(""));
    const std::string category(request.parameter("category").value_or(""));
    auto json = wire::Json::array();
    for (const Listed* const one : templates::search(catalogue, query, category))
        json.push_back(templates::summary_json(*one));
    auto response = door::success(json);
    // Files of a person's own that are no templates are said in a header, so that the list stays a list.
    if (!catalogue.unreadable.empty())
        response.headers.emplace_back("X-Unreadable-Templates", std::to_string(catalogue.unreadable.size()));
    co_return response;
}

Task<http::Response> show_template(Rooms& rooms, http::Request request) {
    auto finding = template_of(rooms, request.path_values.at(0));
    const auto found = co_await std::move(finding);
    if (!found) co_return door::failure(found.error());
    co_return door::success(templates::whole_json(*found));
}

Task<http::Response> validate_template(Rooms&, http::Request request) {
    const auto body = object_of(request, {fields::market::yaml});
    if (!body) co_return door::failure(body.error());
    const auto yaml = body->find(fields::market::yaml);
    if (yaml == body->end() || !yaml->is_string())
        co_return door::failure(Error{ErrorCode::validation_error, "yaml: the template as text is expected"});
    const auto file = templates::read_template(yaml->get<std::string>());
    auto problems = wire::Json::array();
    for (const auto& problem : file.problems)
        problems.push_back({{fields::market::line, problem.line},
                            {fields::market::column, problem.column},
                            {fields::market::message, problem.message}});
    co_return door::success(wire::Json{{fields::market::valid, file.problems.empty()},
                                       {fields::market::problems, std::move(problems)}});
}

namespace {

/// What cannot be stored is not counted.
Task<> count_deployment(Rooms& rooms, std::string id) {
    std::vector<FeatureUse> uses{{observe::day_number(now_utc()), "template_deployed", std::move(id), 1, 0}};
    auto adding = rooms.control.desk->history.add_features(std::move(uses));
    (void)co_await std::move(adding);
}

}  // namespace

Task<http::Response> deploy_template(Rooms& rooms, http::Request request) {
    auto finding = template_of(rooms, request.path_values.at(0));
    const auto found = co_await std::move(finding);
    if (!found) co_return door::failure(found.error());
    const auto wanted = read_deployment(request, found->content);
    if (!wanted) co_return door::failure(wanted.error());
    auto filled = templates::fill(found->content, wanted->name, wanted->values);
    if (!filled) co_return door::failure(filled.error());
    if (wanted->dry_run)
        co_return door::success(wire::Json{{fields::market::definition, wire::from_spec(filled->spec)}});
    if (rooms.control.check_policy) {
        if (auto allowed = rooms.control.check_policy(filled->spec); !allowed)
            co_return door::failure(allowed.error());
    }
    auto work = deploy(rooms, std::move(*filled), found->content.id, actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, "deploy " + wanted->name, std::move(work));
    const auto defined = co_await std::move(running);
    if (!defined) co_return door::failure(defined.error());
    rooms.tasks.spawn("count a template", count_deployment(rooms, found->content.id));
    if (wanted->start) {
        auto starting = rooms.supervisor.start(defined->id, actor_of(request));
        const auto started = co_await std::move(starting);
        if (!started) co_return door::failure(started.error());
    }
    const auto now = rooms.supervisor.find(defined->id);
    auto response = door::success(wire::from_view(now ? *now : *defined), 201);
    response.headers.emplace_back("Location", "/api/servers/" + defined->id);
    co_return response;
}

}  // namespace mcpm::api
