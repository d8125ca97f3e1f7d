#include "cli/options.hpp"

#include "cli/suggestion.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <type_traits>

namespace mcpm::cli {

namespace {

Error usage_error(std::string message, std::string hint = {}) {
    return Error{ErrorCode::validation_error, std::move(message), {}, std::move(hint)};
}

OptionRow row_of(std::string names, std::string value, std::string help, decltype(OptionRow::target) target,
                 std::string section) {
    OptionRow row{std::move(names), std::move(value), std::move(help), {}, target};
    row.section = std::move(section);
    return row;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

void store(OptionRow& row, const std::vector<std::string>& values) {
    row.given = true;
    std::visit(
        [&](auto* target) {
            using Target = std::remove_pointer_t<decltype(target)>;
            if constexpr (std::is_same_v<Target, bool>) {
                *target = true;
            } else if constexpr (std::is_same_v<Target, std::vector<std::string>>) {
                target->insert(target->end(), values.begin(), values.end());
            } else {
                *target = values.back();
            }
        },
        row.target);
}

void declare(CLI::App& app, OptionRow& row) {
    if (row.value.empty()) {
        app.add_flag_callback(row.names, [&row] { store(row, {}); });
        return;
    }
    CLI::Option* option = app.add_option(row.names, [&row](const CLI::results_t& values) {
        store(row, values);
        return true;
    });
    // One value each time it is given; the values themselves are never looked into.
    option->expected(1)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

std::vector<std::string> option_names(std::string_view names) {
    std::vector<std::string> out;
    while (!names.empty()) {
        const std::size_t comma = std::min(names.find(','), names.size());
        out.emplace_back(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
    }
    return out;
}

void Options::flag(std::string names, bool& target, std::string help) {
    options_.push_back(row_of(std::move(names), {}, std::move(help), &target, section_));
}

void Options::value(std::string names, std::string value, std::string& target, std::string help) {
    options_.push_back(row_of(std::move(names), std::move(value), std::move(help), &target, section_));
}

void Options::value(std::string names, std::string value, std::optional<std::string>& target,
                    std::string help) {
    options_.push_back(row_of(std::move(names), std::move(value), std::move(help), &target, section_));
}

void Options::list(std::string names, std::string value, std::vector<std::string>& target, std::string help) {
    options_.push_back(row_of(std::move(names), std::move(value), std::move(help), &target, section_));
}

void Options::choices(std::vector<std::string> words) {
    options_.back().choices = std::move(words);
}

void Options::completes(Completes what) {
    options_.back().completes = what;
}

std::optional<std::string> Options::stray_command() const {
    if (rest_ == nullptr) return std::nullopt;
    std::size_t plain = 0;
    for (const std::string& word : words_) {
        const bool is_option = word.size() > 1 && word.front() == '-';
        if (is_option && plain <= positionals_.size()) return std::nullopt;  // the slip is the option
        if (++plain > positionals_.size()) return word;
    }
    return std::nullopt;
}

void Options::positional(std::string name, std::string& target, std::string help, Completes completes) {
    positionals_.push_back({std::move(name), std::move(help), true, &target, completes});
}

void Options::positional(std::string name, std::optional<std::string>& target, std::string help,
                         Completes completes) {
    positionals_.push_back({std::move(name), std::move(help), false, &target, completes});
}

void Options::positionals(std::string name, std::vector<std::string>& target, std::string help,
                          Completes completes, bool required) {
    positionals_.push_back({std::move(name), std::move(help), required, &target, completes});
}

void Options::rest(std::string name, std::vector<std::string>& target, std::string help) {
    rest_name_ = std::move(name);
    rest_help_ = std::move(help);
    rest_ = &target;
}

bool Options::given(std::string_view name) const {
    return std::any_of(options_.begin(), options_.end(), [&](const OptionRow& row) {
        const auto names = option_names(row.names);
        return row.given && std::find(names.begin(), names.end(), name) != names.end();
    });
}

Result<> Options::parse(const std::vector<std::string>& arguments) {
    const auto separator = std::find(arguments.begin(), arguments.end(), "--");
    std::vector<std::string> words;
    auto parsed = parse_options({arguments.begin(), separator}, words);
    if (!parsed) return parsed;
    words_ = words;
    if (auto known = check_unknown(words); !known) return known;
    if (separator != arguments.end()) {
        std::vector<std::string>& behind = rest_ != nullptr ? *rest_ : words;
        behind.insert(behind.end(), separator + 1, arguments.end());
    }
    if (auto chosen = check_choices(); !chosen) return chosen;
    return fill_positionals(words);
}

Result<> Options::parse_options(const std::vector<std::string>& arguments, std::vector<std::string>& words) {
    CLI::App app;
    app.set_help_flag("");
    app.allow_extras();
    try {
        for (OptionRow& row : options_) declare(app, row);
        // CLI11 takes them from the back.
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ArgumentMismatch& mismatch) {
        const std::string said = mismatch.what();
        return usage_error(said.substr(0, said.find(':')) + ": a value is missing");
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
    words = app.remaining();
    return {};
}

Result<> Options::check_unknown(const std::vector<std::string>& words) const {
    for (const std::string& word : words) {
        if (word.size() < 2 || word.front() != '-') continue;
        const std::string name = word.substr(0, word.find('='));
        std::vector<std::string> known = {"--help"};
        for (const OptionRow& row : options_) {
            for (std::string& one : option_names(row.names)) {
                if (one.starts_with("--")) known.push_back(std::move(one));
            }
        }
        return usage_error("unknown option '" + name + "'", did_you_mean(name, known));
    }
    return {};
}

Result<> Options::check_choices() const {
    for (const OptionRow& row : options_) {
        if (row.choices.empty() || !row.given) continue;
        const std::string* value = nullptr;
        if (const auto* plain = std::get_if<std::string*>(&row.target)) value = *plain;
        if (const auto* maybe = std::get_if<std::optional<std::string>*>(&row.target)) value = &***maybe;
        if (value == nullptr) continue;
        if (std::find(row.choices.begin(), row.choices.end(), *value) != row.choices.end()) continue;
        return usage_error(
            option_names(row.names).back() + ": '" + *value + "' is not one of " + joined(row.choices),
            did_you_mean(*value, row.choices));
    }
    return {};
}

namespace {

/// Of a thing that has a name; a text of a person's may be empty.
bool is_name(const PositionalRow& row) {
    return row.completes != Completes::nothing && row.completes != Completes::files &&
           row.completes != Completes::folders;
}

}  // namespace

Result<> Options::fill_positionals(const std::vector<std::string>& words) {
    std::size_t next = 0;
    for (PositionalRow& row : positionals_) {
        const bool takes_all = std::holds_alternative<std::vector<std::string>*>(row.target);
        const std::size_t end = takes_all ? words.size() : std::min(next + 1, words.size());
        for (std::size_t at = next; at < end; ++at)
            if (is_name(row) && words[at].empty()) return usage_error(row.name + " is empty");
        if (auto* many = std::get_if<std::vector<std::string>*>(&row.target)) {
            const auto first = words.begin() + static_cast<std::ptrdiff_t>(std::min(next, words.size()));
            (*many)->insert((*many)->end(), first, words.end());
            if (next >= words.size() && row.required) return usage_error(row.name + " is missing");
            next = words.size();
        } else if (next < words.size()) {
            if (auto* one = std::get_if<std::string*>(&row.target)) **one = words[next];
            if (auto* one = std::get_if<std::optional<std::string>*>(&row.target)) **one = words[next];
            ++next;
        } else if (row.required) {
            return usage_error(row.name + " is missing");
        }
    }
    if (next < words.size()) return usage_error("unexpected argument '" + words[next] + "'");
    return {};
}

}  // namespace mcpm::cli
