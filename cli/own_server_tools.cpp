#include "cli/own_server_tools.hpp"

#include "cli/entry_install.hpp"
#include "cli/own_fields.hpp"
#include "cli/template_values.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/registry_fields.hpp"
#include "common/package_registries.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

constexpr std::size_t most_found = 30;

/// The members that are there, of these.
Json some_of(const Json& object, std::initializer_list<const char*> keys) {
    Json out = Json::object();
    for (const char* key : keys)
        if (const Json& value = member(object, key); !value.is_null()) out[key] = value;
    return out;
}

Result<std::string> name_in(const Json& arguments, const char* key = "name") {
    const Json& value = member(arguments, key);
    if (value.is_string() && !value.get<std::string>().empty()) return value.get<std::string>();
    return Error{ErrorCode::validation_error, std::string(key) + ": a text is expected"};
}

Json outline_of(const Json& server) {
    return some_of(server,
                   {"name", "type", "status", "statusReason", "healthStatus", "restartCount", "startedAt"});
}

Result<Json> list_servers(OwnServer& server, const Json&) {
    const auto all = server.agent().servers();
    if (!all) return all.error();
    Json out = Json::array();
    for (const Json& one : *all) out.push_back(outline_of(one));
    return ok(Json{{"servers", std::move(out)}});
}

Result<Json> server_status(OwnServer& server, const Json& arguments) {
    const auto name = name_in(arguments);
    if (!name) return name.error();
    const auto found = server.agent().server(*name);
    if (!found) return found.error();
    Json out = outline_of(*found);
    const auto add = [&](const char* key) {
        if (const Json& value = member(*found, key); !value.is_null()) out[key] = value;
    };
    for (const char* key : {"run", "lastExit", "nextRetryAt", "image", "url", "command"}) add(key);
    for (const char* key : package_registries) add(key);
    return ok(std::move(out));
}

Result<Json> why_server(OwnServer& server, const Json& arguments) {
    const auto name = name_in(arguments);
    if (!name) return name.error();
    return server.agent().part(*name, "why");
}

Result<Json> server_logs(OwnServer& server, const Json& arguments) {
    constexpr std::int64_t most_lines = 500;
    const auto name = name_in(arguments);
    if (!name) return name.error();
    const auto lines = std::clamp<std::int64_t>(integer(arguments, own::lines).value_or(50), 1, most_lines);
    return server.agent().part(*name, "logs",
                               Query()
                                   .add("tail", std::to_string(lines))
                                   .add_if("level", text(arguments, own::level))
                                   .add_if("text", text(arguments, own::text)));
}

Result<Json> act(OwnServer& server, const Json& arguments, const char* action) {
    const auto name = name_in(arguments);
    if (!name) return name.error();
    const auto done = server.agent().act(*name, action);
    if (!done) return done.error();
    const auto now = server.agent().server(*name);
    return now ? ok(outline_of(*now)) : Result<Json>(now.error());
}

Result<Json> start_server(OwnServer& server, const Json& arguments) {
    return act(server, arguments, "start");
}

Result<Json> stop_server(OwnServer& server, const Json& arguments) {
    return act(server, arguments, "stop");
}

Result<Json> search_servers(OwnServer& server, const Json& arguments) {
    const auto query = name_in(arguments, "query");
    if (!query) return query.error();
    const auto templates = server.agent().templates(Query().add("q", *query));
    if (!templates) return templates.error();
    const auto registry = server.agent().registry(Query().add("q", *query));
    Json found = Json::array();
    const auto add = [&found](const Json& all) {
        for (const Json& one : all)
            if (found.size() < most_found)
                found.push_back(
                    some_of(one, {"id", "description", "from", "verified", "required", "problem", "note"}));
    };
    add(*templates);
    if (registry) add(member(*registry, fields::registry::entries));
    Json out{{"found", std::move(found)}};
    if (!registry) out[own::registry] = registry.error().message;
    return ok(std::move(out));
}

/// An assistant knows no secret: it names one that a person has stored.
Result<> check_secrets(const Json& entry, const Json& parameters) {
    for (const Json& one : member(entry, fields::market::parameters)) {
        const std::string name = text(one, fields::market::name);
        const std::string value = text(parameters, name);
        if (!is_true(one, fields::market::secret) || value.empty() || value.starts_with("secret:")) continue;
        return Error{ErrorCode::validation_error, name +
                                                      " is a secret: a person stores it with `mcpm secret "
                                                      "set NAME`, and it is given here as secret:NAME"};
    }
    return {};
}

