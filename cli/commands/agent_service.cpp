// agent install, agent uninstall: the agent as a service of the user's own systemd.
#include "cli/agent_process.hpp"
#include "cli/clients/client_file.hpp"
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/own_fields.hpp"
#include "cli/quiet_start.hpp"
#include "cli/user_units.hpp"
#include "common/user_folders.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace mcpm::cli::commands {

namespace {

namespace fs = std::filesystem;

Result<fs::path> unit_folder() {
    const auto environment = process_environment();
    if (is_of_machine(environment)) {
        return Error{ErrorCode::validation_error,
                     "the agent of the machine is a service of the package",
                     {},
                     "sudo systemctl enable --now mcpmd.service"};
    }
    auto folder = user_config_folder(environment);
    if (!folder) return folder;
    return *folder / "systemd/user";
}

/// False when there is no systemctl, or it failed: what it said is on standard error then.
bool systemctl(std::vector<std::string> words) {
    words.insert(words.begin(), "--user");
    const auto child = start_quietly("systemctl", std::move(words), ErrorsOf::shown, SessionOf::ours);
    if (!child) return false;
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// What lies there. conflict: a person's own.
Result<ClientText> unit_there(const fs::path& file) {
    auto found = read_client_file(file);
    if (!found || !found->exists || is_own_unit(found->text)) return found;
    return Error{ErrorCode::conflict,
                 file.string() + " was not written by mcpm",
                 {},
                 "move it away, or leave it and use systemctl --user yourself"};
}

/// What became of it, in a word.
Result<std::string> write_unit(const fs::path& file, const std::string& text) {
    auto there = unit_there(file);
    if (!there) return there.error();
    if (there->exists && there->text == text) return std::string("unchanged");
    if (!there->exists) there->mode = 0644;
    const std::string change = there->exists ? "updated" : "created";
    if (auto written = replace_client_file(*there, text); !written) return written.error();
    return change;
}

Json unit_as_data(const fs::path& file, const std::string& change) {
    return Json{{own::name, file.filename().string()}, {own::file, file.string()}, {own::change, change}};
}

}  // namespace

Outcome agent_install(Invocation& call) {
    bool print = false;
    call.options.flag("--dry-run", print, "print the units and write nothing");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto folder = unit_folder();
    if (!folder) return folder.error();
    const auto program = find_agent_program();
    if (!program) return program.error();
    const auto units = user_units(program->parent_path());
    if (!units)
        return Error{ErrorCode::validation_error, "a unit cannot name " + program->parent_path().string()};
    Json data = Json::array();
    for (const auto& unit : *units) {
        const auto file = *folder / unit.name;
        const auto change = print ? Result<std::string>("none") : write_unit(file, unit.text);
        if (!change) return change.error();
        data.push_back(unit_as_data(file, *change));
        if (print) data.back()[own::text] = unit.text;
    }
    if (print && print_for_programs(call.out, data, call.format)) return ExitStatus::done;
    for (const Json& unit : data)
        if (print) call.out.write_foreign("# " + text(unit, own::file) + "\n" + text(unit, own::text) + "\n");
    if (print) return ExitStatus::done;
    const bool is_reached =
        systemctl({"daemon-reload"}) && systemctl({"enable", "mcpmd.socket", "mcpmd.service"});
    for (Json& unit : data) unit[own::enabled] = is_reached;
    (void)print_for_programs(call.out, data, call.format);
    if (is_reached) {
        call.out.note("the agent starts when you log in (`loginctl enable-linger`: when the machine does)");
        return ExitStatus::done;
    }
    call.out.note("the units are in " + folder->string() +
                  "; systemd was not reached. When it runs: systemctl --user enable --now mcpmd.socket");
    return ExitStatus::done;
}

Outcome agent_uninstall(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto folder = unit_folder();
    if (!folder) return folder.error();
    std::vector<fs::path> files;
    for (const char* const name : {"mcpmd.socket", "mcpmd.service"}) {
        const auto there = unit_there(*folder / name);
        if (!there) return there.error();
        if (there->exists) files.push_back(*folder / name);
    }
    if (files.empty())
        return Error{ErrorCode::not_found,
                     "no units of mcpm are in " + folder->string(),
                     {},
                     "`mcpm agent install` writes them"};
    // Disabled while systemd still reads them; the agent that runs goes on.
    (void)systemctl({"disable", "mcpmd.socket", "mcpmd.service"});
    Json data = Json::array();
    for (const auto& file : files) {
        std::error_code failure;
        fs::remove(file, failure);
        if (failure) return system_error("remove " + file.string(), failure.value());
        data.push_back(unit_as_data(file, "removed"));
    }
    (void)systemctl({"daemon-reload"});
    (void)print_for_programs(call.out, data, call.format);
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
