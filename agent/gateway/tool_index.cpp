#include "agent/gateway/tool_index.hpp"

#include "agent/gateway/search_words.hpp"
#include "common/json_scan.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace mcpm::gateway {

namespace {

using mcp::JsonSlice;
using mcp::JsonType;

constexpr std::size_t query_limit = 64;
constexpr float saturation = 1.2F;
constexpr float beginning_share = 0.3F;
constexpr std::size_t shortest_beginning = 4;
constexpr unsigned schema_depth = 7;

// Of the name, the title, the server, the first sentence of the description, the rest of it, the parameters'
// names, their descriptions, the values that they may have.
constexpr std::array<float, 8> weights{4.0F, 2.0F, 2.0F, 2.2F, 0.5F, 0.3F, 0.3F, 0.5F};
// How much length counts against a field.
constexpr std::array<float, 8> length_shares{0.65F, 0.5F, 0.0F, 0.6F, 0.7F, 0.8F, 0.8F, 0.8F};

std::string text_of(std::string_view object, std::string_view member) {
    return decode_string(mcp::member(object, member));
}

struct Parameters {
    std::string names, descriptions, values;
};

void add(std::string& text, const JsonSlice& value) {
    if (value.type == JsonType::string) text += decode_string(value) + " ";
}

/// Of the schema and those within it.
void collect(std::string_view schema, unsigned depth, Parameters& found) {
    if (depth == 0) return;
    const auto inner = [&](const JsonSlice& value) {
        if (value.type != JsonType::object) return;
        add(found.descriptions, mcp::member(value.text, "description"));
        collect(value.text, depth - 1, found);
    };
    const JsonSlice properties = mcp::member(schema, "properties");
    if (properties.type == JsonType::object) {
        mcp::for_each_member(properties.text, [&](std::string_view quoted, const JsonSlice& property) {
            add(found.names, JsonSlice{quoted, JsonType::string});
            inner(property);
        });
    }
    add(found.values, mcp::member(schema, "const"));
    const JsonSlice values = mcp::member(schema, "enum");
    if (values.type == JsonType::array)
        mcp::for_each_element(values.text, [&](const JsonSlice& value) { add(found.values, value); });
    for (const std::string_view choice : {"anyOf", "oneOf", "allOf"}) {
        const JsonSlice choices = mcp::member(schema, choice);
        if (choices.type == JsonType::array) mcp::for_each_element(choices.text, inner);
    }
    for (const std::string_view part : {"items", "additionalProperties"}) {
        const JsonSlice within = mcp::member(schema, part);
        if (within.type == JsonType::object) collect(within.text, depth - 1, found);
    }
}

/// Where the first sentence ends.
std::size_t lead_of(std::string_view description) {
    const auto line = description.find('\n');
    const auto stop = description.find(". ");
    return std::min({line, stop, description.size(), std::size_t{200}});
}

std::array<std::string, 8> texts_of(std::string_view tool) {
    const std::string name = text_of(tool, "name");
    const auto split = name.find("__");
    std::string title = text_of(tool, "title");
    if (title.empty()) title = text_of(mcp::member(tool, "annotations").text, "title");
    const std::string description = text_of(tool, "description");
    const std::size_t lead = lead_of(description);
    Parameters parameters;
    const JsonSlice schema = mcp::member(tool, "inputSchema");
    if (schema.type == JsonType::object) collect(schema.text, schema_depth, parameters);
    return {split == std::string::npos ? name : name.substr(split + 2),
            std::move(title),
            split == std::string::npos ? std::string() : name.substr(0, split),
            description.substr(0, lead),
            description.substr(lead),
            std::move(parameters.names),
            std::move(parameters.descriptions),
            std::move(parameters.values)};
}

}  // namespace

ToolIndex::ToolIndex(const std::vector<std::string_view>& tools) : size_(tools.size()) {
    std::vector<std::map<std::string, Counts>> counts(tools.size());
    std::vector<Lengths> lengths(tools.size(), Lengths{});
    Lengths average{};
    for (std::size_t tool = 0; tool < tools.size(); ++tool) {
        const auto texts = texts_of(tools[tool]);
        for (std::size_t field = 0; field < fields; ++field) {
            for (auto& word : search_words(texts[field])) {
                auto& count = counts[tool][std::move(word)][field];
                if (count < 1000) ++count;
                lengths[tool][field] += 1;
            }
            average[field] += lengths[tool][field] / static_cast<float>(tools.size());
        }
    }
    for (std::size_t tool = 0; tool < tools.size(); ++tool) {
        for (const auto& [word, per_field] : counts[tool]) {
            float sum = 0;
            for (std::size_t field = 0; field < fields; ++field) {
                if (per_field[field] == 0) continue;
                const float share = length_shares[field];
                const float length =
                    1 - share + share * lengths[tool][field] / std::max(average[field], 1.0F);
                sum += weights[field] * static_cast<float>(per_field[field]) / length;
            }
            postings_[word].push_back(Posting{static_cast<std::uint32_t>(tool), sum});
        }
    }
}

float ToolIndex::rarity(std::size_t tools_with_it) const {
    const auto with = static_cast<float>(tools_with_it);
    return std::log(1 + (static_cast<float>(size_) - with + 0.5F) / (with + 0.5F));
}

/// The word itself and those that mean the same; of a word that no tool has, those that begin as it does.
std::vector<ToolIndex::Variant> ToolIndex::variants_of(const std::string& word) const {
    std::vector<Variant> variants;
    const auto take = [&](const std::string& variant, float share) {
        const auto found = postings_.find(variant);
        if (found != postings_.end()) variants.push_back({&found->second, share});
    };
    take(word, 1);
    for (const auto& [other, share] : related_words(word)) take(other, share);
    if (!variants.empty()) return variants;
    for (const auto& [known, postings] : postings_) {
        const bool is_long = std::min(known.size(), word.size()) >= shortest_beginning;
        if (is_long && (known.starts_with(word) || word.starts_with(known)))
            variants.push_back({&postings, beginning_share});
    }
    return variants;
}

std::vector<std::size_t> ToolIndex::find(std::string_view query, std::size_t limit) const {
    auto wanted = search_words(query);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (wanted.size() > query_limit) wanted.resize(query_limit);
    std::vector<float> scores(size_, 0);
    std::vector<float> best(size_, 0);
    for (const auto& word : wanted) {
        std::fill(best.begin(), best.end(), 0.0F);
        for (const auto& [postings, share] : variants_of(word)) {
            for (const auto& [tool, weight] : *postings)
                best[tool] = std::max(best[tool], share * weight * (saturation + 1) / (weight + saturation));
        }
        // A word is as rare as all that mean the same.
        const float rare =
            rarity(size_ - static_cast<std::size_t>(std::count(best.begin(), best.end(), 0.0F)));
        for (std::size_t tool = 0; tool < size_; ++tool) scores[tool] += rare * best[tool];
    }
    std::vector<std::size_t> found;
    for (std::size_t tool = 0; tool < size_; ++tool)
        if (scores[tool] > 0) found.push_back(tool);
    std::stable_sort(found.begin(), found.end(),
                     [&](std::size_t left, std::size_t right) { return scores[left] > scores[right]; });
    if (found.size() > limit) found.resize(limit);
    return found;
}

}  // namespace mcpm::gateway
