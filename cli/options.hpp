// What one command takes: declared as rows (which help, man pages and completions are printed from) and
// parsed into the targets they name. CLI11 is behind this wall: it is built only for the one command that was
// asked, so that starting up costs nothing, and its own reading of "[a,b]" never meets a user's values.
#pragma once

#include "common/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mcpm::cli {

/// What the shell may offer for a value.
enum class Completes {
    nothing,
    servers,
    tools,
    secrets,
    profiles,
    tokens,
    prompts,
    templates,
    clients,
    labels,
    filters,
    files,
    folders,
    commands,
    shells,
    formats
};

struct OptionRow {
    std::string names;  // "-o,--output"
    std::string value;  // "FORMAT", empty for a flag
    std::string help;
    std::vector<std::string> choices = {};
    std::variant<bool*, std::string*, std::optional<std::string>*, std::vector<std::string>*> target;
    bool given = false;
    Completes completes = Completes::nothing;
    std::string section = {};  // a heading of the help page; empty for "Options"
};

struct PositionalRow {
    std::string name;  // "NAME"
    std::string help;
    bool required = true;
    std::variant<std::string*, std::optional<std::string>*, std::vector<std::string>*> target;
    Completes completes = Completes::nothing;
};

class Options {
  public:
    void flag(std::string names, bool& target, std::string help);
    void value(std::string names, std::string value, std::string& target, std::string help);
    void value(std::string names, std::string value, std::optional<std::string>& target, std::string help);
    /// May be given many times.
    void list(std::string names, std::string value, std::vector<std::string>& target, std::string help);
    /// Limits the option declared last to these words.
    void choices(std::vector<std::string> words);
    /// What the shell may offer for the option declared last.
    void completes(Completes what);
    /// The heading under which the help page has the options that follow.
    void section(std::string heading) { section_ = std::move(heading); }

    void positional(std::string name, std::string& target, std::string help,
                    Completes completes = Completes::nothing);
    void positional(std::string name, std::optional<std::string>& target, std::string help,
                    Completes completes = Completes::nothing);
    /// Takes all that are left; declare it last.
    void positionals(std::string name, std::vector<std::string>& target, std::string help,
                     Completes completes = Completes::nothing, bool required = false);
    /// What stands behind `--`; without it, words behind `--` are positionals.
    void rest(std::string name, std::vector<std::string>& target, std::string help);

    /// validation_error says what is wrong and, for a typo, what was probably meant.
    Result<> parse(const std::vector<std::string>& arguments);
    /// True when the option was on the command line; `names` as declared.
    bool given(std::string_view name) const;
    /// The first plain word that no positional takes, though what it begins could stand behind `--`.
    std::optional<std::string> stray_command() const;

    const std::vector<OptionRow>& option_rows() const { return options_; }
    const std::vector<PositionalRow>& positional_rows() const { return positionals_; }
    const std::string& rest_name() const { return rest_name_; }
    const std::string& rest_help() const { return rest_help_; }

  private:
    Result<> parse_options(const std::vector<std::string>& arguments, std::vector<std::string>& words);
    Result<> check_unknown(const std::vector<std::string>& words) const;
    Result<> check_choices() const;
    Result<> fill_positionals(const std::vector<std::string>& words);

    std::vector<OptionRow> options_;
    std::vector<PositionalRow> positionals_;
    std::vector<std::string> words_;  // of the command line: what is neither option nor value
    std::string section_;
    std::string rest_name_;
    std::string rest_help_;
    std::vector<std::string>* rest_ = nullptr;
};

/// "-o,--output" -> {"-o", "--output"}
std::vector<std::string> option_names(std::string_view names);

}  // namespace mcpm::cli
