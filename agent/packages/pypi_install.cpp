// The PyPI half of Packages: a virtual environment per version, by uv where it is, else by Python's venv and
// pip. Wheels alone are installed, unless the source allows scripts: building one from sources runs the
// package's own code before anybody has asked for it.
#include "agent/packages/find_program.hpp"
#include "agent/packages/flight.hpp"
#include "agent/packages/folder_files.hpp"
#include "agent/packages/packages.hpp"
#include "agent/packages/pypi_folder.hpp"
#include "agent/packages/pypi_text.hpp"
#include "agent/packages/pypi_trust.hpp"
#include "agent/packages/python_choice.hpp"
#include "common/units.hpp"
#include "common/words.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

/// Without leave to build: what is published as sources alone is not taken.
constexpr const char* wheels_alone = "--only-binary=:all:";

std::string attempted_on(const PackageSource& source) {
    return "install PyPI package " + pypi::requirement(source);
}

Result<> make_folder(const std::filesystem::path& at) {
    std::error_code error;
    std::filesystem::create_directories(at, error);
    if (error)
        return system_error("make a folder for the package at " + at.string(), error.value(),
                            ErrorCode::unavailable);
    return {};
}

/// pip cannot be told a day before which to look; who asked for one should know.
std::vector<std::string> notes_of(const PackageSource& source, const std::string& version, bool has_uv) {
    std::vector<std::string> notes;
    if (!source.before.empty() && !has_uv)
        notes.push_back("pip took the newest versions that fit; those of " + source.before +
                        ", with which it was tried, would need uv");
    if (!source.version.empty() && pypi::is_exact_version(source.version) && source.version != version)
        notes.push_back(pypi::requirement(source) + " is " + version);
    return notes;
}

/// Said again when the package is used again.
Result<> keep_trust(const std::filesystem::path& at, const std::vector<std::string>& sentences) {
    std::string text;
    for (const auto& one : sentences) text += one + "\n";
    return text.empty() ? Result<>{} : write_file(at / pypi::trust_name, text);
}

std::vector<std::string> kept_trust(const std::string& folder) {
    return split_words(text_of_file(std::filesystem::path(folder) / pypi::trust_name), '\n');
}

/// With what pip wrote of the index: an index that fails is not one without the package.
Error with_index(Error error, const std::filesystem::path& log, const std::string& attempted) {
    if (error.code != ErrorCode::not_found) return error;
    const auto said = pypi::unfetched(text_of_file(log));
    if (said.empty()) return error;
    const bool is_away = said.find("Failed to establish a new connection") != std::string::npos ||
                         said.find("connection error") != std::string::npos;
    error.code = ErrorCode::unavailable;
    error.message = attempted +
                    (is_away ? ": the index can't be reached: " : ": the index answers with an error: ") +
                    said;
    error.hint = is_away ? "is the network there? pip config list says which index is asked"
                         : "try again later; pip config list says which index is asked";
    return error;
}

/// venv and pip do not always say that the disk is full: what little is free is said beside what they say.
Error with_space(Error error, const std::filesystem::path& folder) {
    constexpr std::uintmax_t little = 64U << 20U;
    std::error_code failed;
    const auto space = std::filesystem::space(folder, failed);
    if (failed || space.available >= little) return error;
    error.code = ErrorCode::unavailable;
    error.message +=
        " (only " + format_bytes(space.available >> 20U << 20U) + " free at " + folder.string() + ")";
    error.hint = "make room on the disk; " + error.hint;
    return error;
}

}  // namespace

/// The first of those that are there, when none is asked for; else the first that is of the version.
Task<Result<Packages::PythonTools>> Packages::python_tools(PackageSource source) {
    auto search = [environment = environment_, wanted = source.python] {
        return find_pythons(environment, wanted);
    };
    auto found = co_await offload(workers_, std::move(search));
    if (source.python.empty() && found.pythons.empty()) {
        co_return Error{ErrorCode::cannot_launch,
                        "PyPI packages need Python: there is no python3 on the PATH",
                        {},
                        "install Python 3 (Debian: apt install python3 python3-venv)"};
    }
    std::string seen;
    for (const auto& python : found.pythons) {
        if (source.python.empty()) co_return PythonTools{python, found.uv};
        auto job = python_job(python, {"--version"}, "/");
        job.time_limit = query_limit;
        const auto said = co_await run_job_(std::move(job));
        if (!said || said->exit.code != 0) continue;
        if (pypi::is_wanted_python(said->output, source.python)) co_return PythonTools{python, found.uv};
        seen +=
            (seen.empty() ? "" : ", ") + python + " is " + said->output.substr(0, said->output.find('\n'));
    }
    // uv finds or fetches one by its version.
    if (!found.uv.empty()) co_return PythonTools{source.python, found.uv};
    co_return Error{ErrorCode::cannot_launch,
                    attempted_on(source) + ": it asks for Python " + source.python +
                        ", which is not on the agent's PATH" + (seen.empty() ? "" : " (" + seen + ")"),
                    {},
                    "install it (`path` in config.yaml says where programs are looked for), or uv, which "
                    "fetches it"};
}

