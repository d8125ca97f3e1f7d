#include "agent/gateway/listens.hpp"

#include "agent/gateway/messages.hpp"
#include "agent/gateway/subscribers.hpp"
#include "agent/mcp/json_rpc.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::JsonType;

namespace {

constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

bool is_true(std::string_view object, std::string_view name) {
    return mcp::member(object, name).text == "true";
}

/// Whether capabilities.PART.FLAG is true.
bool offers(const mcp::SessionFacts& facts, std::string_view part, std::string_view flag) {
    const mcp::JsonSlice member = mcp::member(facts.capabilities, part);
    return member.type == JsonType::object && is_true(member.text, flag);
}

void add_flag(std::string& filter, std::string_view name, bool is_set) {
    if (!is_set) return;
    if (filter.size() > 1) filter.push_back(',');
    filter.append("\"").append(name).append("\":true");
}

}  // namespace

bool ListenFilter::wants(std::string_view method, std::string_view uri) const {
    if (method == "notifications/tools/list_changed") return tools;
    if (method == "notifications/prompts/list_changed") return prompts;
    if (method == "notifications/resources/list_changed") return resources;
    return !uri.empty() && std::any_of(uris.begin(), uris.end(),
                                       [&](const std::string& one) { return is_part_of(uri, one); });
}

std::set<std::string> ListenFilter::uris_marked(std::string_view mark) const {
    std::set<std::string> own;
    for (const auto& uri : uris) {
        if (uri.starts_with(mark)) own.insert(uri.substr(mark.size()));
    }
    return own;
}

std::string ListenFilter::text() const {
    std::string filter = "{";
    add_flag(filter, "toolsListChanged", tools);
    add_flag(filter, "promptsListChanged", prompts);
    add_flag(filter, "resourcesListChanged", resources);
    if (!uris.empty()) {
        if (filter.size() > 1) filter.push_back(',');
        filter += R"("resourceSubscriptions":[)";
        for (const auto& uri : uris) filter.append(uri == *uris.begin() ? "" : ",").append(mcp::quote(uri));
        filter += "]";
    }
    return filter + "}";
}

ListenFilter read_listen_filter(std::string_view notifications) {
    ListenFilter asked;
    asked.tools = is_true(notifications, "toolsListChanged");
    asked.prompts = is_true(notifications, "promptsListChanged");
    asked.resources = is_true(notifications, "resourcesListChanged");
    const std::string_view uris = mcp::member(notifications, "resourceSubscriptions").text;
    for_each_element(uris, [&](const mcp::JsonSlice& uri) {
        if (uri.type == JsonType::string && asked.uris.size() < ListenFilter::uris_limit)
            asked.uris.insert(decode_string(uri));
    });
    return asked;
}

void grant(ListenFilter& granted, const ListenFilter& asked, const mcp::SessionFacts& facts) {
    granted.tools |= asked.tools && offers(facts, "tools", "listChanged");
    granted.prompts |= asked.prompts && offers(facts, "prompts", "listChanged");
    granted.resources |= asked.resources && offers(facts, "resources", "listChanged");
    if (offers(facts, "resources", "subscribe")) granted.uris = asked.uris;
}

std::string Listen::meta() const {
    return R"("_meta":{")" + std::string(subscription_key) + "\":" + exchange->id + "}";
}

void Listen::tell(std::string_view method, std::string_view params) const {
    const std::string with_id = with_members(params.empty() ? "{}" : params, meta());
    exchange->out->push(mcp::make_notification(method, with_id), Outbox::Weight::notice);
}

const Listen& Listens::add(ExchangePtr exchange, ListenFilter filter) {
    return listens_.emplace_back(Listen{std::move(exchange), std::move(filter)});
}

bool Listens::remove(const ExchangePtr& exchange) {
    return std::erase_if(listens_, [&](const Listen& one) { return one.exchange == exchange; }) > 0;
}

std::vector<ExchangePtr> Listens::of_principal(std::string_view principal) const {
    std::vector<ExchangePtr> found;
    for (const auto& one : listens_) {
        if (one.exchange->client->principal == principal) found.push_back(one.exchange);
    }
    return found;
}

}  // namespace mcpm::gateway
