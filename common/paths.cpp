#include "common/paths.hpp"

#include "common/living_agent.hpp"
#include "common/user_folders.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace mcpm {

namespace {

constexpr std::size_t longest_socket_path = 107;  // sun_path of unix(7), without its NUL

std::optional<std::string> value(const Environment& environment, const char* name) {
    auto text = environment(name);
    if (text && text->empty()) text.reset();
    return text;
}

/// Where one folder is, by a variable of ours, or one of XDG's, or below HOME.
struct Place {
    const char* ours;
    const char* xdg;
    const char* below_home;
    const char* system;
};

Result<std::filesystem::path> absolute(const char* variable, const std::string& text) {
    if (text.front() == '/' && text.find('\0') == std::string::npos)
        return std::filesystem::path(text).lexically_normal();
    return Error{ErrorCode::validation_error,
                 std::string(variable) + " must be an absolute path, it is \"" + text + "\""};
}

/// Where XDG's variable, or a folder below HOME, says. `instead`: the variable that could say it as well.
Result<std::filesystem::path> users_folder(const Environment& environment, const char* xdg,
                                           const char* below_home, const char* instead) {
    if (const auto text = value(environment, xdg)) return absolute(xdg, *text);
    const auto home = value(environment, "HOME");
    if (!home)
        return Error{ErrorCode::validation_error,
                     std::string("cannot tell where to keep files: neither HOME nor ") + instead + " is set"};
    auto base = absolute("HOME", *home);
    if (!base) return base;
    return *base / below_home;
}

Result<std::filesystem::path> find_place(const Environment& environment, const Place& place, bool system) {
    if (const auto text = value(environment, place.ours)) return absolute(place.ours, *text);
    if (system) return std::filesystem::path(place.system);
    auto base = users_folder(environment, place.xdg, place.below_home, place.ours);
    if (!base) return base;
    return *base / "mcpm";
}

bool is_folder_of(const std::string& path, unsigned uid) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == uid;
}

Result<std::filesystem::path> find_runtime(const Environment& environment, unsigned uid, bool system) {
    if (const auto text = value(environment, "MCPM_RUNTIME_DIR")) return absolute("MCPM_RUNTIME_DIR", *text);
    if (system) return std::filesystem::path("/run/mcpm");
    if (const auto text = value(environment, "XDG_RUNTIME_DIR")) {
        auto base = absolute("XDG_RUNTIME_DIR", *text);
        if (!base) return base;
        return *base / "mcpm";
    }
    const std::string number = std::to_string(uid);
    if (is_folder_of("/run/user/" + number, uid))
        return std::filesystem::path("/run/user/" + number) / "mcpm";
    return std::filesystem::path("/tmp/mcpm-" + number);
}

std::optional<std::string> from_process(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    return text;
}

}  // namespace

bool is_of_machine(const Environment& environment) {
    return value(environment, "MCPM_SYSTEM") == "1";
}

Result<std::filesystem::path> user_config_folder(const Environment& environment) {
    return users_folder(environment, "XDG_CONFIG_HOME", ".config", "XDG_CONFIG_HOME");
}

Result<Paths> find_paths(const Environment& environment, unsigned uid) {
    const bool system = is_of_machine(environment);
    const auto config =
        find_place(environment, {"MCPM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config", "/etc/mcpm"}, system);
    if (!config) return config.error();
    const auto data =
        find_place(environment, {"MCPM_DATA_HOME", "XDG_DATA_HOME", ".local/share", "/var/lib/mcpm"}, system);
    if (!data) return data.error();
    const auto state = find_place(
        environment, {"MCPM_STATE_HOME", "XDG_STATE_HOME", ".local/state", "/var/lib/mcpm"}, system);
    if (!state) return state.error();
    const auto runtime = find_runtime(environment, uid, system);
    if (!runtime) return runtime.error();
    Paths paths{*config, *data, *state, *runtime};
    const std::string socket = paths.socket().string();
    if (socket.size() > longest_socket_path)
        return Error{ErrorCode::validation_error,
                     "the path of the socket is too long: " + socket + " has " +
                         std::to_string(socket.size()) + " bytes, at most 107 are possible",
                     {},
                     "set MCPM_RUNTIME_DIR to a shorter folder"};
    return paths;
}

Result<Paths> find_paths() {
    auto paths = find_paths(from_process, ::getuid());
    if (!paths) return paths;
    if (value(from_process, "MCPM_RUNTIME_DIR") || value(from_process, "MCPM_SYSTEM")) return paths;
    std::error_code failure;
    if (value(from_process, "XDG_RUNTIME_DIR") && std::filesystem::exists(paths->socket(), failure))
        return paths;
    if (auto runtime = runtime_of_living_agent(paths->lock())) paths->runtime = std::move(*runtime);
    return paths;
}

}  // namespace mcpm
