// The half of Packages that builds: Go modules by `go install`, crates by `cargo install`, each once, with
// the toolchain that is on the PATH. Building a Go module runs none of its code; building a crate does
// (build.rs, macros), so that needs the same leave as install scripts of npm.
#include "agent/packages/archive_digest.hpp"
#include "agent/packages/built_package.hpp"
#include "agent/packages/find_program.hpp"
#include "agent/packages/flight.hpp"
#include "agent/packages/folder_files.hpp"
#include "agent/packages/packages.hpp"
#include "common/sha256.hpp"

#include <unistd.h>

#include <utility>

namespace mcpm {

namespace {

struct Toolchain {
    PackageRegistry registry;
    const char* program;
    const char* what;
    const char* hint;
};
constexpr Toolchain toolchains[] = {
    {PackageRegistry::go, "go", "Go modules are built here and need Go: ",
     "install Go (https://go.dev/dl; Debian: apt install golang), or use the server's image"},
    {PackageRegistry::cargo, "cargo", "crates are built here and need cargo: ",
     "install Rust (https://rustup.rs), or use the server's image"}};

std::string asked(const PackageSource& source) {
    return source.package + "@" + (source.version.empty() ? "latest" : source.version);
}

std::string attempted_on(const PackageSource& source) {
    return std::string(source.registry == PackageRegistry::go ? "build Go package " : "build crate ") +
           asked(source);
}

std::vector<std::string> build_arguments(const PackageSource& source, const std::string& temporary) {
    if (source.registry == PackageRegistry::go) return {"install", "--", asked(source)};
    std::vector<std::string> arguments{"install", "--locked", "--quiet", "--root", temporary + "/out"};
    if (!source.version.empty()) arguments.insert(arguments.end(), {"--version", source.version});
    arguments.insert(arguments.end(), {"--", source.package});
    return arguments;
}

/// The hash of the programs: cargo keeps none of what it has built.
std::string programs_hash(const std::filesystem::path& folder) {
    std::string all;
    for (const auto& name : built::programs_in(folder))
        all += name + " " + sha256_hex(text_of_file(folder / name)) + "\n";
    return sha256_digest(all);
}

Result<std::string> look_for_builder(PackageRegistry registry,
                                     const std::map<std::string, std::string>& environment) {
    const auto path = environment.find("PATH");
    for (const auto& chain : toolchains) {
        if (chain.registry != registry) continue;
        auto found =
            find_program(chain.program, path == environment.end() ? std::string_view() : path->second);
        if (found) return found;
        Error error = found.error();
        error.message = chain.what + error.message;
        error.hint = chain.hint;
        return error;
    }
    return Error{ErrorCode::internal_error, "no toolchain builds such a package"};
}

}  // namespace

Task<Result<std::string>> Packages::find_builder(PackageRegistry registry) {
    auto search = [registry, environment = environment_] { return look_for_builder(registry, environment); };
    co_return co_await offload(workers_, std::move(search));
}

Job Packages::builder_job(std::string builder, std::vector<std::string> arguments,
                          const std::string& cwd) const {
    Job job;
    job.program = std::move(builder);
    job.arguments = std::move(arguments);
    job.environment = environment_;
    job.environment["GOBIN"] = cwd + "/out/bin";
    job.environment["GOMODCACHE"] = cwd + "/modules";
    job.environment["GOFLAGS"] = "-modcacherw -trimpath";
    job.environment["GOTOOLCHAIN"] = "local";
    job.environment["CARGO_TARGET_DIR"] = cwd + "/target";
    job.environment["CARGO_TERM_COLOR"] = "never";
    job.environment["NO_COLOR"] = "1";
    job.cwd = cwd;
    job.time_limit = install_limit;
    return job;
}

Task<Result<Installed>> Packages::install_built(std::shared_ptr<Flight> flight) {
    const auto source = flight->source;
    if (built::is_exact_version(source)) {
        auto find = [folder = folder_, source] {
            return built::find_installed(folder, source, source.version);
        };
        auto found = co_await offload(workers_, std::move(find));
        if (found) {
            Installed reused{std::move(*found), {}, true};
            co_return reused;
        }
        if (found.error().code == ErrorCode::validation_error) co_return found.error();
    }
    if (source.registry == PackageRegistry::cargo && !source.allow_scripts)
        co_return Error{ErrorCode::validation_error,
                        attempted_on(source) + ": building a crate runs its code and that of what it needs",
                        {},
                        "allow that with --allow-scripts (allowScripts: true)"};
    auto builder = co_await find_builder(source.registry);
    if (!builder) co_return builder.error();
    const auto temporary = folder_ / std::string(wire_name(source.registry)) /
                           (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++next_temporary_));
    Temporary removed_at_end(workers_, temporary.string());
    auto installed = co_await build_into(flight, *builder, temporary.string());
    co_await removed_at_end.remove();
    if (installed && !source.version.empty() && source.version != installed->pin.version)
        installed->notes.push_back(asked(source) + " is " + installed->pin.version);
    co_return installed;
}

