// Search mode: two tools in place of hundreds (find_tools, call_tool).
#include "agent/gateway/state.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace mcpm::gateway {

using mcp::JsonType;

namespace {

constexpr std::size_t default_found = 10, most_found = 50;

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char character : std::string(text) + " ") {
        const auto byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) != 0 || byte >= 0x80) {
            word.push_back(static_cast<char>(std::tolower(byte)));
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

/// A word in the name counts more than one in the description; a beginning counts as well.
unsigned score(const std::vector<std::string>& wanted, const std::vector<std::string>& name,
               const std::vector<std::string>& description) {
    unsigned sum = 0;
    const auto hits = [](const std::vector<std::string>& words, const std::string& word) {
        return std::any_of(words.begin(), words.end(), [&](const std::string& one) {
            return one == word ||
                   (word.size() >= 3 && (one.starts_with(word) || word.starts_with(one)) && one.size() >= 3);
        });
    };
    for (const auto& word : wanted) {
        if (hits(name, word)) sum += 3;
        if (hits(description, word)) sum += 1;
    }
    return sum;
}

}  // namespace

void Gateway::State::find_tools(const ExchangePtr& x) {
    const mcp::JsonSlice arguments = mcp::member(x->message->scan.params.text, "arguments");
    const std::string query = decode_string(mcp::member(arguments.text, "query"));
    std::size_t limit = default_found;
    const std::string_view asked = mcp::member(arguments.text, "limit").text;
    std::from_chars(asked.data(), asked.data() + asked.size(), limit);
    limit = std::clamp<std::size_t>(limit, 1, most_found);
    const auto wanted = words_of(query);
    struct Found {
        unsigned score;
        const Catalog::Entry* entry;
    };
    std::vector<Found> found;
    for (const auto& entry : catalog(x->client->scope).list("tools/list")) {
        const auto name = words_of(decode_string(mcp::member(entry.text, "name")));
        const auto description = words_of(decode_string(mcp::member(entry.text, "description")));
        const unsigned points = wanted.empty() ? 1 : score(wanted, name, description);
        if (points > 0) found.push_back(Found{points, &entry});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Found& left, const Found& right) { return left.score > right.score; });
    if (found.size() > limit) found.resize(limit);
    std::string array = "[";
    for (const auto& one : found) array.append(array.size() > 1 ? "," : "").append(one.entry->text);
    array += "]";
    const std::string result = R"({"content":[{"type":"text","text":)" + mcp::quote(array) +
                               R"(}],"structuredContent":{"tools":)" + array + "}}";
    succeed(x, x->era == mcp::Era::per_request
                   ? modern_result(result, x->method, aggregate_facts(x->client->scope))
                   : result);
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
    submit(x);
}

}  // namespace mcpm::gateway