Result<Json> install_server(OwnServer& server, const Json& arguments) {
    const auto id = name_in(arguments, "id");
    if (!id) return id.error();
    const bool is_foreign = id->find('/') != std::string::npos;
    if (is_foreign && names_an_entry(*id) && (id->ends_with(".json") || split_url(*id)))
        return Error{ErrorCode::validation_error, "id: one that search_servers says is expected"};
    AgentClient& agent = server.agent();
    const auto entry = is_foreign ? agent.registry_entry(Json{{"id", *id}}) : agent.template_named(*id);
    if (!entry) return entry.error();
    if (const auto whole = check_not_broken(*entry); !whole) return whole.error();
    const Json& given = member(arguments, own::parameters);
    Json body{{"parameters", given.is_object() ? given : Json::object()}};
    if (const auto good = check_secrets(*entry, body[fields::market::parameters]); !good) return good.error();
    if (const auto name = text(arguments, own::name); !name.empty()) body[fields::market::name] = name;
    if (is_foreign) {
        body[fields::market::id] = *id;
        if (const auto version = text(*entry, fields::market::version); !version.empty())
            body[fields::market::version] = version;
    }
    const auto deploy = [&](const Json& with) {
        return is_foreign ? agent.deploy_registry_entry(with) : agent.deploy_template(*id, with);
    };
    Json look = body;
    look[fields::market::dry_run] = true;
    const auto planned = deploy(look);
    if (!planned) return planned.error();
    std::string question = "Install this MCP server?\n";
    for (const auto& line : plan_lines(*entry, member(*planned, fields::market::definition)))
        question += line + "\n";
    if (const auto agreed = server.ask_person(question); !agreed) return agreed.error();
    const auto deployed = deploy(body);
    return deployed ? ok(outline_of(*deployed)) : Result<Json>(deployed.error());
}

constexpr const char* by_name = R"({"name": {"type": "string", "description": "the server's name"}})";
constexpr const char* needs_name = R"(["name"])";

constexpr std::array table{
    OwnTool{"list_servers", "List the MCP servers that mcpm runs, with their state and health.", "{}", "[]",
            Effect::reads, list_servers},
    OwnTool{"server_status", "One server: its state, health, last exit, next retry, and what it is run from.",
            by_name, needs_name, Effect::reads, server_status},
    OwnTool{"server_logs", "The last lines of a server's log.",
            R"({"name": {"type": "string", "description": "the server's name"},
                "lines": {"type": "integer", "minimum": 1, "maximum": 500, "description": "how many; 50 unless said"},
                "level": {"type": "string", "enum": ["error", "warning", "info", "debug"], "description": "this level and worse"},
                "text": {"type": "string", "description": "only lines with this text"}})",
            needs_name, Effect::reads, server_logs},
    OwnTool{"why_server",
            "Why a server is as it is: the cause of a failed start or crash, its last lines, and what to do.",
            by_name, needs_name, Effect::reads, why_server},
    OwnTool{"start_server", "Start a server, and wait until it runs.", by_name, needs_name, Effect::changes,
            start_server},
    OwnTool{"stop_server", "Stop a server.", by_name, needs_name, Effect::removes, stop_server},
    OwnTool{"search_servers", "Find MCP servers to install: templates, the MCP registry, catalogues.",
            R"({"query": {"type": "string", "description": "words that must all fit"}})", R"(["query"])",
            Effect::reads, search_servers},
    OwnTool{
        "install_server",
        "Install a server that search_servers found. The person is shown what would run and is asked first.",
        R"({"id": {"type": "string", "description": "as search_servers says it"},
                "name": {"type": "string", "description": "the server's name; empty: after its id"},
                "parameters": {"type": "object", "description": "what it requires; a secret as secret:NAME of a stored one"}})",
        R"(["id"])", Effect::changes, install_server},
};

}  // namespace

std::span<const OwnTool> own_tool_table() {
    return table;
}

}  // namespace mcpm::cli
