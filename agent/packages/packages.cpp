#include "agent/packages/packages.hpp"

#include "agent/async/notifier.hpp"
#include "agent/packages/built_package.hpp"
#include "agent/packages/find_program.hpp"
#include "agent/packages/flight.hpp"
#include "agent/packages/node_range.hpp"
#include "agent/packages/npm_text.hpp"
#include "agent/packages/package_folder.hpp"
#include "agent/packages/placed_package.hpp"
#include "agent/packages/pypi_text.hpp"
#include "common/file_record.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

std::string asked(const PackageSource& source) {
    return source.package + "@" + (source.version.empty() ? "latest" : source.version);
}

Result<> check_source(const PackageSource& source) {
    if (built::is_built(source.registry) || placed::is_placed(source.registry))
        return built::validate_package(source);
    return source.registry == PackageRegistry::pypi ? pypi::validate_package(source)
                                                    : npm::validate_package(source);
}

}  // namespace

Packages::Packages(Loop& loop, Workers& workers, std::filesystem::path folder, JobRunner run_job,
                   std::map<std::string, std::string> environment)
    : loop_(loop),
      workers_(workers),
      folder_(std::move(folder)),
      run_job_(std::move(run_job)),
      environment_(std::move(environment)),
      group_(loop) {}

Task<Result<Packages::Tools>> Packages::tools() {
    auto search = [environment = environment_] { return find_tools(environment); };
    co_return co_await offload(workers_, std::move(search));
}

Result<Packages::Tools> Packages::find_tools(const std::map<std::string, std::string>& environment) {
    const auto path = environment.find("PATH");
    const std::string_view folders = path == environment.end() ? std::string_view() : path->second;
    Tools tools;
    for (const auto& [name, place] : {std::pair{"node", &tools.node}, std::pair{"npm", &tools.npm}}) {
        auto found = find_program(name, folders);
        if (found.has_error()) {
            auto error = found.error();
            error.message = std::string("npm packages need ") + name + ": " + error.message;
            error.hint =
                "install Node.js with npm (Debian: apt install --no-install-recommends nodejs npm; or "
                "https://nodejs.org)";
            return error;
        }
        *place = std::move(*found);
    }
    return tools;
}

Job Packages::npm_job(const Tools& tools, std::vector<std::string> arguments, std::string cwd) const {
    Job job;
    job.program = tools.npm;
    job.arguments = std::move(arguments);
    job.environment = environment_;
    job.environment["npm_config_update_notifier"] = "false";
    job.environment["NO_COLOR"] = "1";
    job.cwd = std::move(cwd);
    job.time_limit = query_limit;
    return job;
}

Task<Result<unsigned>> Packages::clean_leftovers() {
    auto work = [folder = folder_] { return npm::remove_leftovers(folder); };
    const unsigned removed = co_await offload(workers_, std::move(work));
    co_return removed;
}

Task<Result<Installed>> Packages::install(PackageSource source, Progress progress) {
    if (auto checked = check_source(source); checked.has_error()) co_return checked.error();
    std::string key = std::string(wire_name(source.registry)) + " " + asked(source) + " " + source.program +
                      " " + source.before + source.digest + (source.allow_scripts ? " with scripts" : "");
    for (const auto& constraint : source.constraints) key += " " + constraint;
    for (const auto& more : source.with) key += " with " + more;
    if (!source.python.empty()) key += " by Python " + source.python;
    auto& place = flights_[key];
    const bool is_first = place == nullptr;
    if (is_first) {
        place = std::make_shared<Flight>(loop_);
        place->source = std::move(source);
    }
    const auto flight = place;
    if (progress) flight->listeners.push_back(std::move(progress));
    if (is_first) group_.spawn("install " + key, fly(flight, key));
    while (!flight->result) co_await flight->landed.wait();
    co_return *flight->result;
}

Task<> Packages::fly(std::shared_ptr<Flight> flight, std::string key) {
    // Whatever way this ends, also cancelled or thrown, those who wait are answered.
    struct Landing {
        Packages& packages;
        std::shared_ptr<Flight> flight;
        std::string key;
        ~Landing() {
            packages.flights_.erase(key);
            if (!flight->result) {
                flight->result = Error{ErrorCode::cancelled, "install " + key + ": ended before it was done"};
            }
            flight->landed.notify_all();
        }
    };
    const Landing landing{*this, flight, std::move(key)};
    auto result = co_await install_now(flight);
    flight->result = std::move(result);
}

/// What is installed needs node alone, neither npm nor a network.
Task<Result<Installed>> Packages::find_here(PackageSource source) {
    using Here = std::pair<npm::InstalledFolder, std::string>;
    auto find = [folder = folder_, source, environment = environment_]() -> Result<Here> {
        const auto path = environment.find("PATH");
        const auto node = find_program("node", path == environment.end() ? std::string() : path->second);
        if (!node) return node.error();
        auto there = npm::find_installed(folder, source, source.version, *node);
        if (!there) return there.error();
        return Here{std::move(*there), *node};
    };
    auto found = co_await offload(workers_, std::move(find));
    if (!found) co_return found.error();
    co_return co_await reused(std::move(found->second), std::move(found->first));
}

