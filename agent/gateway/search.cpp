// Search mode: two tools in place of hundreds (find_tools, call_tool).
#include "agent/gateway/search_words.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/ui_uris.hpp"
#include "common/number.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::JsonType;

namespace {

constexpr std::size_t default_found = 5, most_found = 50;
constexpr std::size_t answer_limit = 24u << 10;  // bytes of all definitions together
constexpr std::size_t longest_query = 1000;
constexpr std::size_t longest_description = 1000;

/// What a model asked for, or why it cannot be answered.
struct Query {
    std::string words;
    std::size_t limit = default_found;
    std::string problem;
};

Query read_arguments(const mcp::JsonSlice& arguments) {
    Query asked;
    const mcp::JsonSlice query = mcp::member(arguments.text, "query");
    if (arguments.type != JsonType::object || query.type != JsonType::string) {
        asked.problem = "query is missing: words that describe what is needed";
        return asked;
    }
    asked.words = decode_string(query).substr(0, longest_query);
    if (search_words(asked.words).empty()) asked.problem = "query has no word to look for";
    const mcp::JsonSlice limit = mcp::member(arguments.text, "limit");
    if (!limit || limit.type == JsonType::null) return asked;
    asked.limit = parse_number<decltype(asked.limit)>(limit.text).value_or(0);
    if (asked.limit < 1 || asked.limit > most_found)
        asked.problem = "limit is no whole number from 1 to " + std::to_string(most_found);
    return asked;
}

/// A definition that is too large alone: by name and description, and where the rest is.
std::string shortened(std::string_view tool) {
    std::string description = decode_string(mcp::member(tool, "description"));
    if (description.size() > longest_description) {
        std::size_t end = longest_description;
        while (end > 0 && (static_cast<unsigned char>(description[end]) & 0xC0u) == 0x80u) --end;
        description = description.substr(0, end) + "…";
    }
    description += " (its definition of " + std::to_string(tool.size() / 1024) +
                   " KiB is left out here; tools/list without mode=search has it)";
    return R"({"name":)" + std::string(mcp::member(tool, "name").text) + R"(,"description":)" +
           mcp::quote(description) + R"(,"inputSchema":{"type":"object"}})";
}

std::string text_result(std::string_view text, std::string_view more = {}) {
    return R"({"content":[{"type":"text","text":)" + mcp::quote(text) + "}]" + std::string(more) + "}";
}

}  // namespace

void Gateway::State::find_tools(const ExchangePtr& x) {
    const auto answer = [&](const std::string& result) {
        succeed(x, x->era == mcp::Era::per_request
                       ? modern_result(result, x->method, aggregate_facts(x->client->scope))
                       : result);
    };
    const Query asked = read_arguments(mcp::member(x->message->scan.params.text, "arguments"));
    if (!asked.problem.empty()) return answer(text_result(asked.problem, R"(,"isError":true)"));
    const FindableTools& findable = scopes.tools_to_find(x->client->scope);
    const auto found = findable.index.find(asked.words, asked.limit);
    std::string array = "[";
    std::size_t given = 0;
    for (const std::size_t number : found) {
        const std::string& whole = findable.tools[number]->text;
        const std::string text = whole.size() > answer_limit / 2 ? shortened(whole) : whole;
        if (array.size() + text.size() > answer_limit) break;
        array.append(given > 0 ? "," : "").append(text);
        ++given;
    }
    array += "]";
    std::string more;
    if (given < found.size()) {
        more = std::to_string(found.size() - given) +
               " more were found and did not fit into this answer: ask in other words.";
    }
    std::string result = R"({"content":[{"type":"text","text":)" + mcp::quote(array) + "}";
    if (!more.empty()) result += R"(,{"type":"text","text":)" + mcp::quote(more) + "}";
    answer(result + "]}");
}

void Gateway::State::call_found(const ExchangePtr& x) {
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice arguments = mcp::member(params, "arguments");
    const std::string name = decode_string(mcp::member(arguments.text, "name"));
    const mcp::JsonSlice inner = mcp::member(arguments.text, "arguments");
    std::string call = R"({"name":)" + mcp::quote(name);
    if (inner.type == JsonType::object) call.append(R"(,"arguments":)").append(inner.text);
    if (x->message->scan.meta) call.append(R"(,"_meta":)").append(x->message->scan.meta.text);
    x->params = call + "}";
    if (!point_at_tool(x, name)) {
        return fail(x, mcp::rpc_code::invalid_params,
                    "Unknown tool: " + name + " (find_tools names those that are there)");
    }
    submit_call(x);
}

}  // namespace mcpm::gateway