Task<Result<Installed>> Packages::build_into(std::shared_ptr<Flight> flight, std::string builder,
                                             std::string temporary) {
    const auto source = flight->source;
    const std::string attempted = attempted_on(source);
    auto make = [temporary]() -> Result<> {
        std::error_code error;
        std::filesystem::create_directories(temporary + "/out/bin", error);
        if (!error) return {};
        return system_error("make a folder for the package at " + temporary, error.value(),
                            ErrorCode::unavailable);
    };
    const auto made = co_await offload(workers_, std::move(make));
    if (!made) co_return made.error();
    flight->tell("building " + asked(source) + (source.allow_scripts ? ", which runs its code" : ""));
    auto job = builder_job(builder, build_arguments(source, temporary), temporary);
    const auto outcome = co_await run_job_(std::move(job));
    if (!outcome) co_return Error{outcome.error().code, attempted + ": " + outcome.error().message};
    if (outcome->exit.code != 0) co_return built::explain_failure(outcome->error_tail, attempted);
    auto read = [temporary, source] {
        const std::filesystem::path out = temporary + "/out";
        built::GoFacts facts;
        if (source.registry == PackageRegistry::cargo)
            facts = {built::read_crates(text_of_file(out / ".crates2.json"), source.package),
                     programs_hash(out / "bin")};
        return std::pair{facts, built::choose_program(built::programs_in(out / "bin"), source)};
    };
    auto [facts, program] = co_await offload(workers_, std::move(read));
    if (!program) co_return program.error();
    if (source.registry == PackageRegistry::go) {
        auto look = builder_job(builder, {"version", "-m", temporary + "/out/bin/" + *program}, temporary);
        const auto said = co_await run_job_(std::move(look));
        if (said) facts = built::read_go_version(said->output);
    }
    if (facts.version.empty())
        co_return Error{ErrorCode::cannot_launch, attempted + ": what was built does not say its version"};
    if (facts.hash.empty()) co_return check_hashed(source, {source.package + " " + facts.version}).error();
    flight->tell("putting it in place");
    auto place = [temporary, folder = folder_, source, found = facts] {
        return built::put_in_place(temporary, folder, source, found);
    };
    auto placed = co_await offload(workers_, std::move(place));
    if (!placed) co_return placed.error();
    Installed installed{std::move(*placed), {}, false};
    if (source.registry == PackageRegistry::go) {
        auto note = co_await vouching_note(builder, facts.module, temporary);
        if (!note.empty()) installed.notes.push_back(std::move(note));
    }
    co_return installed;
}

Task<std::string> Packages::vouching_note(std::string builder, std::string module, std::string cwd) {
    auto job = builder_job(std::move(builder), {"env", "GOSUMDB", "GONOSUMDB"}, cwd);
    job.time_limit = query_limit;
    const auto said = co_await run_job_(std::move(job));
    const std::string why = said ? built::unvouched(said->output, module) : std::string();
    if (why.empty()) co_return why;
    co_return "no checksum database vouches for " + module + " (" + why +
        "): it is pinned by the hash of what came";
}

/// A Go package's module is its path or a beginning of it: the registry is asked for each, the longest first.
Task<Result<std::string>> Packages::query_built(PackageSource source) {
    const std::string attempted =
        "look up " + std::string(wire_name(source.registry)) + " package " + asked(source);
    auto builder = co_await find_builder(source.registry);
    if (!builder) co_return builder.error();
    if (source.registry == PackageRegistry::cargo) {
        auto job = builder_job(*builder, {"info", "--quiet", "--", source.package}, "/");
        job.time_limit = query_limit;
        const auto outcome = co_await run_job_(std::move(job));
        if (!outcome) co_return Error{outcome.error().code, attempted + ": " + outcome.error().message};
        if (outcome->exit.code != 0) co_return built::explain_failure(outcome->error_tail, attempted);
        auto version = source.version.empty() ? built::read_cargo_info(outcome->output) : source.version;
        if (!version.empty()) co_return version;
        co_return Error{ErrorCode::not_found, attempted + ": cargo names no version"};
    }
    Error last{ErrorCode::not_found, attempted + ": there is no such module"};
    for (std::string module = source.package; module.find('/') != std::string::npos;
         module = module.substr(0, module.rfind('/'))) {
        const std::string version = source.version.empty() ? "latest" : source.version;
        auto job =
            builder_job(*builder, {"list", "-m", "-f", "{{.Version}}", "--", module + "@" + version}, "/tmp");
        job.time_limit = query_limit;
        job.environment.erase("GOMODCACHE");
        job.environment.erase("GOBIN");
        job.environment["GOFLAGS"] = "-mod=mod";
        const auto outcome = co_await run_job_(std::move(job));
        if (!outcome) co_return Error{outcome.error().code, attempted + ": " + outcome.error().message};
        if (outcome->exit.code == 0) co_return outcome->output.substr(0, outcome->output.find('\n'));
        last = built::explain_failure(outcome->error_tail, attempted);
        if (last.code == ErrorCode::unavailable) break;
    }
    co_return last;
}

}  // namespace mcpm
