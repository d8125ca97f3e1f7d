#include "agent/supervisor/log_hints.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mcpm {

namespace {

constexpr std::size_t longest_line = 300;

std::size_t find_ignoring_case(std::string_view text, std::string_view word) {
    const auto found =
        std::search(text.begin(), text.end(), word.begin(), word.end(),
                    [](char left, char right) { return ascii::lower(left) == ascii::lower(right); });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

bool has(std::string_view text, std::string_view word) {
    return find_ignoring_case(text, word) != std::string_view::npos;
}

/// What stands behind the words: in quotes, or up to the next blank or one of `ends`.
std::string name_behind(std::string_view text, std::string_view words, std::string_view ends = {}) {
    const auto at = find_ignoring_case(text, words);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + words.size());
    while (!text.empty() && (text.front() == ' ' || text.front() == ':')) text.remove_prefix(1);
    if (text.empty()) return {};
    constexpr std::string_view quotes = "'\"`";
    if (quotes.find(text.front()) != std::string_view::npos) {
        const char quote = text.front();
        text.remove_prefix(1);
        return std::string(text.substr(0, text.find(quote)));
    }
    return std::string(text.substr(0, text.find_first_of(ends.empty() ? std::string_view(" ") : ends)));
}

bool is_variable_letter(char letter) {
    return ascii::is_upper(letter) || ascii::is_digit(letter) || letter == '_';
}

/// The first word in capitals with a "_" in it, or that is all of a quoted word: API_TOKEN.
std::string variable_in(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_variable_letter(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_variable_letter(text[end])) ++end;
        const std::string_view word = text.substr(at, end - at);
        const bool stands_alone = (at == 0 || !ascii::is_letter(text[at - 1])) &&
                                  (end == text.size() || !ascii::is_letter(text[end]));
        if (stands_alone && word.size() > 3 && word.find('_') != std::string_view::npos &&
            !ascii::is_digit(word[0]))
            return std::string(word);
        at = end;
    }
    return {};
}

bool is_variable(std::string_view name) {
    return name.size() > 2 && std::all_of(name.begin(), name.end(), is_variable_letter) &&
           !ascii::is_digit(name[0]);
}

template <typename Read>
LogHint newest(const std::vector<std::string>& lines, const Read& read) {
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        LogHint hint = read(std::string_view(*line).substr(0, longest_line));
        if (hint) return hint;
    }
    return {};
}

struct Shape {
    std::string_view mark;    // the line has it
    std::string_view before;  // the name stands behind it
    std::string_view ends = {};
};

template <std::size_t Count>
LogHint with_shape(std::string_view line, const std::array<Shape, Count>& shapes) {
    for (const Shape& shape : shapes) {
        if (!has(line, shape.mark)) continue;
        std::string name = name_behind(line, shape.before, shape.ends);
        if (!name.empty()) return {std::move(name), std::string(line)};
    }
    return {};
}

constexpr std::array file_shapes{
    Shape{"can't open file", "can't open file"},
    Shape{"Unable to access jarfile", "Unable to access jarfile"},
    Shape{": cannot open ", ": cannot open ", ":"},
    Shape{"No such file or directory -- ", "directory -- "},
    Shape{"Module not found \"file:", "Module not found"},
};
constexpr std::array module_shapes{
    Shape{"Cannot find module", "Cannot find module"},
    Shape{"No such built-in module", "built-in module"},
    Shape{"Cannot find package", "Cannot find package"},
    Shape{"No module named", "No module named"},
    Shape{"cannot load such file -- ", "such file -- "},
    Shape{"Module not found", "Module not found"},
    Shape{"could not find or load main class", "main class"},
    Shape{"ImportError: cannot import name", "import name"},
};

/// Node names the file it was told to run as it names a module: by its whole path, and nothing imports it.
bool is_entry_file(std::string_view name, std::string_view line) {
    return name.starts_with('/') && has(line, "Cannot find module") && !has(line, "imported from");
}

}  // namespace

LogHint missing_file(const std::vector<std::string>& lines) {
    return newest(lines, [](std::string_view line) -> LogHint {
        LogHint hint = with_shape(line, file_shapes);
        if (hint) return hint;
        hint = with_shape(line, module_shapes);
        return is_entry_file(hint.name, line) ? hint : LogHint{};
    });
}

LogHint missing_module(const std::vector<std::string>& lines) {
    return newest(lines, [](std::string_view line) { return with_shape(line, module_shapes); });
}

LogHint missing_variable(const std::vector<std::string>& lines) {
    constexpr std::array<std::string_view, 10> things{
        "api key", "api_key",    "apikey", "access token", "token is", "_TOKEN", "environment variable",
        "env var", "credential", "_KEY"};
    constexpr std::array<std::string_view, 12> wants{
        "required",  "missing",    "not set",  "must be",     "not found", "provide",
        "undefined", "please set", "is unset", "not defined", "no value",  "not configured"};
    return newest(lines, [&](std::string_view line) -> LogHint {
        const auto in_line = [&](std::string_view word) { return has(line, word); };
        const std::string key = name_behind(line, "KeyError:");
        if (is_variable(key)) return {key, std::string(line)};
        const std::string name = variable_in(line);
        const bool wanted = std::any_of(wants.begin(), wants.end(), in_line);
        const bool speaks_of_one = std::any_of(things.begin(), things.end(), in_line);
        if (wanted && (speaks_of_one || (!name.empty() && has(line, "set"))))
            return {name, std::string(line)};
        return {};
    });
}

LogHint wrong_arguments(const std::vector<std::string>& lines) {
    return line_with(
        lines, {"unrecognized arguments", "unrecognised option", "unrecognized option", "unknown option",
                "unknown argument", "unknown flag", "invalid option", "unexpected argument",
                "arguments are required", "missing required argument", "missing argument", "no such option",
                "flag provided but not defined", "usage: "});
}

LogHint unknown_package(const std::vector<std::string>& lines) {
    LogHint hint =
        line_with(lines, {"npm error 404 ", "npm ERR! 404 ", "not found in the package registry",
                          "could not determine executable to run", "No matching distribution found for"});
    for (const std::string_view behind : {"because ", "404  '", "404  ", "found for "}) {
        if (hint && hint.name.empty()) hint.name = name_behind(hint.line, behind, "' ");
    }
    return hint;
}

LogHint line_with(const std::vector<std::string>& lines, const std::vector<std::string_view>& words) {
    return newest(lines, [&](std::string_view line) -> LogHint {
        const auto in_line = [&](std::string_view word) { return has(line, word); };
        if (std::any_of(words.begin(), words.end(), in_line)) return {{}, std::string(line)};
        return {};
    });
}

std::string behind_place(const std::string& said) {
    const auto place = said.find("reach ");
    const auto end = place == std::string::npos ? place : said.find(": ", place);
    return end == std::string::npos ? said : said.substr(end + 2);
}

}  // namespace mcpm
