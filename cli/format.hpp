// `-o table|wide|json|yaml|name|jsonpath=…`: how an answer is printed. `MCPM_OUTPUT` is the default.
#pragma once

#include "cli/json_access.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "common/error.hpp"

#include <functional>
#include <string>

namespace mcpm::cli {

enum class Format { table, wide, json, yaml, name, path };

/// The options of every command that prints an answer, and what they chose.
class FormatChoice {
  public:
    void declare(Options& options);
    /// The options of declare(); and `-o -` is standard output for what the command writes, not for its
    /// answer.
    void declare_with_stream(Options& options);
    bool is_stream() const { return is_stream_; }
    /// The options of declare() and `-q`, of a command whose answer has names.
    void declare_with_names(Options& options);
    /// The options of declare_with_names(), `--sort-by` and `--columns`, of a command that prints a table.
    void declare_table(Options& options);
    /// Contradictions, and words that are none of the formats.
    Result<> check();
    Format format() const;
    /// True for json and yaml: the API's data, not a picture of it.
    bool is_data() const {
        return format() == Format::json || format() == Format::yaml || format() == Format::path;
    }
    bool cuts() const { return !no_cut_ && format() != Format::wide; }
    const std::string& path() const { return path_; }
    const std::string& sort_by() const { return sort_by_; }
    const std::string& columns() const { return columns_; }

  private:
    std::string word_;
    std::string path_;  // of -o jsonpath=…
    std::string sort_by_;
    std::string columns_;
    bool json_ = false;
    bool no_cut_ = false;
    bool quiet_ = false;
    bool takes_stream_ = false;
    bool is_stream_ = false;
};

/// json, yaml or what a path finds.
void print_data(Output& out, const Json& data, const FormatChoice& choice);
/// Prints an answer for a program when that was asked: data, or the names of what is in it. False otherwise.
bool print_for_programs(Output& out, const Json& data, const FormatChoice& choice);

/// Fits the terminal unless `--no-trunc` or `-o wide` was given; sorted and chosen as `choice` says.
/// validation_error names a column that there is not.
Result<> print_table(Output& out, const Table& table, const FormatChoice& choice);

/// "label:  value" lines, aligned; empty values are left out.
void print_facts(Output& out, const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace mcpm::cli
