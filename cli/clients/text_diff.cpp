#include "cli/clients/text_diff.hpp"

#include "common/secret_values.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <vector>

namespace mcpm::cli {

namespace {

constexpr std::size_t context = 3;
constexpr std::size_t most_compared = 1'000'000;  // pairs of lines

using TextLines = std::vector<std::string_view>;

TextLines split(std::string_view text) {
    TextLines lines;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
    }
    return lines;
}

struct Step {
    char sign;  // ' ', '-', '+'
    std::string_view line;
    std::size_t old_line, new_line;  // from 0
};

/// Longest common subsequence of what is between the common beginning and end.
std::vector<Step> steps_between(const TextLines& before, const TextLines& after, std::size_t begin,
                                std::size_t before_end, std::size_t after_end) {
    const std::size_t rows = before_end - begin;
    const std::size_t columns = after_end - begin;
    const bool compared = rows * columns <= most_compared;
    std::vector<unsigned> common(compared ? (rows + 1) * (columns + 1) : 0);
    const auto at = [&](std::size_t row, std::size_t column) -> unsigned& {
        return common[row * (columns + 1) + column];
    };
    for (std::size_t row = rows; compared && row-- > 0;) {
        for (std::size_t column = columns; column-- > 0;) {
            const bool same = before[begin + row] == after[begin + column];
            at(row, column) =
                same ? at(row + 1, column + 1) + 1 : std::max(at(row + 1, column), at(row, column + 1));
        }
    }
    std::vector<Step> steps;
    std::size_t row = 0;
    std::size_t column = 0;
    while (row < rows || column < columns) {
        const bool both = row < rows && column < columns;
        const std::size_t old_line = begin + row;
        const std::size_t new_line = begin + column;
        if (compared && both && before[old_line] == after[new_line]) {
            steps.push_back({' ', before[old_line], old_line, new_line});
            ++row;
            ++column;
        } else if (row < rows &&
                   (column == columns || !compared || at(row + 1, column) >= at(row, column + 1))) {
            steps.push_back({'-', before[old_line], old_line, new_line});
            ++row;
        } else {
            steps.push_back({'+', after[new_line], old_line, new_line});
            ++column;
        }
    }
    return steps;
}

std::string hunk(const std::vector<Step>& steps, std::size_t first, std::size_t end) {
    std::string lines;
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    for (std::size_t i = first; i < end; ++i) {
        old_count += steps[i].sign != '+';
        new_count += steps[i].sign != '-';
        lines += steps[i].sign + wire::masked_text(steps[i].line) + "\n";
    }
    return "@@ -" + std::to_string(steps[first].old_line + (old_count > 0)) + "," +
           std::to_string(old_count) + " +" + std::to_string(steps[first].new_line + (new_count > 0)) + "," +
           std::to_string(new_count) + " @@\n" + lines;
}

}  // namespace

std::string text_diff(std::string_view before_text, std::string_view after_text) {
    const TextLines before = split(before_text);
    const TextLines after = split(after_text);
    std::size_t begin = 0;
    while (begin < before.size() && begin < after.size() && before[begin] == after[begin]) ++begin;
    std::size_t before_end = before.size();
    std::size_t after_end = after.size();
    while (before_end > begin && after_end > begin && before[before_end - 1] == after[after_end - 1]) {
        --before_end;
        --after_end;
    }
    std::vector<Step> steps;
    for (std::size_t i = begin - std::min(begin, context); i < begin; ++i)
        steps.push_back({' ', before[i], i, i});
    for (const Step& step : steps_between(before, after, begin, before_end, after_end)) steps.push_back(step);
    for (std::size_t i = 0; i < context && before_end + i < before.size(); ++i)
        steps.push_back({' ', before[before_end + i], before_end + i, after_end + i});
    std::string out;
    const auto changed = [](const Step& step) { return step.sign != ' '; };
    for (auto at = std::find_if(steps.begin(), steps.end(), changed); at != steps.end();) {
        auto end = at;
        for (auto next = at;
             next != steps.end() && next - end <= static_cast<std::ptrdiff_t>(2 * context + 1);
             next = std::find_if(next + 1, steps.end(), changed))
            end = next;
        const auto index = static_cast<std::size_t>(at - steps.begin());
        const auto last = std::min(static_cast<std::size_t>(end - steps.begin()) + 1 + context, steps.size());
        out += hunk(steps, index - std::min(index, context), last);
        at = std::find_if(end + 1, steps.end(), changed);
    }
    return out;
}

}  // namespace mcpm::cli
