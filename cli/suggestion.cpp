#include "cli/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_word = 128;

// Edits (insert, delete, replace, swap of neighbours) that make one word the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before(to.size() + 1);
    std::vector<std::size_t> above(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t cost = from[i - 1] == to[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + cost});
            const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[to.size()];
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
    if (typed.empty() || typed.size() > longest_word) return {};
    const std::size_t limit = std::max<std::size_t>(1, typed.size() / 3);
    const std::string* best = nullptr;
    std::size_t best_distance = limit + 1;
    for (const std::string& word : known) {
        if (word.size() > longest_word) continue;
        const bool prefix = typed.size() >= 3 && word.starts_with(typed);
        const std::size_t found = prefix ? 1 : distance(typed, word);
        if (found < best_distance) {
            best_distance = found;
            best = &word;
        }
    }
    return best == nullptr ? std::string{} : "did you mean '" + *best + "'?";
}

}  // namespace mcpm::cli
