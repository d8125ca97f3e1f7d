#include "common/suggest.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

constexpr std::size_t longest = 64;

using ascii::lower;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    if (a.size() > longest || b.size() > longest) return longest + 1;
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};  // before last, last, current
    for (std::size_t j = 0; j <= b.size(); ++j) rows[1][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        rows[2][0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            std::size_t best = std::min({rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + change});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                best = std::min(best, rows[0][j - 2] + 1);
            rows[2][j] = best;
        }
        rows[0] = rows[1];
        rows[1] = rows[2];
    }
    return rows[1][b.size()];
}

std::optional<std::string> closest(std::string_view word, std::span<const std::string_view> candidates) {
    std::size_t nearest = word.size() <= 2 ? 1 : word.size() <= 7 ? 2 : 3;
    nearest = std::min(nearest, word.size());
    std::optional<std::string> found;
    for (const std::string_view candidate : candidates) {
        if (candidate == word) continue;  // what was typed is no suggestion
        std::size_t distance = edit_distance(word, candidate);
        const bool beginning = word.size() >= 3 && candidate.substr(0, word.size()) == word;
        if (beginning) distance = std::min<std::size_t>(distance, 1);
        // With nothing in common they are two names, not a slip.
        if (distance >= std::min(word.size(), candidate.size())) continue;
        if (distance > nearest || (found && distance == nearest)) continue;
        nearest = distance;
        found = std::string(candidate);
    }
    return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto found = closest(word, candidates);
    return found ? ", did you mean '" + *found + "'?" : std::string();
}

}  // namespace mcpm
