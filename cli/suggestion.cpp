#include "cli/suggestion.hpp"

#include "common/suggest.hpp"

namespace mcpm::cli {

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
    const std::vector<std::string_view> words(known.begin(), known.end());
    const auto found = closest(typed, words);
    return found ? "did you mean '" + *found + "'?" : std::string();
}

}  // namespace mcpm::cli
