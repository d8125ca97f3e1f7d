#include "agent/supervisor/run_text.hpp"

#include "common/secret_values.hpp"
#include "common/sha256.hpp"
#include "common/whole_characters.hpp"
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
            text.resize(whole_characters(text, longest_command).size());
            text += "…";
            break;
        }
    }
    return text;
}

std::uint64_t start_mark(const ServerSpec& spec) {
    ServerSpec what_counts = spec;
    const ServerSpec none;
    // All that is looked at when it is needed, not at a start.
    what_counts.name = none.name;
    what_counts.enabled = none.enabled;
    what_counts.labels = none.labels;
    what_counts.tools = none.tools;
    what_counts.health = none.health;
    what_counts.restart = none.restart;
    what_counts.lazy = none.lazy;
    what_counts.idle_timeout = none.idle_timeout;
    what_counts.stop_timeout = none.stop_timeout;
    what_counts.start_timeout = none.start_timeout;
    what_counts.depends_on = none.depends_on;
    what_counts.sharing = none.sharing;
    const Sha256 digest = sha256(wire::to_text(wire::from_spec(what_counts)));
    std::uint64_t mark = 0;
    for (std::size_t at = 0; at < sizeof mark; ++at) mark = mark << 8 | digest[at];
    return mark == 0 ? 1 : mark;
}

}  // namespace mcpm