Packages::FoundPythons Packages::find_pythons(const std::map<std::string, std::string>& environment,
                                              const std::string& wanted) {
    const auto path = environment.find("PATH");
    const std::string_view folders = path == environment.end() ? std::string_view() : path->second;
    FoundPythons found;
    for (const auto& name : pypi::python_names(wanted))
        if (auto python = find_program(name, folders); python.has_value())
            found.pythons.push_back(std::move(*python));
    if (auto uv = find_program("uv", folders); uv.has_value()) found.uv = std::move(*uv);
    return found;
}

Job Packages::python_job(std::string program, std::vector<std::string> arguments,
                         const std::string& cwd) const {
    Job job;
    job.program = std::move(program);
    job.arguments = std::move(arguments);
    job.environment = environment_;
    for (const char* gone : {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}) job.environment.erase(gone);
    job.environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
    job.environment["PIP_NO_INPUT"] = "1";
    job.environment["NO_COLOR"] = "1";
    job.cwd = cwd;
    // What pip unpacks goes with the folder, also when pip is killed.
    if (cwd != "/") job.environment["TMPDIR"] = cwd;
    job.time_limit = install_limit;
    return job;
}

Task<Result<Installed>> Packages::install_pypi(std::shared_ptr<Flight> flight) {
    const auto source = flight->source;
    if (pypi::is_exact_version(source.version)) {
        auto find = [folder = folder_, source] {
            return pypi::find_installed(folder, source, source.version);
        };
        auto found = co_await offload(workers_, std::move(find));
        if (found.has_value()) {
            Installed reused{std::move(*found), {}, true};
            reused.notes = co_await trust_in(reused.pin.folder);
            co_return reused;
        }
        if (found.error().code == ErrorCode::validation_error) co_return found.error();
    }
    auto asked_by = source;
    const auto tools = co_await python_tools(std::move(asked_by));
    if (tools.has_error()) co_return tools.error();
    const auto temporary =
        folder_ / "pypi" / (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++next_temporary_));
    Temporary removed_at_end(workers_, temporary.string());
    auto pin = co_await install_pypi_into(flight, *tools, temporary.string());
    co_await removed_at_end.remove();
    if (pin.has_error()) co_return pin.error();
    Installed installed{std::move(*pin), {}, false};
    installed.notes = notes_of(source, installed.pin.version, !tools->uv.empty());
    const auto trusted = co_await trust_in(installed.pin.folder);
    installed.notes.insert(installed.notes.end(), trusted.begin(), trusted.end());
    co_return installed;
}

Task<std::vector<std::string>> Packages::trust_in(std::string folder) {
    auto read = [folder = std::move(folder)] { return kept_trust(folder); };
    co_return co_await offload(workers_, std::move(read));
}

Task<Result<>> Packages::run_step(Job job, std::string attempted) {
    auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error()) {
        auto error = outcome.error();
        error.message = attempted + ": " + error.message;
        co_return error;
    }
    if (outcome->exit.code == 0) co_return Result<>{};
    // venv says on stdout why it could not make an environment.
    auto error = pypi::explain_failure(outcome->error_tail + "\n" + outcome->output, attempted);
    auto look = [error = std::move(error), folder = folder_] { return with_space(error, folder); };
    co_return co_await offload(workers_, std::move(look));
}

Task<Result<>> Packages::make_environment(PythonTools tools, std::string temporary) {
    const std::string attempted = "make a virtual environment";
    std::vector<std::string> arguments{"-m", "venv", temporary};
    if (!tools.uv.empty())
        arguments = {"venv", "--quiet", "--no-config", "--python", tools.python, temporary};
    auto job = python_job(tools.uv.empty() ? tools.python : tools.uv, std::move(arguments), "/");
    co_return co_await run_step(std::move(job), attempted);
}

Task<Result<>> Packages::install_with_pip(PackageSource source, std::string environment) {
    const std::filesystem::path at(environment);
    const auto log = at / "pip.log";
    std::vector<std::string> arguments{"-m",
                                       "pip",
                                       "install",
                                       "--quiet",
                                       "--no-input",
                                       "--log",
                                       log.string(),
                                       "--constraint",
                                       (at / "constraints.txt").string(),
                                       "--report",
                                       (at / "report.json").string(),
                                       "--",
                                       pypi::requirement(source)};
    arguments.insert(arguments.end(), source.with.begin(), source.with.end());
    if (!source.allow_scripts) arguments.insert(arguments.begin() + 3, wheels_alone);
    auto job = python_job(pypi::interpreter(at).string(), std::move(arguments), environment);
    auto attempted = attempted_on(source);
    auto installed = co_await run_step(std::move(job), attempted);
    auto finish = [installed, log, attempted, at]() -> Result<> {
        if (installed.has_error()) return with_index(installed.error(), log, attempted);
        auto kept = keep_trust(at, pypi::trusted_by_pip(text_of_file(log), text_of_file(at / "report.json")));
        std::error_code ignored;
        std::filesystem::remove(log, ignored);
        return kept;
    };
    co_return co_await offload(workers_, std::move(finish));
}

