// Many servers as one: lists come from what each offered last, so no dead or slow server delays them; calls
// go to the one that the catalog names.
#include "agent/gateway/lists.hpp"
#include "agent/gateway/shown_uris.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/ui_uris.hpp"
#include "common/json_walk.hpp"
#include "common/number.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

constexpr std::size_t page_size = 1000;
constexpr std::size_t instructions_limit = 16u << 10;
constexpr std::chrono::milliseconds offers_settle_time{
    700};  // what a server offers is looked at after its start

constexpr std::string_view search_tools =
    R"([{"name":"find_tools","description":"Find tools by what they do. Returns names, descriptions and input schemas; call one with call_tool.","inputSchema":{"type":"object","properties":{"query":{"type":"string","description":"words that describe what is needed"},"limit":{"type":"integer","minimum":1,"maximum":50,"default":5}},"required":["query"]}},{"name":"call_tool","description":"Call a tool that find_tools found.","inputSchema":{"type":"object","properties":{"name":{"type":"string"},"arguments":{"type":"object"}},"required":["name"]}}])";

}  // namespace

mcp::SessionFacts Gateway::State::aggregate_facts(const Scope& scope) {
    mcp::SessionFacts facts;
    facts.protocol_version = mcp::newest_handshake_version;
    facts.server_info = R"({"name":"mcpm","version":")" MCPM_VERSION R"("})";
    bool completions = false, logging = false;
    std::string apps;
    if (scope.kind == Scope::Kind::profile)
        facts.instructions = directory.instructions_of(scope.name).substr(0, instructions_limit);
    for (const auto& target : scopes.members(scope)) {
        mcp::SessionFacts kept;
        const auto* const known = directory.is_up(target->id) ? facts_now(target, kept) : nullptr;
        if (known == nullptr) continue;
        const auto extensions = mcp::member(known->capabilities, "extensions");
        if (apps.empty() && extensions.type == JsonType::object)
            apps = mcp::member(extensions.text, ui_extension).text;
        completions |= has_member(known->capabilities, "completions");
        logging |= known->era == Era::per_request || has_member(known->capabilities, "logging");
        if (known->instructions.empty() || facts.instructions.size() >= instructions_limit) continue;
        facts.instructions += (facts.instructions.empty() ? "" : "\n\n") + std::string("# ") + target->name +
                              "\n" + known->instructions.substr(0, instructions_limit / 4);
    }
    facts.instructions = facts.instructions.substr(0, instructions_limit);
    facts.capabilities =
        R"({"tools":{"listChanged":true},"prompts":{"listChanged":true},"resources":{"subscribe":true,"listChanged":true})";
    if (completions) facts.capabilities += R"(,"completions":{})";
    if (logging) facts.capabilities += R"(,"logging":{})";
    if (!apps.empty())
        facts.capabilities += R"(,"extensions":{")" + std::string(ui_extension) + "\":" + apps + "}";
    facts.capabilities += "}";
    return facts;
}

void Gateway::State::route_aggregate(const ExchangePtr& x) {
    if (!list_member(x->method).empty()) return list_aggregate(x);
    const Scope& scope = x->client->scope;
    const auto& scan = x->message->scan;
    if (x->method == "tools/call") {
        const std::string shown = decode_string(scan.name);
        if (scope.search && shown == "find_tools") return find_tools(x);
        if (scope.search && shown == "call_tool") return call_found(x);
        if (!point_at_tool(x, shown)) return fail(x, mcp::rpc_code::invalid_params, "Unknown tool: " + shown);
        return submit_call(x);
    }
    if (x->method == "prompts/get") {
        const std::string shown = decode_string(scan.name);
        const auto* const place = scopes.catalog(scope).prompt(shown);
        if (place == nullptr) return fail(x, mcp::rpc_code::invalid_params, "Unknown prompt: " + shown);
        x->target = place->target;
        x->params = with_string(scan.params.text, scan.name, place->name);
        mark_uris(x);
        return submit(x);
    }
    if (x->method == "resources/read") {
        const std::string uri = decode_string(scan.uri);
        const auto place = scopes.catalog(scope).resource(uri);
        if (!place) {
            return fail(x, not_found_code(x->era), "Resource not found: " + uri,
                        R"({"uri":)" + mcp::quote(uri) + "}");
        }
        x->target = place->target;
        show_other_uri(x, uri);
        return submit(x);
    }
    if (x->method == "completion/complete") return complete_aggregate(x);
    if (x->method.starts_with("tasks/") && point_at_task(x)) return submit(x);
    if (!x->done) fail(x, mcp::rpc_code::method_not_found, "Method not found: " + x->method, {}, 404);
}

/// The server gets its own URI in place of the marked one; the client sees marked ones in the result.
void Gateway::State::show_other_uri(const ExchangePtr& x, const std::string& shown) {
    const std::string real = own_uri(x->client->scope, shown);
    if (real == shown) return;
    x->params = with_string(x->message->scan.params.text, x->message->scan.uri, real);
    mark_uris(x);
}

void Gateway::State::mark_uris(const ExchangePtr& x) {
    const Catalog& names = scopes.catalog(x->client->scope);
    x->rewrite = [mark = names.mark(x->target->id),
                  prefix = names.prefix(x->target->id)](std::string result) {
        const bool has_none = ::memmem(result.data(), result.size(), R"("uri")", 5) == nullptr;
        if (!has_none) result = with_marked_uris(std::move(result), mark);
        return with_shown_ui_uris(std::move(result), prefix);
    };
}

