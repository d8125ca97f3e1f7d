// Finding tools by what they do: BM25 with field weights (Robertson and Zaragoza, "The Probabilistic
// Relevance Framework", 2009) over names, titles, servers, descriptions, parameters and their values. Words
// are folded (endings, synonyms), rare ones count more, long descriptions count less. bench/find_tools
// measures it. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm::gateway {

class ToolIndex {
  public:
    ToolIndex() = default;
    /// Entries of a tools/list, as JSON objects; a name is SERVER__TOOL.
    explicit ToolIndex(const std::vector<std::string_view>& tools);

    /// Numbers of the tools that fit, the best first; at most `limit`.
    std::vector<std::size_t> find(std::string_view query, std::size_t limit) const;

  private:
    enum Field : std::uint8_t {
        name,
        title,
        server,
        lead,
        description,
        parameters,
        parameter_texts,
        values,
        fields
    };
    struct Posting {
        std::uint32_t tool = 0;
        float weight = 0;  // of the word in the tool, all fields together, lengths taken into account
    };
    using Lengths = std::array<float, fields>;
    using Counts = std::array<std::uint16_t, fields>;

    struct Variant {
        const std::vector<Posting>* postings = nullptr;
        float share = 1;  // of a synonym less
    };
    std::vector<Variant> variants_of(const std::string& word) const;
    float rarity(std::size_t tools_with_it) const;

    std::size_t size_ = 0;
    std::unordered_map<std::string, std::vector<Posting>> postings_;
};

}  // namespace mcpm::gateway