Task<Result<>> Packages::install_with_uv(PackageSource source, PythonTools tools, std::string environment) {
    const std::filesystem::path at(environment);
    const auto python = pypi::interpreter(at).string();
    const auto lock = (at / "requirements.lock").string();
    // clang-format off
    std::vector<std::string> resolve{
        "pip", "compile", "--quiet", "--no-config", "--generate-hashes", "--no-header", "--no-annotate",
        "--emit-index-annotation", "--python", python,
        "--constraint", (at / "constraints.txt").string(), "--output-file", lock, "-"};
    std::vector<std::string> install{
        "pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes",
        "--compile-bytecode", "--python", python, "--requirement", lock};
    // clang-format on
    if (!source.allow_scripts) {
        resolve.insert(resolve.begin() + 2, wheels_alone);
        install.insert(install.begin() + 2, wheels_alone);
    }
    if (!source.before.empty()) resolve.insert(resolve.end() - 1, {"--exclude-newer", source.before});
    auto resolving = python_job(tools.uv, std::move(resolve), environment);
    resolving.input = pypi::requirement(source) + "\n";
    for (const auto& more : source.with) resolving.input += more + "\n";
    const auto resolved = co_await run_step(std::move(resolving), attempted_on(source));
    if (resolved.has_error()) co_return resolved.error();
    auto installing = python_job(tools.uv, std::move(install), environment);
    const auto installed = co_await run_step(std::move(installing), attempted_on(source));
    if (installed.has_error()) co_return installed.error();
    auto keep = [at, lock] { return keep_trust(at, pypi::trusted_by_uv(text_of_file(lock))); };
    co_return co_await offload(workers_, std::move(keep));
}

Task<Result<PackagePin>> Packages::install_pypi_into(std::shared_ptr<Flight> flight, PythonTools tools,
                                                     std::string temporary) {
    const auto source = flight->source;
    const std::filesystem::path at(temporary);
    auto prepare = [at, folder = folder_] { return make_folder(folder / "pypi"); };
    const auto prepared = co_await offload(workers_, std::move(prepare));
    if (prepared.has_error()) co_return prepared.error();
    flight->tell("making a virtual environment");
    const auto made = co_await make_environment(tools, temporary);
    if (made.has_error()) co_return made.error();
    auto constrain = [at, source] { return pypi::write_constraints(at, source); };
    const auto constrained = co_await offload(workers_, std::move(constrain));
    if (constrained.has_error()) co_return constrained.error();
    flight->tell("installing " + pypi::requirement(source));
    auto installing =
        tools.uv.empty() ? install_with_pip(source, temporary) : install_with_uv(source, tools, temporary);
    const auto installed = co_await std::move(installing);
    if (installed.has_error()) co_return installed.error();
    flight->tell("putting it in place");
    auto place = [at, folder = folder_, source] { return pypi::put_in_place(at, folder, source); };
    auto placed = co_await offload(workers_, std::move(place));
    co_return placed;
}

Task<Result<std::string>> Packages::query_pypi(PackageSource source) {
    const std::string attempted = "look up PyPI package " + source.package;
    auto asked_by = source;
    const auto tools = co_await python_tools(std::move(asked_by));
    if (tools.has_error()) co_return tools.error();
    const std::filesystem::path temporary =
        folder_ / "pypi" / (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++next_temporary_));
    Temporary removed_at_end(workers_, temporary.string());
    auto prepare = [folder = folder_] { return make_folder(folder / "pypi"); };
    const auto prepared = co_await offload(workers_, std::move(prepare));
    if (prepared.has_error()) co_return prepared.error();
    PythonTools by_pip = *tools;
    by_pip.uv.clear();  // only pip tells a version without installing its dependencies
    const auto made = co_await make_environment(by_pip, temporary.string());
    if (made.has_error()) co_return made.error();
    const auto report = temporary / "report.json";
    const auto log = temporary / "pip.log";
    std::vector<std::string> arguments{"-m",
                                       "pip",
                                       "install",
                                       "--quiet",
                                       "--dry-run",
                                       "--no-deps",
                                       "--ignore-installed",
                                       "--only-binary=:all:",
                                       "--log",
                                       log.string(),
                                       "--report",
                                       report.string(),
                                       "--",
                                       pypi::requirement(source)};
    auto job = python_job(pypi::interpreter(temporary).string(), std::move(arguments), temporary.string());
    const auto asked = co_await run_step(std::move(job), attempted);
    if (asked.has_error()) {
        auto look = [error = asked.error(), log, attempted] { return with_index(error, log, attempted); };
        co_return co_await offload(workers_, std::move(look));
    }
    auto read = [report] { return pypi::read_report(text_of_file(report)); };
    const auto files = co_await offload(workers_, std::move(read));
    if (files.has_error()) co_return files.error();
    auto version = pypi::version_in(*files, source.package);
    if (version.empty())
        co_return Error{ErrorCode::not_found, attempted + ": the registry has no such version"};
    co_return version;
}

}  // namespace mcpm
