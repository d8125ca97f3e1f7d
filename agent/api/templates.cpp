// The marketplace: list, show, deploy. A deployment is a definition like any other: checked, its secrets
// stored, defined; what was begun and could not be finished leaves nothing behind.
#include "agent/api/deployment.hpp"
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
    rooms.tasks.spawn("count a template", count_deployment(rooms, found->content.id));
    auto deploying = deploy(rooms, std::move(*filled), "template " + found->content.id, actor_of(request),
                            wanted->start ? AfterDeployment::start : AfterDeployment::leave);
    auto response = co_await std::move(deploying);
    co_return response;
}

}  // namespace mcpm::api
