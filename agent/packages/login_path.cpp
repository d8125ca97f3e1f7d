#include "agent/packages/login_path.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

constexpr std::string_view marker = "__mcpm_path_7f3a__";

std::string value_of(const std::map<std::string, std::string>& environment, const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

bool is_folder(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

bool contains(std::string_view path, std::string_view folder) {
    while (!path.empty()) {
        const auto end = std::min(path.find(':'), path.size());
        if (path.substr(0, end) == folder) return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

/// "v20.1.3" -> its numbers, for comparing.
std::vector<int> numbers_of(std::string_view name) {
    std::vector<int> numbers;
    if (!name.empty() && name.front() == 'v') name.remove_prefix(1);
    while (const auto number = take_number<int>(name)) {
        numbers.push_back(*number);
        if (!name.starts_with('.')) break;
        name.remove_prefix(1);
    }
    return numbers;
}

/// nvm keeps one folder per version and none that is "the current one": the newest.
std::string newest_nvm(const std::string& home) {
    std::error_code error;
    std::string best;
    const std::string versions = home + "/.nvm/versions/node";
    for (std::filesystem::directory_iterator entry(versions, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = entry->path().filename().string();
        if (best.empty() || numbers_of(best) < numbers_of(name)) best = name;
    }
    return best.empty() ? std::string() : versions + "/" + best + "/bin";
}

void add_folder(LoginPath& found, std::string folder) {
    if (contains(found.path, folder)) return;
    found.path += (found.path.empty() ? "" : ":") + folder;
    found.added.push_back(std::move(folder));
}

/// What the terminal has that started the agent: version managers often stand behind a guard of ~/.bashrc
/// that a login shell does not pass.
void add_own_folders(LoginPath& found, std::string_view own) {
    while (!own.empty()) {
        const auto colon = std::min(own.find(':'), own.size());
        std::string folder(own.substr(0, colon));
        own.remove_prefix(std::min(colon + 1, own.size()));
        if (folder.starts_with('/') && is_folder(folder)) add_folder(found, std::move(folder));
    }
}

void add_usual_folders(LoginPath& found, const std::string& home) {
    for (auto& folder : usual_folders(home)) add_folder(found, std::move(folder));
}

}  // namespace

std::string_view text_between_markers(std::string_view output) {
    const auto begin = output.find(marker);
    if (begin == std::string_view::npos) return {};
    const auto from = begin + marker.size();
    const auto end = output.find(marker, from);
    return end == std::string_view::npos ? std::string_view() : output.substr(from, end - from);
}

std::vector<std::string> usual_folders(const std::string& home) {
    std::vector<std::string> candidates;
    if (!home.empty() && home.front() == '/') {
        candidates = {home + "/.local/bin",
                      home + "/bin",
                      home + "/.volta/bin",
                      home + "/.asdf/shims",
                      home + "/.local/share/mise/shims",
                      home + "/.local/share/fnm/aliases/default/bin",
                      newest_nvm(home),
                      home + "/.npm-global/bin",
                      home + "/.cargo/bin"};
    }
    for (const char* folder : {"/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/snap/bin"}) {
        candidates.emplace_back(folder);
    }
    candidates.erase(
        std::remove_if(candidates.begin(), candidates.end(),
                       [](const std::string& folder) { return folder.empty() || !is_folder(folder); }),
        candidates.end());
    return candidates;
}

Task<LoginPath> resolve_login_path(JobRunner run_job, std::map<std::string, std::string> environment) {
    LoginPath found;
    const std::string own = value_of(environment, "PATH");
    found.path = own;
    found.origin = "the agent's own PATH";
    const std::string home = value_of(environment, "HOME");
    std::string shell = value_of(environment, "SHELL");
    if (shell.empty() || shell.front() != '/') shell = "/bin/sh";
    Job job;
    job.program = shell;
    const std::string text(marker);
    // Every shell in use knows printf, quotes and $PATH, fish too.
    job.arguments = {"-l", "-c", "printf '%s%s%s' '" + text + "' \"$PATH\" '" + text + "'"};
    job.environment = std::move(environment);
    job.cwd = is_folder(home) ? home : "/";
    job.time_limit = std::chrono::seconds(5);
    job.output_limit = 256U << 10U;
    auto outcome = co_await run_job(std::move(job));
    if (outcome.has_error()) {
        found.problem = "ask the login shell " + shell + " for PATH: " + outcome.error().message;
    } else if (const auto path = text_between_markers(outcome->output);
               path.find('/') != std::string_view::npos) {
        found.path = path;
        found.origin = "login shell " + shell;
    } else {
        found.problem = "ask the login shell " + shell + " for PATH: it did not print it";
    }
    add_own_folders(found, own);
    add_usual_folders(found, home);
    co_return found;
}

}  // namespace mcpm
