// The words of a text as find_tools compares them, and which words mean much the same. The tables are of
// the general language of tools; no tool's own words are put into them for its own sake. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// The words of a text: camelCase, snake_case and digits taken apart, lower case, endings folded, those that
/// say nothing left out.
std::vector<std::string> search_words(std::string_view text);

struct RelatedWord {
    std::string word;
    float share = 1;  // of what the word itself would count
};

/// Of a folded word, itself not among them.
const std::vector<RelatedWord>& related_words(std::string_view word);

}  // namespace mcpm::gateway
