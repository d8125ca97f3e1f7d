// How an errand hears and answers the command line that started it: words, standard input, an exit status.
// Errors go to standard error, in the words of `mcpm`.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::errands {

/// The words of an errand behind its name. Empty ones are left out.
class Words {
  public:
    explicit Words(const std::vector<std::string_view>& arguments);

    const std::string& file() const { return file_; }
    /// As somebody typed it: "./x" was "x" there.
    std::string typed_file() const;
    /// The word behind the file; empty when there is none.
    const std::string& second() const { return second_; }
    bool has(std::string_view flag) const;
    /// Of "--database=PATH" what follows the sign; nothing when the flag is not there.
    std::optional<std::string_view> value_of(std::string_view flag) const;

  private:
    std::string file_, second_;
    std::vector<std::string_view> flags_;
};

/// Says what went wrong; the exit status.
int say(const Error& error);

/// Standard input to its end. `too_long` when it has more than `limit` bytes.
Result<std::string> read_standard_input(std::size_t limit, Error too_long);

}  // namespace mcpm::errands
