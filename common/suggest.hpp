// "did you mean": the nearest of the words that would have been right. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mcpm {

/// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other; bytes, ASCII
/// case ignored. Texts over 64 bytes count as far apart.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate, when it is near enough to be a slip (one edit in short words, three in long ones)
/// or `word` is its beginning (at least three letters).
std::optional<std::string> closest(std::string_view word, std::span<const std::string_view> candidates);

/// `, did you mean 'X'?`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace mcpm
