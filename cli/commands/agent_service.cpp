// agent install, agent uninstall: the agent as a service of the user's own systemd.
#include "cli/agent_process.hpp"
#include "cli/commands/all.hpp"
#include "cli/user_units.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace mcpm::cli::commands {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_unit = 65536;

Result<fs::path> unit_folder() {
    const char* const system = std::getenv("MCPM_SYSTEM");
    if (system != nullptr && std::string_view(system) == "1") {
        return Error{ErrorCode::validation_error,
                     "the agent of the machine is a service of the package",
                     {},
                     "sudo systemctl enable --now mcpmd.service"};
    }
    const char* const config = std::getenv("XDG_CONFIG_HOME");
    if (config != nullptr && *config == '/') return fs::path(config) / "systemd/user";
    const char* const home = std::getenv("HOME");
    if (home == nullptr || *home != '/')
        return Error{ErrorCode::validation_error, "HOME is not set, so there is no place for units"};
    return fs::path(home) / ".config/systemd/user";
}

/// False when there is no systemctl, or it failed: what it said is on standard error then.
bool systemctl(const std::vector<std::string>& words) {
    std::vector<std::string> all{"systemctl", "--user"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (auto& word : all) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failure = ::posix_spawnp(&child, "systemctl", &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) return false;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Nothing when there is no such file. conflict: a person's own.
Result<bool> is_there(const fs::path& file) {
    const auto text = read_own_file(file, longest_unit);
    if (!text && text.error().code == ErrorCode::not_found) return false;
    if (!text) return text.error();
    if (is_own_unit(*text)) return true;
    return Error{ErrorCode::conflict,
                 file.string() + " was not written by mcpm",
                 {},
                 "move it away, or leave it and use systemctl --user yourself"};
}

Result<> write_unit(const fs::path& file, const std::string& text) {
    if (const auto there = is_there(file); !there) return there.error();
    const fs::path beside = file.string() + ".new";
    {
        const auto made = open_own_file(beside, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (!made) return made.error();
        if (::write(made->get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            return system_error("write " + beside.string(), errno);
    }
    std::error_code failure;
    fs::rename(beside, file, failure);
    if (failure) return system_error("write " + file.string(), failure.value());
    return {};
}

}  // namespace

Outcome agent_install(Invocation& call) {
    bool print = false;
    call.options.flag("--dry-run", print, "print the units and write nothing");
    if (!call.parse()) return call.outcome();
    const auto folder = unit_folder();
    if (!folder) return folder.error();
    const auto program = find_agent_program();
    if (!program) return program.error();
    const auto units = user_units(program->parent_path());
    if (!units)
        return Error{ErrorCode::validation_error, "a unit cannot name " + program->parent_path().string()};
    for (const auto& unit : *units) {
        const auto file = *folder / unit.name;
        if (print) {
            call.out.write_foreign("# " + file.string() + "\n" + unit.text + "\n");
            continue;
        }
        // Folders of systemd's, which others of the user's programs share, keep the mode they have.
        std::error_code failure;
        fs::create_directories(*folder, failure);
        if (failure) return system_error("create the folder " + folder->string(), failure.value());
        if (const auto written = write_unit(file, unit.text); !written) return written.error();
    }
    if (print) return ExitStatus::done;
    if (systemctl({"daemon-reload"}) && systemctl({"enable", "mcpmd.socket", "mcpmd.service"})) {
        call.out.note("the agent starts when you log in (`loginctl enable-linger`: when the machine does)");
        return ExitStatus::done;
    }
    call.out.note("the units are in " + folder->string() +
                  "; systemd was not reached. When it runs: systemctl --user enable --now mcpmd.socket");
    return ExitStatus::done;
}

Outcome agent_uninstall(Invocation& call) {
    if (!call.parse()) return call.outcome();
    const auto folder = unit_folder();
    if (!folder) return folder.error();
    std::vector<fs::path> files;
    for (const char* const name : {"mcpmd.socket", "mcpmd.service"}) {
        const auto there = is_there(*folder / name);
        if (!there) return there.error();
        if (*there) files.push_back(*folder / name);
    }
    if (files.empty())
        return Error{ErrorCode::not_found,
                     "no units of mcpm are in " + folder->string(),
                     {},
                     "`mcpm agent install` writes them"};
    // Disabled while systemd still reads them; the agent that runs goes on.
    (void)systemctl({"disable", "mcpmd.socket", "mcpmd.service"});
    for (const auto& file : files) {
        std::error_code failure;
        fs::remove(file, failure);
        if (failure) return system_error("remove " + file.string(), failure.value());
    }
    (void)systemctl({"daemon-reload"});
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
