#include "common/secret_reference.hpp"

#include "common/ascii.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t longest = 4096;
constexpr std::size_t most_words = 64;

using Words = std::vector<std::string>;

bool consists_of(std::string_view text, std::string_view others, std::size_t limit) {
    return !text.empty() && text.size() <= limit && std::all_of(text.begin(), text.end(), [others](char c) {
        return ascii::is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Nothing: it is not of this form.
Words read_name(std::string_view text) {
    const bool is_plain = consists_of(text, "_.-", 64) && text.front() != '.' && text.front() != '-';
    return is_plain ? Words{std::string(text)} : Words{};
}

Words read_variable(std::string_view text) {
    const bool is_name = consists_of(text, "_", 128) && !ascii::is_digit(text.front());
    return is_name ? Words{std::string(text)} : Words{};
}

Words read_path(std::string_view text) {
    return text.starts_with('/') && !has_control(text) ? Words{std::string(text)} : Words{};
}

Words read_credential(std::string_view text) {
    return consists_of(text, "_.-", 255) && text.front() != '.' ? Words{std::string(text)} : Words{};
}

Words read_command(std::string_view text) {
    Words words;
    if (text.starts_with('[')) {
        const auto json = wire::parse(text);
        if (!json || !json->is_array()) return {};
        for (const auto& word : *json) {
            if (!word.is_string()) return {};
            words.push_back(word.get<std::string>());
        }
    } else {
        std::string word;
        for (const char c : std::string(text) + ' ') {
            if (c != ' ')
                word += c;
            else if (!word.empty())
                words.push_back(std::exchange(word, {}));
        }
    }
    const bool is_good =
        !words.empty() && words.size() <= most_words && !words.front().empty() &&
        words.front().front() != '-' &&
        std::none_of(words.begin(), words.end(), [](const auto& one) { return has_control(one); });
    return is_good ? words : Words{};
}

Words read_attributes(std::string_view text) {
    Words words;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto pair = text.substr(0, end);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == pair.size()) return {};
        if (pair.front() == '-' || has_control(pair)) return {};
        words.emplace_back(pair.substr(0, equals));
        words.emplace_back(pair.substr(equals + 1));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words.size() <= most_words ? words : Words{};
}

struct Form {
    SecretPlace place;
    std::string_view begin;
    Words (*read)(std::string_view);
    std::string_view expected;
};
constexpr std::array forms{
    Form{SecretPlace::environment, "env:", read_variable, "env:NAME, a variable of the agent's environment"},
    Form{SecretPlace::file, "file:", read_path, "file:/PATH, an absolute one"},
    Form{SecretPlace::command, "cmd:", read_command,
         "cmd:PROGRAM ARG…, or cmd:[\"PROGRAM\", \"ARG\"], at most 64 words"},
    Form{SecretPlace::credential, "credential:", read_credential, "credential:NAME, one of systemd's"},
    Form{SecretPlace::keyring, "keyring:", read_attributes, "keyring:KEY=VALUE,…"},
    Form{SecretPlace::vault, "", read_name,
         "the name of a secret, or env:, file:, cmd:, credential: or keyring: (docs/secrets.md)"},
};

}  // namespace

Result<SecretReference> read_secret_reference(std::string_view text) {
    const Form& form = *std::find_if(forms.begin(), forms.end(),
                                     [text](const Form& one) { return text.starts_with(one.begin); });
    Words words = text.size() > longest ? Words{} : form.read(text.substr(form.begin.size()));
    if (!words.empty()) return SecretReference{form.place, std::move(words)};
    return Error{ErrorCode::validation_error, "expected " + std::string(form.expected)};
}

}  // namespace mcpm