bool Gateway::State::point_at_tool(const ExchangePtr& x, const std::string& shown) {
    const Catalog& names = scopes.catalog(x->client->scope);
    std::string real;
    if (const auto* const place = names.tool(shown)) {
        x->target = place->target;
        real = place->name;
    } else if (const auto* const target = names.by_prefix(shown, real)) {
        x->target = *target;
    } else {
        return false;
    }
    const std::string_view params = x->params_text();
    x->params = with_string(params, mcp::member(params, "name"), real);
    mark_uris(x);
    return true;
}

void Gateway::State::complete_aggregate(const ExchangePtr& x) {
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice ref = mcp::member(params, "ref");
    const Catalog& names = scopes.catalog(x->client->scope);
    if (const mcp::JsonSlice name = mcp::member(ref.text, "name"); name.type == JsonType::string) {
        if (const auto* const place = names.prompt(decode_string(name))) {
            x->target = place->target;
            x->params = with_string(params, name, place->name);
        }
    } else if (const mcp::JsonSlice uri = mcp::member(ref.text, "uri"); uri.type == JsonType::string) {
        if (const auto place = names.resource(decode_string(uri))) {
            x->target = place->target;
            x->params = with_string(params, uri, place->name);
        }
    }
    if (!x->target)
        return fail(x, mcp::rpc_code::invalid_params,
                    "Invalid params: ref names nothing that is offered here");
    submit(x);
}

/// Pages end where the page is full; a cursor names the server and the entry to go on with.
void Gateway::State::list_aggregate(const ExchangePtr& x) {
    if (x->era == Era::handshake) {
        for (const auto& target : scopes.members(x->client->scope)) open_with_roots(x->client, target);
    }
    const std::string_view member = list_member(x->method);
    const mcp::SessionFacts facts = aggregate_facts(x->client->scope);
    std::string result = "{\"" + std::string(member) + "\":";
    if (x->client->scope.search && x->method == "tools/list") {
        result.append(search_tools).append("}");
        return succeed(x, x->era == Era::per_request ? modern_result(result, x->method, facts) : result);
    }
    const auto& entries = scopes.catalog(x->client->scope).list(x->method);
    std::size_t from = 0;
    if (const mcp::JsonSlice cursor = mcp::member(x->message->scan.params.text, "cursor")) {
        const std::string text = decode_string(cursor);
        const auto dot = text.find('.');
        const auto skip = dot == std::string::npos
                              ? std::nullopt
                              : parse_number<std::size_t>(std::string_view(text).substr(dot + 1));
        const bool good = skip.has_value();
        const auto first = std::find_if(entries.begin(), entries.end(), [&](const Catalog::Entry& entry) {
            return good && entry.server_id == text.substr(0, dot);
        });
        from = static_cast<std::size_t>(first - entries.begin()) + skip.value_or(0);
        if (!good || from >= entries.size()) {
            return fail(x, mcp::rpc_code::invalid_params,
                        "Invalid params: the cursor names nothing that is there");
        }
    }
    const std::size_t to = std::min(entries.size(), from + page_size);
    result += "[";
    for (std::size_t at = from; at < to; ++at) result.append(at > from ? "," : "").append(entries[at].text);
    result += "]";
    if (to < entries.size()) {
        const auto& next = entries[to].server_id;
        std::size_t skip = 0;
        while (skip < to && entries[to - skip - 1].server_id == next) ++skip;
        result += R"(,"nextCursor":")" + next + "." + std::to_string(skip) + "\"";
    }
    result += "}";
    succeed(x, x->era == Era::per_request ? modern_result(result, x->method, facts) : result);
}

// --- changes ---

void Gateway::State::offers_may_have_changed() {
    if (closed || std::exchange(offers_due, true)) return;
    tasks.spawn("tell of servers that came or went", tell_of_offers(shared_from_this()));
}

Task<> Gateway::State::tell_of_offers(std::shared_ptr<State> self) {
    co_await sleep_for(offers_settle_time);
    self->offers_due = false;
    self->forget_removed();
    std::string now = self->scopes.offers_digest(Scope{});
    if (now == self->told_offers) co_return;
    self->told_offers = std::move(now);
    for (const char* what : {"tools", "prompts", "resources"}) {
        const std::string method = "notifications/" + std::string(what) + "/list_changed";
        const std::string message = mcp::make_notification(method, {});
        for (const auto& client : self->clients.everyone()) {
            if (client->scope.kind == Scope::Kind::server || !client->has_initialized) continue;
            client->out->push(message, Outbox::Weight::notice);
        }
        self->notify_aggregate_listens(method);
    }
}

/// Drops what is kept of servers that were removed. None of them comes back: ids are never used again.
void Gateway::State::forget_removed() {
    std::erase_if(upstreams, [this](const auto& entry) {
        const auto& [key, up] = entry;
        const bool is_idle = up.open.empty() && up.parked.empty() && up.queue.is_empty() && !up.flush_armed;
        if (is_own_key(key) || !is_idle || directory.is_defined(key)) return false;
        usage.forget(key);
        return sessions.open_facts(key) == nullptr;
    });
}

void Gateway::servers_changed() {
    state_->offers_may_have_changed();
}

}  // namespace mcpm::gateway
