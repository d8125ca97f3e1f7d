// Registries and catalogues: search, look, deploy. An entry is a template that nobody here has tried: the
// same checks, the same way to a definition.
#include "agent/registry/registry.hpp"

#include "agent/api/deployment.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "agent/packages/placed_package.hpp"
#include "agent/registry/bundle_entry.hpp"
#include "agent/registry/server_json.hpp"
#include "agent/templates/template_json.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"
#include "common/own_file.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using registry::Entry;

/// What a body asks for.
struct Asked {
    std::string id, version, url, document, bundle, digest;
    DeploymentWishes wishes = {};
};

Result<Asked> read_asked(const http::Request& request, std::initializer_list<std::string_view> keys) {
    const auto body = object_of(request, keys);
    if (!body) return body.error();
    Asked out;
    for (const auto& [key, text] :
         {std::pair{fields::market::id, &out.id}, std::pair{fields::market::version, &out.version},
          std::pair{fields::registry::url, &out.url}, std::pair{fields::registry::document, &out.document},
          std::pair{fields::registry::bundle, &out.bundle},
          std::pair{fields::registry::digest, &out.digest}}) {
        const auto found = body->find(key);
        if (found == body->end()) continue;
        if (!found->is_string() || found->get<std::string>().empty())
            return Error{ErrorCode::validation_error, std::string(key) + ": a text is expected"};
        *text = found->get<std::string>();
    }
    auto wishes = read_wishes(*body);
    if (!wishes) return wishes.error();
    out.wishes = std::move(*wishes);
    const int ways =
        int(!out.id.empty()) + int(!out.url.empty()) + int(!out.document.empty()) + int(!out.bundle.empty());
    if (ways != 1)
        return Error{ErrorCode::validation_error, "one of id, url, document and bundle is expected"};
    return out;
}

/// A bundle is read for what it asks for, and the digest of its bytes becomes part of the definition.
Task<Result<Entry>> bundle_of(Rooms& rooms, std::string place, std::string digest) {
    Result<std::string> bytes =
        Error{ErrorCode::validation_error, "bundle: an absolute path or an address is expected"};
    if (is_web_url(place)) {
        bytes = co_await rooms.registry.bytes_at(place, placed::most_bytes);
        if (!bytes) {
            Error error = bytes.error();
            if (error.hint.empty()) error.hint = "is the address right, and the network there?";
            co_return error;
        }
    } else if (place.starts_with('/')) {
        auto read = [place] {
            return read_own_file(place, placed::most_bytes, {Links::followed, Owner::anybody});
        };
        bytes = co_await offload(rooms.workers, std::move(read));
    }
    if (!bytes) co_return bytes.error();
    auto look = [bytes = std::make_shared<const std::string>(std::move(*bytes)), place,
                 digest]() -> Result<Entry> {
        if (auto good = placed::check_digest(*bytes, digest, place); !good) return good.error();
        const auto manifest = placed::manifest_of(*bytes);
        if (!manifest) return manifest.error();
        if (const auto server = placed::read_server(*manifest); !server) return server.error();
        const char* const home = std::getenv("HOME");
        return registry::read_bundle(*manifest, {place, sha256_digest(*bytes), home == nullptr ? "" : home});
    };
    auto entry = co_await offload(rooms.workers, std::move(look));
    co_return entry;
}

Task<Result<Entry>> described_by(Rooms& rooms, Asked asked) {
    if (!asked.id.empty()) co_return co_await rooms.registry.entry(asked.id, asked.version);
    if (!asked.url.empty()) co_return co_await rooms.registry.entry_at(asked.url);
    const auto document = wire::parse(asked.document);
    if (!document) co_return document.error();
    co_return registry::read_server_json(*document, "a file");
}

