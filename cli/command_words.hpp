// A command as a person typed it -> one that can be started from anywhere: no shell stands between, so what a
// shell would have read in it (~, $HOME, ./x) is read here, and what cannot be read is refused at once.
#pragma once

#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct TypedIn {
    std::string folder;  // the terminal's current one, absolute
    std::string home;
    std::string path;  // PATH of the terminal
};
TypedIn typed_in_here();

/// `words` is the program and its arguments; `name` is the server's, for the hint.
Result<std::vector<std::string>> read_command(std::vector<std::string> words, const TypedIn& place,
                                              const std::string& name);
/// An absolute folder.
Result<std::string> read_folder(const std::string& text, const TypedIn& place);
/// "~/x" and "$HOME/x" with the home folder in place.
std::string with_home(const std::string& word, const std::string& home);

}  // namespace mcpm::cli
