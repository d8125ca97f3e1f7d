#include "cli/dev_words.hpp"

#include "common/ascii.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/number.hpp"
#include "common/proc_stat.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace mcpm::cli {

namespace {

/// When a process began, in ticks since the machine did (proc(5), stat, field 22); nothing when it is gone.
std::optional<std::string> start_of(std::string_view pid) {
    const std::string line = read_proc_file("/proc/" + std::string(pid) + "/stat", 4096);
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::size_t at = name_end + 1;  // the blank before field 3
    for (int field = 3; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at == std::string::npos) return std::nullopt;
    return line.substr(at, line.find(' ', at + 1) - at).substr(1);
}

}  // namespace

std::string dev_name(const std::string& folder, const Json& servers) {
    std::string name = "dev-";
    for (const char c : std::filesystem::path(folder).filename().string())
        name += ascii::is_letter(c) || ascii::is_digit(c) || c == '_' || c == '.' ? c : '-';
    name.resize(std::min<std::size_t>(name.size(), 40));
    while (name.ends_with('-')) name.pop_back();
    const auto is_taken = [&](const std::string& wanted) {
        return std::any_of(servers.begin(), servers.end(),
                           [&](const Json& server) { return text(server, fields::server::name) == wanted; });
    };
    std::string free = name;
    for (int number = 2; is_taken(free); ++number) free = name + "-" + std::to_string(number);
    return free;
}

std::vector<std::string> usual_dev_patterns() {
    return {"*.py",   "*.js",  "*.mjs",    "*.cjs",  "*.ts",         "*.mts",          "*.jsx",
            "*.tsx",  "*.go",  "*.rs",     "*.rb",   "*.php",        "*.java",         "*.kt",
            "*.cs",   "*.lua", "*.exs",    "*.ex",   "package.json", "pyproject.toml", "Cargo.toml",
            "go.mod", ".env",  "!target/", "!venv/", "!dist-info/"};
}

std::string pattern_for_file(const std::string& file, const std::string& folder) {
    const auto relative = std::filesystem::path(file).lexically_normal().lexically_relative(
        std::filesystem::path(folder).lexically_normal());
    const std::string path = relative.string();
    if (path.empty() || path == "." || path.starts_with("..")) return {};
    std::string pattern = "/";
    for (const char c : path) {
        if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

std::string dev_owner() {
    const std::string pid = std::to_string(::getpid());
    return pid + "." + start_of(pid).value_or("0");
}

bool is_alive(std::string_view owner) {
    const std::size_t dot = owner.find('.');
    if (dot == std::string_view::npos || !parse_number<std::uint32_t>(owner.substr(0, dot))) return false;
    const auto start = start_of(owner.substr(0, dot));
    return start && *start == owner.substr(dot + 1);
}

std::vector<std::string> left_behind(const Json& servers) {
    std::vector<std::string> names;
    for (const Json& server : servers) {
        const std::string owner =
            text(member(member(server, fields::server::config), fields::config::labels), dev_label);
        if (!owner.empty() && !is_alive(owner)) names.push_back(text(server, fields::server::name));
    }
    return names;
}

std::string dev_log_line(const Json& line, std::string_view text) {
    const std::string time = cli::text(line, fields::log_line::time);
    constexpr std::size_t begin = 11;
    std::string out = time.size() > begin + 12 ? time.substr(begin, 12) : time;
    out += is_true(line, fields::log_line::note) ? " * " : " | ";
    out += text;
    if (!out.ends_with('\n')) out += '\n';
    return out;
}

}  // namespace mcpm::cli
