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
    auto catalogue = co_await offload(rooms.workers, std::move(read));
    co_return catalogue;
}

Task<Result<Listed>> template_of(Rooms& rooms, std::string id) {
    const auto catalogue = co_await catalogue_of(rooms);
    co_return templates::find_template(catalogue, id);
}

Result<DeploymentWishes> wishes_of(const http::Request& request) {
    const auto body =
        object_of(request, {fields::market::name, fields::market::parameters, fields::market::start,
                            fields::market::dry_run, fields::market::force});
    if (!body) return body.error();
    return read_wishes(*body);
}

}  // namespace

Task<http::Response> list_templates(Rooms& rooms, http::Request& request) {
    const auto catalogue = co_await catalogue_of(rooms);
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

Task<http::Response> show_template(Rooms& rooms, http::Request& request) {
    const auto found = co_await template_of(rooms, request.path_values.at(0));
    if (!found) co_return door::failure(found.error());
    co_return door::success(templates::whole_json(*found));
}

Task<http::Response> validate_template(Rooms&, http::Request& request) {
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

/// What is known not to start is installed only for who wants it nevertheless.
Result<> check_whole(const templates::Template& one, const DeploymentWishes& wanted) {
    if (one.broken.empty() || wanted.how == Deploying::dry_run || wanted.if_broken == IfBroken::install)
        return {};
    return Error{ErrorCode::cannot_launch,
                 "the template " + one.id + " is broken as it is published: " + one.broken,
                 {},
                 "`mcpm search` finds another; --force (in the API: force) installs it nevertheless"};
}

/// What cannot be stored is not counted.
Task<> count_deployment(Rooms& rooms, std::string id) {
    std::vector<FeatureUse> uses{{observe::day_number(now_utc()), "template_deployed", std::move(id), 1, 0}};
    (void)co_await rooms.desk.history.add_features(std::move(uses));
}

}  // namespace

Task<http::Response> deploy_template(Rooms& rooms, http::Request& request) {
    const auto found = co_await template_of(rooms, request.path_values.at(0));
    if (!found) co_return door::failure(found.error());
    const auto wanted = wishes_of(request);
    if (!wanted) co_return door::failure(wanted.error());
    const auto& name = wanted->name.empty() ? found->content.id : wanted->name;
    auto filled = templates::fill(found->content, name, wanted->values);
    if (!filled) co_return door::failure(filled.error());
    if (const auto whole = check_whole(found->content, *wanted); !whole)
        co_return door::failure(whole.error());
    if (wanted->how == Deploying::dry_run)
        co_return door::success(wire::Json{{fields::market::definition, wire::from_spec(filled->spec)}});
    rooms.tasks.spawn("count a template", count_deployment(rooms, found->content.id));
    co_return co_await deploy(rooms, std::move(*filled), "template " + found->content.id, actor_of(request),
                              wanted->after);
}

}  // namespace mcpm::api
