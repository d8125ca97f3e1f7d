#include "agent/supervisor/run_text.hpp"

#include "common/secret_values.hpp"

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
    std::string_view before;
    for (const std::string& word : arguments) {
        append_word(text, wire::masked_argument(before, word));
        before = word;
        if (text.size() > longest_command) {
            text.resize(longest_command);
            text += "…";
            break;
        }
    }
    return text;
}

bool needs_another_start(const ServerSpec& launched, const ServerSpec& stored) {
    ServerSpec same = stored;
    // All that is looked at when it is needed, not at a start.
    same.name = launched.name;
    same.enabled = launched.enabled;
    same.labels = launched.labels;
    same.tools = launched.tools;
    same.health = launched.health;
    same.restart = launched.restart;
    same.lazy = launched.lazy;
    same.idle_timeout = launched.idle_timeout;
    same.stop_timeout = launched.stop_timeout;
    same.start_timeout = launched.start_timeout;
    same.depends_on = launched.depends_on;
    same.sharing = launched.sharing;
    return !(same == launched);
}

}  // namespace mcpm
