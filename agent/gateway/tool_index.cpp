#include "agent/gateway/tool_index.hpp"

#include "common/json_scan.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <unordered_set>
#include <utility>

namespace mcpm::gateway {

namespace {

using mcp::JsonSlice;
using mcp::JsonType;

constexpr std::size_t words_limit = 2000;  // of one tool
constexpr std::size_t query_limit = 64;
constexpr float saturation = 1.2F;
constexpr float synonym_weight = 0.7F;

// Of the name, the title, the server, the first sentence of the description, the rest of it, the parameters.
constexpr std::array<float, 6> weights{4.0F, 2.0F, 2.0F, 2.2F, 0.5F, 0.3F};
// How much length counts against a field.
constexpr std::array<float, 6> length_shares{0.65F, 0.5F, 0.0F, 0.6F, 0.7F, 0.8F};

const std::unordered_set<std::string_view>& empty_words() {
    static const std::unordered_set<std::string_view> words{
        "a",      "an",    "the",  "and", "or",   "of",   "to",   "in",    "on",   "for",   "from",  "with",
        "by",     "at",    "as",   "is",  "are",  "be",   "it",   "its",   "this", "that",  "these", "those",
        "i",      "me",    "my",   "we",  "you",  "your", "our",  "us",    "can",  "could", "would", "should",
        "please", "want",  "need", "do",  "does", "how",  "what", "which", "when", "where", "will",  "tool",
        "use",    "using", "if",   "not", "no",   "any",  "some", "all",   "into", "out",   "up",    "about",
        "there",  "them",  "they", "has", "have", "so",   "than", "then",  "s",    "t",     "let",   "lets"};
    return words;
}

/// Words of one line mean the same to whoever looks for a tool; a word may stand in several.
constexpr std::array<std::string_view, 53> families{"delete remove erase drop destroy forget discard",
                                                    "create add new make insert generate build open",
                                                    "list show enumerate display view",
                                                    "get fetch retrieve obtain read show view",
                                                    "search find look query locate",
                                                    "write save store put",
                                                    "edit update modify change patch set alter",
                                                    "folder directory dir",
                                                    "file document",
                                                    "image picture photo",
                                                    "screenshot capture snapshot picture",
                                                    "page website site webpage web",
                                                    "message comment post",
                                                    "reply answer respond",
                                                    "repository repo",
                                                    "issue ticket bug",
                                                    "database db",
                                                    "sql query",
                                                    "run execute exec launch evaluate",
                                                    "calculate compute math arithmetic",
                                                    "sum total plus",
                                                    "date time timestamp clock day",
                                                    "chart graph plot diagram draw visualize",
                                                    "flowchart flow mermaid process",
                                                    "kubernetes k8s cluster",
                                                    "email mail",
                                                    "convert transform encode",
                                                    "url link address",
                                                    "copy duplicate clone",
                                                    "move rename",
                                                    "download crawl scrape",
                                                    "open navigate goto visit go",
                                                    "press key keyboard type",
                                                    "click tap",
                                                    "history log",
                                                    "compare diff difference",
                                                    "size space usage",
                                                    "memory remember knowledge recall know",
                                                    "relation relationship connect",
                                                    "info information detail metadata stat",
                                                    "pull pr",
                                                    "stop kill terminate close",
                                                    "user member person people",
                                                    "check validate verify test valid",
                                                    "lint format style",
                                                    "upload attach push",
                                                    "undo revert reset restore",
                                                    "start begin record",
                                                    "zip compress pack archive",
                                                    "unzip unpack extract decompress archive",
                                                    "aside away stash shelve later",
                                                    "monitor watch notify tell track",
                                                    "binary hexadecimal octal base radix"};

bool ends_in(std::string_view word, std::string_view ending) {
    return word.size() >= ending.size() + 3 && word.ends_with(ending);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> spellings{
    {{"isation", "ization"}, {"ise", "ize"}, {"our", "or"}, {"metre", "meter"}}};

/// Plurals and the endings of verbs: "files", "listing" and "queries" are "file", "list" and "query".
std::string folded(std::string word) {
    for (const auto& [british, american] : spellings) {
        const auto at = word.find(british);
        if (at != std::string::npos && word.size() > british.size() + 1)
            word.replace(at, british.size(), american);
    }
    if (ends_in(word, "ies"))
        word.replace(word.size() - 3, 3, "y");
    else if (ends_in(word, "sses") || ends_in(word, "xes") || ends_in(word, "ches") || ends_in(word, "shes"))
        word.resize(word.size() - 2);
    else if (ends_in(word, "s") && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is"))
        word.pop_back();
    for (const std::string_view ending : {"ing", "ed"}) {
        if (!ends_in(word, ending)) continue;
        word.resize(word.size() - ending.size());
        const bool is_doubled = word.size() > 3 && word[word.size() - 1] == word[word.size() - 2] &&
                                std::string_view("bdgmnprt").find(word.back()) != std::string_view::npos;
        if (is_doubled) word.pop_back();
        break;
    }
    if (word.size() > 4 && word.back() == 'e') word.pop_back();
    return word;
}

/// The families that each word is in.
const std::unordered_multimap<std::string, std::size_t>& families_of_word() {
    static const auto of_word = [] {
        std::unordered_multimap<std::string, std::size_t> found;
        for (std::size_t family = 0; family < families.size(); ++family) {
            for (const auto& word : search_words(families[family])) found.emplace(word, family);
        }
        return found;
    }();
    return of_word;
}

const std::vector<std::string>& words_of_family(std::size_t family) {
    static const auto all = [] {
        std::vector<std::vector<std::string>> words;
        for (const auto text : families) words.push_back(search_words(text));
        return words;
    }();
    return all[family];
}

std::string text_of(std::string_view object, std::string_view member) {
    return decode_string(mcp::member(object, member));
}

/// Names and descriptions of the parameters, one level deep.
std::string parameters_text(std::string_view tool) {
    const JsonSlice properties = mcp::member(mcp::member(tool, "inputSchema").text, "properties");
    std::string text;
    if (properties.type != JsonType::object) return text;
    mcp::for_each_member(properties.text, [&](std::string_view quoted, const JsonSlice& property) {
        text += decode_string(JsonSlice{quoted, JsonType::string}) + " ";
        if (property.type == JsonType::object) text += text_of(property.text, "description") + " ";
    });
    return text;
}

/// Where the first sentence ends.
std::size_t lead_of(std::string_view description) {
    const auto line = description.find('\n');
    const auto stop = description.find(". ");
    return std::min({line, stop, description.size(), std::size_t{200}});
}

std::array<std::string, 6> texts_of(std::string_view tool) {
    const std::string name = text_of(tool, "name");
    const auto split = name.find("__");
    std::string title = text_of(tool, "title");
    if (title.empty()) title = text_of(mcp::member(tool, "annotations").text, "title");
    const std::string description = text_of(tool, "description");
    const std::size_t lead = lead_of(description);
    return {split == std::string::npos ? name : name.substr(split + 2),
            std::move(title),
            split == std::string::npos ? std::string() : name.substr(0, split),
            description.substr(0, lead),
            description.substr(lead),
            parameters_text(tool)};
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty() && words.size() < words_limit && !empty_words().contains(word))
            words.push_back(folded(std::move(word)));
        word.clear();
    };
    unsigned char before = 0;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool is_letter = std::isalpha(byte) != 0 || byte >= 0x80;
        const bool is_digit = std::isdigit(byte) != 0;
        const bool begins = std::isupper(byte) != 0 && std::islower(before) != 0;
        if (begins || (!is_letter && !is_digit)) end_word();
        if (is_letter || is_digit) word.push_back(static_cast<char>(std::tolower(byte)));
        before = byte;
    }
    end_word();
    return words;
}

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

/// The word itself, and those of its families.
std::vector<ToolIndex::Variant> ToolIndex::variants_of(const std::string& word) const {
    std::vector<Variant> variants;
    const auto take = [&](const std::string& variant, float share) {
        const auto found = postings_.find(variant);
        if (found != postings_.end()) variants.push_back({&found->second, share});
    };
    take(word, 1);
    std::unordered_set<std::string_view> taken{word};
    const auto [from, to] = families_of_word().equal_range(word);
    for (auto family = from; family != to; ++family) {
        for (const auto& other : words_of_family(family->second))
            if (taken.insert(other).second) take(other, synonym_weight);
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
