#include "cli/completion.hpp"

#include "cli/clients/client_table.hpp"
#include "cli/commands.hpp"
#include "cli/global_options.hpp"
#include "common/enum_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mcpm::cli {

namespace {

using Words = std::vector<std::string>;

/// What has been typed so far, read as the command will read it.
struct Typed {
    Words plain;                         // positionals
    const OptionRow* waiting = nullptr;  // an option whose value is the word being typed
    std::vector<const OptionRow*> given;
    bool is_behind_separator = false;
};

const OptionRow* option_of(const Options& options, std::string_view name) {
    for (const OptionRow& row : options.option_rows()) {
        const auto names = option_names(row.names);
        if (std::find(names.begin(), names.end(), name) != names.end()) return &row;
    }
    return nullptr;
}

/// "-af" and "-n5": the last letter that is an option, and whether its value stands in the same word.
const OptionRow* option_of_letters(const Options& options, std::string_view word, bool& has_value) {
    for (std::size_t at = 1; at < word.size(); ++at) {
        const OptionRow* const row = option_of(options, std::string("-") + word[at]);
        if (row == nullptr) return nullptr;
        if (row->value.empty()) continue;
        has_value = at + 1 < word.size();
        return row;
    }
    return nullptr;
}

Typed read_typed(const Options& options, const Words& words) {
    Typed typed;
    for (const std::string& word : words) {
        if (typed.is_behind_separator) continue;
        if (typed.waiting != nullptr) {
            typed.waiting = nullptr;
        } else if (word == "--") {
            typed.is_behind_separator = true;
        } else if (word.size() > 1 && word[0] == '-') {
            const bool is_long = word.starts_with("--");
            bool has_value = word.find('=') != std::string::npos;
            const OptionRow* const row = is_long ? option_of(options, word.substr(0, word.find('=')))
                                                 : option_of_letters(options, word, has_value);
            if (const OptionRow* const exact = option_of(options, word); exact != nullptr)
                typed.given.push_back(exact);
            else if (row != nullptr)
                typed.given.push_back(row);
            if (row != nullptr && !row->value.empty() && !has_value) typed.waiting = row;
        } else {
            typed.plain.push_back(word);
        }
    }
    return typed;
}

void add_words(Offers& offers, const Words& words, std::string_view begun, const std::string& before = {}) {
    for (const std::string& word : words) {
        if (word.starts_with(begun)) offers.words.push_back({before + word});
    }
}

void add_filters(Offers& offers, const AskNames& ask, std::string_view begun, const std::string& before) {
    static const std::vector<std::pair<std::string, Words>> keys{
        {"status=", every_name<ShownStatus>()},
        {"type=", {"process", "container", "remote"}},
        {"health=", every_name<Health>()},
        {"label=", {}},
        {"name=", {}}};
    for (const auto& [key, values] : keys) {
        if (!begun.starts_with(key)) {
            if (std::string_view(key).starts_with(begun)) offers.words.push_back({before + key});
            continue;
        }
        const Words known = key == "label="  ? ask(Completes::labels, {})
                            : key == "name=" ? ask(Completes::servers, {})
                                             : values;
        add_words(offers, known, begun.substr(key.size()), before + key);
    }
}

Words command_words() {
    Words words;
    for (const std::string& word : first_words()) {
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    return words;
}

void add_kind(Offers& offers, Completes kind, const AskNames& ask, const std::string& server,
              std::string_view begun, const std::string& before = {}) {
    switch (kind) {
        case Completes::nothing:
            return;
        case Completes::files:
            offers.files = Offers::Files::files;
            return;
        case Completes::folders:
            offers.files = Offers::Files::folders;
            return;
        case Completes::commands:
            return add_words(offers, command_words(), begun, before);
        case Completes::shells:
            return add_words(offers, {"bash", "zsh", "fish"}, begun, before);
        case Completes::clients:
            for (const ClientRow& client : all_clients())
                add_words(offers, {std::string(client.id)}, begun, before);
            return;
        case Completes::formats:
            return add_words(offers, {"table", "wide", "json", "yaml", "name", "jsonpath="}, begun, before);
        case Completes::filters:
            return add_filters(offers, ask, begun, before);
        default:
            return add_words(offers, ask(kind, server), begun, before);
    }
}

void add_value(Offers& offers, const OptionRow& option, const AskNames& ask, const Typed& typed,
               std::string_view begun, const std::string& before = {}) {
    if (!option.choices.empty()) return add_words(offers, option.choices, begun, before);
    const bool is_path = option.value == "FILE" || option.value == "FOLDER";
    const Completes kind = option.completes != Completes::nothing ? option.completes
                           : !is_path                             ? Completes::nothing
                           : option.value == "FOLDER"             ? Completes::folders
                                                                  : Completes::files;
    add_kind(offers, kind, ask, typed.plain.empty() ? std::string() : typed.plain[0], begun, before);
}

bool is_list(const OptionRow& option) {
    return std::holds_alternative<std::vector<std::string>*>(option.target);
}

void add_options(Offers& offers, const Options& options, const Typed& typed, std::string_view begun) {
    for (const OptionRow& option : options.option_rows()) {
        const bool is_given = std::find(typed.given.begin(), typed.given.end(), &option) != typed.given.end();
        if (is_given && !is_list(option)) continue;
        for (std::string& name : option_names(option.names)) {
            const bool is_short = name.size() == 2;
            if (is_short && begun != name) continue;  // the long name says more
            if (name.starts_with(begun)) offers.words.push_back({std::move(name), option.help});
        }
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> everywhere{
        {{"--help", "show the command's page"},
         {"--color", "auto, always or never"},
         {"--debug", "say each request"}}};
    for (const auto& [name, what] : everywhere) {
        if (name.starts_with(begun)) offers.words.push_back({std::string(name), std::string(what)});
    }
}

const PositionalRow* positional_at(const Options& options, std::size_t at) {
    const auto& rows = options.positional_rows();
    if (rows.empty()) return nullptr;
    if (at < rows.size()) return &rows[at];
    const bool takes_all = std::holds_alternative<std::vector<std::string>*>(rows.back().target);
    return takes_all ? &rows.back() : nullptr;
}

void add_positional(Offers& offers, const Options& options, const Typed& typed, const AskNames& ask,
                    std::string_view begun) {
    const PositionalRow* const row = positional_at(options, typed.plain.size());
    if (row == nullptr) return;
    // Behind a tool stand its arguments, which only the tool knows; a list of tools goes on.
    const bool is_argument = row->completes == Completes::tools && typed.plain.size() > 1 &&
                             row->name.find("KEY=VALUE") != std::string::npos;
    if (is_argument) return;
    Offers found;
    add_kind(found, row->completes, ask, typed.plain.empty() ? std::string() : typed.plain[0], begun);
    offers.files = found.files;
    for (Offer& offer : found.words) {
        const bool is_there =
            std::find(typed.plain.begin(), typed.plain.end(), offer.value) != typed.plain.end();
        if (!is_there) offers.words.push_back(std::move(offer));
    }
}

void add_commands(Offers& offers, std::string_view begun) {
    Words seen;
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        const std::string first(row.name.substr(0, row.name.find(' ')));
        if (std::find(seen.begin(), seen.end(), first) != seen.end()) continue;
        seen.push_back(first);
        const bool is_group = first.size() != row.name.size();
        if (first.starts_with(begun))
            offers.words.push_back({first, is_group ? "commands about " + first : std::string(row.summary)});
    }
    for (const std::string& word : command_words()) {  // aliases, once something of them is typed
        const bool is_known = std::find(seen.begin(), seen.end(), word) != seen.end();
        if (!is_known && !begun.empty() && word.starts_with(begun)) offers.words.push_back({word});
    }
}

void add_second_words(Offers& offers, const std::string& first, std::string_view begun) {
    for (const CommandRow& row : all_commands()) {
        const std::size_t space = row.name.find(' ');
        if (row.group == Group::hidden || space == std::string_view::npos ||
            row.name.substr(0, space) != first)
            continue;
        const std::string second(row.name.substr(space + 1));
        if (second.starts_with(begun)) offers.words.push_back({second, std::string(row.summary)});
    }
}

void add_for_command(Offers& offers, const CommandRow& row, const Words& before, const std::string& begun,
                     const AskNames& ask) {
    const Options options = describe(row);
    const Typed typed = read_typed(options, before);
    if (typed.is_behind_separator) {
        offers.files = Offers::Files::files;
    } else if (typed.waiting != nullptr) {
        add_value(offers, *typed.waiting, ask, typed, begun);
    } else if (begun.starts_with("--") && begun.find('=') != std::string::npos) {
        const std::size_t equals = begun.find('=');
        const OptionRow* const option = option_of(options, begun.substr(0, equals));
        if (option != nullptr && !option->value.empty())
            add_value(offers, *option, ask, typed, std::string_view(begun).substr(equals + 1),
                      begun.substr(0, equals + 1));
    } else if (begun.starts_with('-')) {
        add_options(offers, options, typed, begun);
    } else {
        add_positional(offers, options, typed, ask, begun);
    }
}

}  // namespace

Offers complete_line(const std::vector<std::string>& words, const AskNames& ask) {
    Offers offers;
    if (words.empty()) return offers;
    const std::string& begun = words.back();
    Words before(words.begin(), words.end() - 1);
    (void)take_global_options(before);
    if (before.empty() || (before.size() == 1 && before[0].starts_with('-'))) {
        if (!begun.starts_with('-'))
            add_commands(offers, begun);
        else
            add_words(offers, {"--help", "--version", "--color", "--debug", "--no-pager"}, begun);
        return offers;
    }
    const Chosen chosen = choose_command(before);
    if (chosen.row == nullptr) {
        if (before.size() == 1) add_second_words(offers, before[0], begun);
        return offers;
    }
    before.erase(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(chosen.words));
    add_for_command(offers, *chosen.row, before, begun, ask);
    return offers;
}

}  // namespace mcpm::cli
