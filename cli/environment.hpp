// Environment variables as docker's command line takes them (`-e A=B`, `-e A` from the caller's environment),
// and files of them as dotenv reads them: `export`, comments, single, double and back quotes, values of
// several lines in quotes, \n and \" within double ones, CRLF. Nothing is expanded. Pure.
#pragma once

#include "common/error.hpp"
#include "common/paths.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

using Variables = std::map<std::string, std::string>;

/// A name alone that the environment does not have is a validation_error.
Result<> add_variable(Variables& into, std::string_view text, const Environment& environment);

/// A bad line is a validation_error "FILE:LINE: …". A name alone that the environment lacks is left out.
Result<> add_variable_file(Variables& into, std::string_view file, std::string_view text,
                           const Environment& environment);

/// The process's own.
Environment process_environment();

/// A whole file or standard input ("-"), at most `limit` bytes.
Result<std::string> read_input(const std::string& file, std::size_t limit);

}  // namespace mcpm::cli
