// The room packages: packages and programs of a person, found and installed. It may include runtime and
// async. It never changes a definition nor starts a server.
//
// npm and PyPI packages, installed once at an exact version with the registry's hashes into a folder of their
// own, and then started directly (`node …/index.js`, `…/bin/python …/bin/name`): no npx, no uvx, no network
// at start. Uses the user's npm, and uv where it is, else Python's own venv and pip. Layout:
// FOLDER/npm/NAME/VERSION-HASH/, likewise pypi, go and cargo (built once by the user's toolchain), mcpb and
// binary (files, known by the digest of their bytes); what is
// being installed stands in
// FOLDER/REGISTRY/.new-* until it is whole. Install scripts (of npm) run only where the source allows it,
// named before; whatever way they end, nothing of theirs is left. The record of a package's files
// (common/file_record.hpp) is kept with them, its digest in the pin.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/packages/job.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

namespace npm {
struct InstalledFolder;
}

struct Installed {
    PackagePin pin;
    std::vector<std::string> notes;  // for people: "it asks for node >=22, this is v20.1.0"
    bool is_reused = false;          // the package was there already
};

class Packages {
  public:
    using Progress = std::function<void(std::string_view step)>;
    /// What is at an address, at most `limit` bytes.
    using Fetch = std::function<Task<Result<std::string>>(std::string address, std::uint64_t limit)>;

    static constexpr Duration install_limit = std::chrono::minutes(10);
    static constexpr Duration query_limit = std::chrono::seconds(60);

    /// `environment` is what npm runs with; its PATH is the resolved one (login_path), where npm and node are
    /// found.
    Packages(Loop& loop, Workers& workers, std::filesystem::path folder, JobRunner run_job,
             std::map<std::string, std::string> environment);

    /// How bundles and programs are fetched from addresses; unset: they are not.
    void set_fetch(Fetch fetch) { fetch_ = std::move(fetch); }

    /// Removes what a killed agent left half installed. The number of folders. Call once, before install().
    Task<Result<unsigned>> clean_leftovers();

    /// Installs `source` (its version exact, a range, a tag, or empty for the latest), or finds it installed.
    /// Two at once for the same package are one installation, which goes on when a caller goes away.
    /// validation_error: name, version or program; not_found: package or version; cannot_launch: no npm or
    /// node, or a failed install script; unavailable: no network, no space; timed_out.
    Task<Result<Installed>> install(PackageSource source, Progress progress = nullptr);

    /// The newest version that `source` allows, from the registry.
    Task<Result<std::string>> latest(PackageSource source);

    /// Removes installed packages whose folder no pin names. The number of those removed.
    Task<Result<unsigned>> remove_unused(std::vector<std::string> folders_in_use);

    /// Whether a pinned package is still there to be started, its files of the size and time that they had.
    /// Looks at each of them: off the loop. cannot_launch (stage "resolve") if not.
    static Result<> verify(const PackagePin& pin);

    /// Ends installations that are under way and waits for them.
    Task<> close();

  private:
    struct Flight;
    struct Tools {
        std::string npm, node;
    };
    struct PythonTools {
        std::string python;
        std::string uv;  // empty: there is none
    };

    struct FoundPythons {
        std::vector<std::string> pythons;  // those that may be what is asked for, the preferred first
        std::string uv;                    // empty: there is none
    };

    static Result<Tools> find_tools(const std::map<std::string, std::string>& environment);
    Task<Result<Tools>> tools();
    Job npm_job(const Tools& tools, std::vector<std::string> arguments, std::string cwd) const;
    Task<> fly(std::shared_ptr<Flight> flight, std::string key);
    Task<Result<Installed>> install_now(std::shared_ptr<Flight> flight);
    Task<Result<Installed>> find_here(PackageSource source);
    Task<Result<Installed>> reused(std::string node, npm::InstalledFolder found);
    Task<Result<Installed>> install_into(std::shared_ptr<Flight> flight, Tools tools, std::string temporary);
    Task<Result<>> run_scripts(std::shared_ptr<Flight> flight, Tools tools, std::string temporary);
    Task<Result<std::string>> query(Tools tools, PackageSource source);
    Task<std::string> node_version(std::string node);

    static FoundPythons find_pythons(const std::map<std::string, std::string>& environment,
                                     const std::string& wanted);
    Task<Result<PythonTools>> python_tools(PackageSource source);
    Job python_job(std::string program, std::vector<std::string> arguments, const std::string& cwd) const;
    Task<Result<Installed>> install_pypi(std::shared_ptr<Flight> flight);
    Task<Result<PackagePin>> install_pypi_into(std::shared_ptr<Flight> flight, PythonTools tools,
                                               std::string temporary);
    Task<Result<>> make_environment(PythonTools tools, std::string temporary);
    Task<Result<>> install_with_pip(PackageSource source, std::string environment);
    Task<Result<>> install_with_uv(PackageSource source, PythonTools tools, std::string environment);
    Task<Result<>> run_step(Job job, std::string attempted);
    Task<Result<std::string>> query_pypi(PackageSource source);
    Task<std::vector<std::string>> trust_in(std::string folder);

    Task<Result<Installed>> install_built(std::shared_ptr<Flight> flight);
    Task<Result<Installed>> build_into(std::shared_ptr<Flight> flight, std::string builder,
                                       std::string temporary);
    Task<Result<std::string>> find_builder(PackageRegistry registry);
    Job builder_job(std::string builder, std::vector<std::string> arguments, const std::string& cwd) const;
    Task<Result<std::string>> query_built(PackageSource source);

    Task<Result<std::string>> bytes_of(std::string place);
    Task<Result<Installed>> install_placed(std::shared_ptr<Flight> flight);
    Task<Error> explain(Tools tools, PackageSource source, std::string error_output, std::string attempted);
    Task<std::string> node_note(std::string node, std::string engines);
    Task<std::string> vouching_note(std::string builder, std::string module, std::string cwd);

    Loop& loop_;
    Workers& workers_;
    std::filesystem::path folder_;
    JobRunner run_job_;
    Fetch fetch_ = {};
    std::map<std::string, std::string> environment_;
    std::map<std::string, std::shared_ptr<Flight>> flights_;
    TaskGroup group_;
    unsigned next_temporary_ = 0;
};

}  // namespace mcpm
