// `-o table|wide|json|yaml|name`: how an answer is printed.
#pragma once

#include "cli/json_access.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "common/error.hpp"

#include <functional>
#include <string>

namespace mcpm::cli {

enum class Format { table, wide, json, yaml, name };

/// The options of every command that prints an answer, and what they chose.
class FormatChoice {
  public:
    void declare(Options& options);
    Format format() const;
    /// True for json and yaml: the API's data, not a picture of it.
    bool is_data() const { return format() == Format::json || format() == Format::yaml; }
    bool cuts() const { return !no_cut_; }

  private:
    std::string word_;
    bool json_ = false;
    bool no_cut_ = false;
};

/// json or yaml.
void print_data(Output& out, const Json& data, Format format);

/// Fits the terminal unless `--no-trunc` was given.
void print_table(Output& out, const Table& table, const FormatChoice& choice);

/// "label:  value" lines, aligned; empty values are left out.
void print_facts(Output& out, const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace mcpm::cli
