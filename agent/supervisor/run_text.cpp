#include "agent/supervisor/run_text.hpp"

#include "common/wire.hpp"

#include <string.h>

#include <string_view>

namespace mcpm {

namespace {

constexpr std::size_t longest_command = 4096;

bool needs_quotes(std::string_view word) {
    return word.empty() || word.find_first_of(" \t\n\"'\\$`|&;<>()*?") != std::string_view::npos;
}

void append_word(std::string& out, std::string_view word) {
    if (!out.empty()) out += ' ';
    if (!needs_quotes(word)) {
        out += word;
        return;
    }
    out += '\'';
    for (const char character : word) {
        if (character == '\'') {
            out += "'\\''";
        } else {
            out += character;
        }
    }
    out += '\'';
}

/// "--api-key" -> "API_KEY", the form in which names of variables are known.
std::string variable_form(std::string_view option) {
    std::string name;
    for (const char character : option.substr(option.find_first_not_of('-'))) {
        const bool lower = character >= 'a' && character <= 'z';
        name += character == '-' ? '_' : lower ? static_cast<char>(character - 'a' + 'A') : character;
    }
    return name;
}

bool is_option(std::string_view word) {
    return word.starts_with('-') && word.find_first_not_of('-') != std::string_view::npos;
}

}  // namespace

std::string signal_name(int number) {
    const char* const name = sigabbrev_np(number);
    return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(number);
}

std::string join_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string in_quotes(const std::string& name) {
    return "\"" + name + "\"";
}

std::string describe(const Exit& exit) {
    std::string text = "ended";
    if (exit.code) text = "exited with code " + std::to_string(*exit.code);
    if (exit.signal) text = "was killed by " + signal_name(*exit.signal);
    if (exit.oom) text += " (out of memory)";
    return text;
}

std::string describe_command(const std::vector<std::string>& arguments) {
    std::string text;
    bool hide_next = false;
    for (const std::string& word : arguments) {
        const auto equals = word.find('=');
        if (hide_next && !word.starts_with('-')) {
            append_word(text, "***");
        } else if (equals != std::string::npos && equals > 0 &&
                   wire::looks_secret(is_option(word) ? variable_form(word.substr(0, equals))
                                                      : word.substr(0, equals))) {
            append_word(text, word.substr(0, equals) + "=***");
        } else {
            append_word(text, word);
        }
        hide_next = equals == std::string::npos && is_option(word) && wire::looks_secret(variable_form(word));
        if (text.size() > longest_command) {
            text.resize(longest_command);
            text += "…";
            break;
        }
    }
    return text;
}

}  // namespace mcpm