Task<Result<Installed>> Packages::reused(std::string node, npm::InstalledFolder found) {
    Installed installed{std::move(found.pin), {}, true};
    auto note = co_await node_note(std::move(node), std::move(found.engines_node));
    if (!note.empty()) installed.notes.push_back(std::move(note));
    co_return installed;
}

Task<Result<Installed>> Packages::install_now(std::shared_ptr<Flight> flight) {
    if (built::is_built(flight->source.registry)) co_return co_await install_built(std::move(flight));
    if (placed::is_placed(flight->source.registry)) co_return co_await install_placed(std::move(flight));
    if (flight->source.registry == PackageRegistry::pypi) co_return co_await install_pypi(std::move(flight));
    const auto source = flight->source;
    if (npm::is_exact_version(source.version)) {
        auto there = co_await find_here(source);
        if (there) co_return there;
    }
    const auto tools = co_await this->tools();
    if (tools.has_error()) co_return tools.error();
    std::string version = npm::is_exact_version(source.version) ? source.version : std::string();
    if (version.empty() && npm::has_any_version(folder_, source.package)) {
        flight->tell("asking the registry for " + asked(source));
        auto newest = co_await query(*tools, source);
        if (newest.has_error()) co_return newest.error();
        version = std::move(*newest);
    }
    if (!version.empty()) {
        auto find = [folder = folder_, source, version, node = tools->node] {
            return npm::find_installed(folder, source, version, node);
        };
        auto found = co_await offload(workers_, std::move(find));
        if (!found && found.error().code == ErrorCode::validation_error) co_return found.error();
        if (found) co_return co_await reused(tools->node, std::move(*found));
    }
    // In the folder of the packages, so that putting it in place is a rename.
    const auto temporary =
        folder_ / "npm" / (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++next_temporary_));
    Temporary removed_at_end(workers_, temporary.string());
    auto installed = co_await install_into(flight, *tools, temporary.string());
    co_await removed_at_end.remove();
    co_return installed;
}

Task<Result<Installed>> Packages::install_into(std::shared_ptr<Flight> flight, Tools tools,
                                               std::string temporary) {
    const auto source = flight->source;
    const std::string attempted = "install npm package " + asked(source);
    auto make = [temporary] { return npm::make_temporary(temporary); };
    auto made = co_await offload(workers_, std::move(make));
    if (made.has_error()) co_return made.error();
    flight->tell("installing " + asked(source));
    std::vector<std::string> arguments{"install",          "--prefix",        temporary,
                                       "--global=false",   "--no-audit",      "--no-fund",
                                       "--save-exact",     "--omit=dev",      "--package-lock=true",
                                       "--ignore-scripts", "--loglevel=error"};
    if (!source.before.empty()) arguments.push_back("--before=" + source.before);
    arguments.insert(arguments.end(), {"--", asked(source)});
    auto job = npm_job(tools, std::move(arguments), temporary);
    job.time_limit = install_limit;
    auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error()) {
        auto error = outcome.error();
        error.message = attempted + ": " + error.message;
        co_return error;
    }
    if (outcome->exit.code != 0) co_return co_await explain(tools, source, outcome->error_tail, attempted);
    if (source.allow_scripts) {
        const auto ran = co_await run_scripts(flight, tools, temporary);
        if (ran.has_error()) co_return ran.error();
    }
    flight->tell("putting it in place");
    auto place = [temporary, folder = folder_, source, node = tools.node] {
        return npm::put_in_place(temporary, folder, source, node);
    };
    auto placed = co_await offload(workers_, std::move(place));
    if (placed.has_error()) co_return placed.error();
    auto note = co_await node_note(tools.node, placed->engines_node);
    Installed installed{std::move(placed->pin), {}, false};
    if (!source.version.empty() && source.version != installed.pin.version)
        installed.notes.push_back(asked(source) + " is " + installed.pin.version);
    if (!note.empty()) installed.notes.push_back(std::move(note));
    co_return installed;
}

/// Named before they run.
Task<Result<>> Packages::run_scripts(std::shared_ptr<Flight> flight, Tools tools, std::string temporary) {
    auto look = [temporary] { return npm::scripts_of(temporary); };
    const auto scripts = co_await offload(workers_, std::move(look));
    if (scripts.empty()) co_return Result<>{};
    std::string names;
    for (const auto& name : scripts) names += (names.empty() ? "" : ", ") + name;
    const std::string attempted = "run the install scripts of " + names + " for " + asked(flight->source);
    flight->tell("running the install scripts of " + names);
    auto job = npm_job(tools,
                       {"rebuild", "--prefix", temporary, "--global=false", "--ignore-scripts=false",
                        "--foreground-scripts", "--loglevel=error"},
                       temporary);
    job.time_limit = install_limit;
    auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error())
        co_return Error{outcome.error().code, attempted + ": " + outcome.error().message};
    if (outcome->exit.code != 0) co_return npm::explain_failure(outcome->error_tail, attempted);
    co_return Result<>{};
}

