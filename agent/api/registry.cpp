// Registries and catalogues: search, look, deploy. An entry is a template that nobody here has tried: the
// same checks, the same way to a definition.
#include "agent/registry/registry.hpp"

#include "agent/api/deployment.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "agent/registry/server_json.hpp"
#include "agent/templates/template_json.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"
#include "common/units.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using registry::Entry;

/// What a body asks for.
struct Asked {
    std::string id, version, url, document, name;
    templates::Values values = {};
    bool start = false;
    bool dry_run = false;
};

Result<Asked> read_asked(const http::Request& request, std::initializer_list<std::string_view> keys) {
    const auto body = object_of(request, keys);
    if (!body) return body.error();
    Asked out;
    for (const auto& [key, text] :
         {std::pair{fields::market::id, &out.id}, std::pair{fields::market::version, &out.version},
          std::pair{fields::registry::url, &out.url}, std::pair{fields::registry::document, &out.document},
          std::pair{fields::market::name, &out.name}}) {
        const auto found = body->find(key);
        if (found == body->end()) continue;
        if (!found->is_string() || found->get<std::string>().empty())
            return Error{ErrorCode::validation_error, std::string(key) + ": a text is expected"};
        *text = found->get<std::string>();
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
    const int ways = int(!out.id.empty()) + int(!out.url.empty()) + int(!out.document.empty());
    if (ways != 1) return Error{ErrorCode::validation_error, "one of id, url and document is expected"};
    return out;
}

Task<Result<Entry>> entry_of(Rooms& rooms, Asked asked) {
    if (!asked.id.empty()) co_return co_await rooms.control.registry->entry(asked.id, asked.version);
    if (!asked.url.empty()) co_return co_await rooms.control.registry->entry_at(asked.url);
    const auto document = wire::parse(asked.document);
    if (!document) co_return document.error();
    co_return registry::read_server_json(*document, "a file");
}

wire::Json source_json(const registry::SourceState& source) {
    wire::Json json{{fields::market::name, source.name}};
    if (source.as_of != Timestamp{}) json[fields::registry::as_of] = format_time(source.as_of);
    if (!source.problem.empty()) json[fields::registry::problem] = source.problem;
    return json;
}

}  // namespace

Task<http::Response> search_registries(Rooms& rooms, http::Request request) {
    std::string query(request.parameter("q").value_or(""));
    auto searching = rooms.control.registry->search(std::move(query));
    const auto found = co_await std::move(searching);
    auto entries = wire::Json::array();
    for (const auto& entry : found.entries) entries.push_back(registry::summary_json(entry));
    auto sources = wire::Json::array();
    for (const auto& source : found.sources) sources.push_back(source_json(source));
    co_return door::success(wire::Json{{fields::registry::entries, std::move(entries)},
                                       {fields::registry::sources, std::move(sources)},
                                       {fields::registry::more, found.is_cut}});
}

Task<http::Response> read_registry_entry(Rooms& rooms, http::Request request) {
    auto asked = read_asked(request, {fields::market::id, fields::market::version, fields::registry::url,
                                      fields::registry::document});
    if (!asked) co_return door::failure(asked.error());
    auto finding = entry_of(rooms, std::move(*asked));
    const auto entry = co_await std::move(finding);
    if (!entry) co_return door::failure(entry.error());
    co_return door::success(registry::whole_json(*entry));
}

Task<http::Response> deploy_registry_entry(Rooms& rooms, http::Request request) {
    const auto asked =
        read_asked(request, {fields::market::id, fields::market::version, fields::registry::url,
                             fields::registry::document, fields::market::name, fields::market::parameters,
                             fields::market::start, fields::market::dry_run});
    if (!asked) co_return door::failure(asked.error());
    auto finding = entry_of(rooms, *asked);
    const auto entry = co_await std::move(finding);
    if (!entry) co_return door::failure(entry.error());
    if (!entry->problem.empty())
        co_return door::failure(Error{ErrorCode::validation_error,
                                      "\"" + entry->id + "\" cannot be installed: " + entry->problem});
    const std::string name = asked->name.empty() ? entry->id.substr(entry->id.rfind('/') + 1) : asked->name;
    auto filled = templates::fill(entry->content, name, asked->values);
    if (!filled) co_return door::failure(filled.error());
    filled->spec.labels.erase("template");
    filled->spec.labels.emplace("registry", entry->id.substr(0, 256));
    if (asked->dry_run)
        co_return door::success(wire::Json{{fields::market::definition, wire::from_spec(filled->spec)}});
    auto deploying = deploy(rooms, std::move(*filled), entry->from + ", " + entry->id, actor_of(request),
                            asked->start ? AfterDeployment::start : AfterDeployment::leave);
    auto response = co_await std::move(deploying);
    co_return response;
}

}  // namespace mcpm::api
