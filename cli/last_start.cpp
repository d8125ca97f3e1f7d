#include "cli/last_start.hpp"

#include "common/whole_lines.hpp"

#include <algorithm>
#include <fstream>

namespace mcpm::cli {

namespace {

constexpr std::streamoff longest_tail = 64 * 1024;

std::string_view after_space(std::string_view text) {
    const auto space = text.find(' ');
    return space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
}

}  // namespace

std::optional<std::string> failure_of_last_start(std::string_view log) {
    bool was_ready = false;
    std::optional<std::string> error;  // of the start that is read
    std::optional<std::string> failure;
    WholeLines lines;
    lines.take(log, [&](std::string_view line) {
        const auto words = after_space(line);  // "LEVEL TEXT"
        if (words.starts_with("info mcpmd ") && words.find(" is ready; ") != std::string_view::npos) {
            was_ready = true;
            failure.reset();
        } else if (words.starts_with("error ") && !was_ready) {
            error = after_space(words);
        } else if (words == "info the agent ends") {
            failure = was_ready ? std::nullopt : error;
            was_ready = false;
            error.reset();
        }
    });
    return failure;
}

std::optional<std::string> failure_of_last_start_in(const std::filesystem::path& log) {
    std::ifstream file(log, std::ios::binary | std::ios::ate);
    if (!file) return std::nullopt;
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - longest_tail));
    std::string tail(static_cast<std::size_t>(longest_tail), '\0');
    file.read(tail.data(), longest_tail);  // a directory gives nothing
    tail.resize(static_cast<std::size_t>(file.gcount()));
    return failure_of_last_start(tail);
}

}  // namespace mcpm::cli
