#include "cli/user_units.hpp"

#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::string_view marker = "# Written by `mcpm agent install`; `mcpm agent uninstall` removes it.\n";

std::string with_programs(std::string_view text, std::string_view folder) {
    constexpr std::string_view place = "@MCPM_BIN@";
    std::string out(marker);
    while (true) {
        const auto at = text.find(place);
        out += text.substr(0, at);
        if (at == std::string_view::npos) return out;
        out += folder;
        text.remove_prefix(at + place.size());
    }
}

// systemd.syntax(7): blanks end a word, quotes and backslashes begin escapes, % and $ are replaced.
std::optional<std::string> as_unit_word(std::string_view path) {
    std::string out;
    for (const char byte : path) {
        if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return std::nullopt;
        if (byte == '%' || byte == '$') out += byte;
        if (byte == ' ') {
            out += "\\x20";
        } else if (byte == '"' || byte == '\'' || byte == '\\') {
            out += '\\';
            out += byte;
        } else {
            out += byte;
        }
    }
    return out;
}

}  // namespace

std::optional<std::array<UserUnit, 2>> user_units(const std::filesystem::path& programs) {
    const auto folder = as_unit_word(programs.string());
    if (!folder) return std::nullopt;
    return std::array{UserUnit{"mcpmd.socket", with_programs(user_socket_template(), *folder)},
                      UserUnit{"mcpmd.service", with_programs(user_service_template(), *folder)}};
}

bool is_own_unit(std::string_view text) {
    return text.starts_with(marker);
}

}  // namespace mcpm::cli