/// Many packages ask for more than they need, so it is said and tried nevertheless.
Task<std::string> Packages::node_note(std::string node, std::string engines) {
    if (engines.empty()) co_return std::string();
    const auto version = co_await node_version(std::move(node));
    if (npm::check_range(version, engines) != npm::RangeAnswer::does_not_fit) co_return std::string();
    co_return "it asks for node " + engines + ", and this is " + version +
        ": where it does not start, a newer one on the PATH may help (https://nodejs.org)";
}

Task<std::string> Packages::node_version(std::string node) {
    Job job;
    job.program = std::move(node);
    job.arguments = {"--version"};
    job.environment = environment_;
    job.time_limit = std::chrono::seconds(10);
    auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error()) co_return std::string();
    co_return outcome->output.substr(0, outcome->output.find('\n'));
}

Task<Error> Packages::explain(Tools tools, PackageSource source, std::string error_output,
                              std::string attempted) {
    auto error = npm::explain_failure(error_output, attempted);
    if (npm::failure_code(error_output) != "ETARGET") co_return error;
    auto job = npm_job(tools, {"view", "--json", "--", source.package, "versions"}, folder_.string());
    const auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error()) co_return error;
    const auto versions = npm::versions_in(outcome->output);
    const auto shown = std::min<std::size_t>(versions.size(), 8);
    if (shown > 0) error.hint.clear();
    for (std::size_t i = 0; i < shown; ++i) {
        error.hint += (i == 0 ? "there are: " : ", ") + versions[versions.size() - 1 - i];
    }
    if (versions.size() > shown)
        error.hint += " and " + std::to_string(versions.size() - shown) + " older ones";
    co_return error;
}

Task<Result<std::string>> Packages::query(Tools tools, PackageSource source) {
    const std::string attempted = "look up npm package " + asked(source);
    auto job = npm_job(tools, {"view", "--json", "--", asked(source), "version"}, "/");
    auto outcome = co_await run_job_(std::move(job));
    if (outcome.has_error())
        co_return Error{outcome.error().code, attempted + ": " + outcome.error().message};
    if (outcome->exit.code != 0) co_return npm::explain_failure(outcome->error_tail, attempted);
    auto version = npm::newest_in(outcome->output);
    if (!version.empty()) co_return version;
    // npm answers nothing at all when no version fits.
    co_return Error{ErrorCode::not_found, attempted + ": the registry has no such version"};
}

Task<Result<std::string>> Packages::latest(PackageSource source) {
    if (auto checked = check_source(source); checked.has_error()) co_return checked.error();
    if (placed::is_placed(source.registry))
        co_return Error{ErrorCode::validation_error,
                        source.package + " is what it is: nobody says what is newer",
                        {},
                        "install the newer one in its place"};
    if (built::is_built(source.registry)) co_return co_await query_built(std::move(source));
    if (source.registry == PackageRegistry::pypi) co_return co_await query_pypi(std::move(source));
    const auto tools = co_await this->tools();
    if (tools.has_error()) co_return tools.error();
    co_return co_await query(*tools, std::move(source));
}

Task<Result<unsigned>> Packages::remove_unused(std::vector<std::string> folders_in_use) {
    auto work = [folder = folder_, in_use = std::move(folders_in_use)] {
        return npm::remove_all_but(folder, in_use);
    };
    co_return co_await offload(workers_, std::move(work));
}

Result<> Packages::verify(const PackagePin& pin) {
    const auto gone = [&pin](const std::string& what) {
        return Error{ErrorCode::cannot_launch, "start the package installed at " + pin.folder + ": " + what,
                     ErrorDetails(StartStage::resolve, "ENOENT"), "install it again with `mcpm upgrade`"};
    };
    if (pin.launcher.empty()) return gone("it is pinned without a program");
    for (const auto& part : pin.launcher) {
        struct stat facts {};
        if (::stat(part.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return gone(part + " is gone");
    }
    if (::access(pin.launcher.front().c_str(), X_OK) != 0)
        return gone(pin.launcher.front() + " is not executable");
    if (pin.files.empty()) return {};
    const auto checked = check_files(pin.folder, pin.files, Look::quick);
    if (checked) return {};
    return Error{ErrorCode::cannot_launch, checked.error().message, StartStage::files,
                 "`mcpm upgrade NAME` installs it anew; `mcpm doctor --deep` looks at every byte"};
}

Task<> Packages::close() {
    group_.cancel_all();
    co_await group_.drain();
}

}  // namespace mcpm