Task<Result<Entry>> entry_of(Rooms& rooms, Asked asked) {
    if (!asked.bundle.empty()) {
        auto entry = co_await bundle_of(rooms, asked.bundle, asked.digest);
        co_return entry;
    }
    auto entry = co_await described_by(rooms, std::move(asked));
    if (!entry || entry->bundle.empty()) co_return entry;
    auto bundle = co_await bundle_of(rooms, entry->bundle, entry->bundle_digest);
    if (!bundle) co_return bundle.error();
    const auto origin = *entry;
    entry->content = std::move(bundle->content);
    entry->content.id = origin.id;
    if (entry->problem.empty()) {
        entry->problem = bundle->problem;
        entry->problem_at = bundle->problem_at;
    }
    co_return entry;
}

/// What the definition cannot be is the fault of what it was made of, unless a value was wrong.
Error in_document(Error error, const Entry& entry) {
    if (error.message.starts_with("template ") && !entry.source_at.empty()) {
        error.details = ErrorDetails(Detail::field, entry.source_at);
        error.message = entry.source_at + ": " + error.message;
        error.hint = "correct it there, or `mcpm add NAME` defines the server by hand";
    }
    return error;
}

wire::Json source_json(const registry::SourceState& source) {
    wire::Json json{{fields::market::name, source.name}};
    if (source.as_of != Timestamp{}) json[fields::registry::as_of] = format_time(source.as_of);
    if (!source.problem.empty()) json[fields::registry::problem] = source.problem;
    return json;
}

}  // namespace

Task<http::Response> search_registries(Rooms& rooms, http::Request& request) {
    std::string query(request.parameter("q").value_or(""));
    const auto found = co_await rooms.registry.search(std::move(query));
    auto entries = wire::Json::array();
    for (const auto& entry : found.entries) entries.push_back(registry::summary_json(entry));
    auto sources = wire::Json::array();
    for (const auto& source : found.sources) sources.push_back(source_json(source));
    co_return door::success(wire::Json{{fields::registry::entries, std::move(entries)},
                                       {fields::registry::sources, std::move(sources)},
                                       {fields::registry::more, found.is_cut}});
}

Task<http::Response> read_registry_entry(Rooms& rooms, http::Request& request) {
    auto asked =
        read_asked(request, {fields::registry::bundle, fields::registry::digest, fields::market::id,
                             fields::market::version, fields::registry::url, fields::registry::document});
    if (!asked) co_return door::failure(asked.error());
    const auto entry = co_await entry_of(rooms, std::move(*asked));
    if (!entry) co_return door::failure(entry.error());
    co_return door::success(registry::whole_json(*entry));
}

Task<http::Response> deploy_registry_entry(Rooms& rooms, http::Request& request) {
    const auto asked =
        read_asked(request, {fields::registry::bundle, fields::registry::digest, fields::market::id,
                             fields::market::version, fields::registry::url, fields::registry::document,
                             fields::market::name, fields::market::parameters, fields::market::start,
                             fields::market::dry_run});
    if (!asked) co_return door::failure(asked.error());
    const auto entry = co_await entry_of(rooms, *asked);
    if (!entry) co_return door::failure(entry.error());
    if (const auto can_be = registry::check_installable(*entry); !can_be)
        co_return door::failure(can_be.error());
    const auto& wishes = asked->wishes;
    const std::string name = wishes.name.empty() ? entry->id.substr(entry->id.rfind('/') + 1) : wishes.name;
    auto filled = templates::fill(entry->content, name, wishes.values);
    if (!filled) co_return door::failure(in_document(filled.error(), *entry));
    filled->spec.labels.erase("template");
    filled->spec.labels.emplace("registry", entry->id.substr(0, 256));
    if (wishes.how == Deploying::dry_run)
        co_return door::success(wire::Json{{fields::market::definition, wire::from_spec(filled->spec)}});
    co_return co_await deploy(rooms, std::move(*filled), entry->from + ", " + entry->id, actor_of(request),
                              wishes.after);
}

}  // namespace mcpm::api
