// Which files below a folder count, by patterns as .gitignore has them: "*.py" at any depth, "src/**/*.js"
// and "/config.yaml" from the folder on, "src/" a folder with all below it, "!build/" not these after all;
// the last one that fits decides. Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class WatchPatterns {
  public:
    WatchPatterns() = default;
    explicit WatchPatterns(const std::vector<std::string>& patterns);

    /// `path` is relative to the folder. What editors leave beside a file while they write never counts.
    bool matches(std::string_view path) const;
    /// Whether something below this folder may count. Folders that tools fill (.git, node_modules,
    /// __pycache__, .venv and their like) hold nothing unless a pattern names them.
    bool may_hold(std::string_view folder) const;

  private:
    struct Pattern {
        std::vector<std::string> parts;
        bool is_excluding = false, is_anchored = false, is_of_folder = false;
    };
    static bool fits(const Pattern& pattern, const std::vector<std::string_view>& path);
    static bool may_fit_below(const Pattern& pattern, const std::vector<std::string_view>& folder);
    bool names(std::string_view part) const;

    std::vector<Pattern> patterns_;
};

/// What is wrong with the patterns of a definition; empty when nothing is.
std::string watch_problem(const std::vector<std::string>& patterns);

}  // namespace mcpm
