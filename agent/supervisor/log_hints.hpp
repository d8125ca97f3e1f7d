// What the last lines of a server that failed say about why: rows of shapes that interpreters and libraries
// print. Pure. Lines are oldest first; the newest that tells wins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// What a line names, and the line; both empty when no line does.
struct LogHint {
    std::string name = {};
    std::string line = {};
    explicit operator bool() const { return !line.empty(); }
};

/// The file that an interpreter was told to run is not there.
LogHint missing_file(const std::vector<std::string>& lines);
/// Of "…reach PLACE: WHAT" what is behind the place, for a sentence that has named it.
std::string behind_place(const std::string& said);
/// A library that the program imports is not there.
LogHint missing_module(const std::vector<std::string>& lines);
/// An environment variable, key or token that the program wants and has not got; the name may be unknown.
LogHint missing_variable(const std::vector<std::string>& lines);
/// The program's arguments are not what it takes.
LogHint wrong_arguments(const std::vector<std::string>& lines);
/// A package that npx or uvx was to fetch does not exist.
LogHint unknown_package(const std::vector<std::string>& lines);
/// The newest line with one of these words, whatever their case.
LogHint line_with(const std::vector<std::string>& lines, const std::vector<std::string_view>& words);

}  // namespace mcpm
