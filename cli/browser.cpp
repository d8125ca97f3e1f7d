#include "cli/browser.hpp"

#include "cli/kernel_word.hpp"
#include "cli/quiet_start.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

namespace mcpm::cli {

namespace {

bool is_set(const Environment& environment, const char* name) {
    const auto value = environment(name);
    return value && !value->empty();
}

/// $BROWSER names programs with ':' between them (as xdg-open and Python have it); ours take no arguments but
/// the address.
std::vector<std::string> programs(const Environment& environment) {
    std::vector<std::string> names;
    std::string rest = environment("BROWSER").value_or("");
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        auto name = rest.substr(0, colon);
        rest = colon == std::string::npos ? std::string() : rest.substr(colon + 1);
        if (!name.empty() && name.find_first_of(" %") == std::string::npos) names.push_back(std::move(name));
    }
    if (is_set(environment, "DISPLAY") || is_set(environment, "WAYLAND_DISPLAY"))
        for (const char* name : {"xdg-open", "sensible-browser"}) names.emplace_back(name);
    return names;
}

/// A browser runs on; one that could not do it ends at once with another status than 0.
bool runs_or_went_well(pid_t child) {
    constexpr std::chrono::seconds patience{1};
    if (!ends_within(child, patience)) return true;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool starts(const std::string& program, const std::string& url) {
    const auto child = start_quietly(program, {url}, ErrorsOf::hidden, SessionOf::own);
    return child && runs_or_went_well(*child);
}

}  // namespace

bool open_in_browser(const std::string& url, const Environment& environment) {
    for (const auto& program : programs(environment)) {
        if (starts(program, url)) return true;
    }
    return false;
}

}  // namespace mcpm::cli
