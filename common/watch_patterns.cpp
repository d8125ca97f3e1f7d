#include "common/watch_patterns.hpp"

#include "common/tool_names.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

constexpr std::size_t most_patterns = 64;
constexpr std::size_t longest_pattern = 256;
constexpr std::size_t most_parts = 32;

using Parts = std::vector<std::string_view>;

Parts parts_of(std::string_view path) {
    Parts parts;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (slash > 0) parts.push_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

/// Written by tools, in numbers, and by nobody else.
bool is_filled_by_tools(std::string_view folder) {
    constexpr std::array<std::string_view, 12> names{
        ".git",          ".hg",         ".svn", "node_modules", "__pycache__", ".venv",
        ".pytest_cache", ".mypy_cache", ".tox", ".ruff_cache",  ".idea",       ".cache"};
    return std::find(names.begin(), names.end(), folder) != names.end();
}

/// What vim, emacs and their like write beside the file they edit.
bool is_left_by_editor(std::string_view name) {
    return name.ends_with('~') || name.starts_with(".#") || name == "4913" ||
           (name.starts_with('.') &&
            (name.ends_with(".swp") || name.ends_with(".swx") || name.ends_with(".swo")));
}

/// Whether the pattern's parts fit a beginning of the path that has at most `most` parts. "**" is any number
/// of parts.
bool fit_beginning(const std::vector<std::string>& pattern, std::size_t at, const Parts& path,
                   std::size_t from, std::size_t most) {
    if (at == pattern.size()) return from <= most;
    if (pattern[at] == "**") {
        if (at + 1 == pattern.size()) return from < path.size();
        for (std::size_t next = from; next <= most; ++next)
            if (fit_beginning(pattern, at + 1, path, next, most)) return true;
        return false;
    }
    return from < most && glob_matches(pattern[at], path[from]) &&
           fit_beginning(pattern, at + 1, path, from + 1, most);
}

}  // namespace

WatchPatterns::WatchPatterns(const std::vector<std::string>& patterns) {
    for (std::string_view text : patterns) {
        Pattern pattern;
        pattern.is_excluding = text.starts_with('!');
        if (pattern.is_excluding) text.remove_prefix(1);
        pattern.is_of_folder = text.ends_with('/');
        if (pattern.is_of_folder) text.remove_suffix(1);
        pattern.is_anchored = text.find('/') != std::string_view::npos;
        for (const std::string_view part : parts_of(text))
            if (pattern.parts.empty() || part != "**" || pattern.parts.back() != "**")
                pattern.parts.emplace_back(part);
        if (!pattern.parts.empty()) patterns_.push_back(std::move(pattern));
    }
}

bool WatchPatterns::fits(const Pattern& pattern, const Parts& path) {
    const std::size_t most = path.size() - (pattern.is_of_folder ? 1 : 0);
    if (pattern.is_anchored) return fit_beginning(pattern.parts, 0, path, 0, most);
    return std::any_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(most),
                       [&](std::string_view part) { return glob_matches(pattern.parts.front(), part); });
}

bool WatchPatterns::matches(std::string_view path) const {
    const Parts parts = parts_of(path);
    if (parts.empty() || is_left_by_editor(parts.back())) return false;
    const auto last = std::find_if(patterns_.rbegin(), patterns_.rend(),
                                   [&](const Pattern& pattern) { return fits(pattern, parts); });
    return last != patterns_.rend() && !last->is_excluding;
}

bool WatchPatterns::may_fit_below(const Pattern& pattern, const Parts& folder) {
    if (!pattern.is_anchored) return true;
    for (std::size_t at = 0; at < folder.size(); ++at) {
        if (at == pattern.parts.size() || pattern.parts[at] == "**") return true;
        if (!glob_matches(pattern.parts[at], folder[at])) return false;
    }
    return true;
}

bool WatchPatterns::names(std::string_view part) const {
    return std::any_of(patterns_.begin(), patterns_.end(), [part](const Pattern& pattern) {
        return !pattern.is_excluding &&
               std::find(pattern.parts.begin(), pattern.parts.end(), part) != pattern.parts.end();
    });
}

bool WatchPatterns::may_hold(std::string_view folder) const {
    const Parts parts = parts_of(folder);
    if (parts.empty()) return true;
    if (std::any_of(parts.begin(), parts.end(),
                    [this](std::string_view part) { return is_filled_by_tools(part) && !names(part); }))
        return false;
    // A folder as a whole, seen from a file in it.
    Parts inside = parts;
    inside.emplace_back("?");
    for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
        if (pattern->is_excluding) {
            Pattern whole = *pattern;
            whole.is_of_folder = true;
            const bool is_whole = whole.parts.back() != "*" && whole.parts.back() != "**";
            if (is_whole && fits(whole, inside)) return false;
        } else if (may_fit_below(*pattern, parts)) {
            return true;
        }
    }
    return false;
}

std::string watch_problem(const std::vector<std::string>& patterns) {
    if (patterns.size() > most_patterns)
        return "expected at most " + std::to_string(most_patterns) + " patterns";
    const bool has_one = std::any_of(patterns.begin(), patterns.end(),
                                     [](const std::string& text) { return !text.starts_with('!'); });
    if (!patterns.empty() && !has_one) return "expected a pattern without \"!\" too: these watch nothing";
    for (const std::string& pattern : patterns) {
        std::string_view text = pattern;
        if (text.starts_with('!')) text.remove_prefix(1);
        const Parts parts = parts_of(text);
        const bool is_plain = is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
                                  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                              });
        const bool climbs = std::any_of(parts.begin(), parts.end(),
                                        [](std::string_view part) { return part == ".." || part == "."; });
        if (parts.empty() || parts.size() > most_parts || text.size() > longest_pattern || !is_plain ||
            climbs)
            return "expected patterns such as \"*.py\" or \"src/**/*.js\", below the server's folder";
    }
    return {};
}

}  // namespace mcpm
