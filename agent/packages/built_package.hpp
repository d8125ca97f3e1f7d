// Packages that the toolchain of this machine builds once: Go modules and crates. What those tools print,
// read; and the built programs on disk. FOLDER/go|cargo/NAME/VERSION-HASH/bin/, with `built.json` beside it.
// The texts are foreign. What touches the disk blocks: call it off the loop.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::built {

bool is_built(PackageRegistry registry);

/// The registry's rules for a name and a version; nothing that a tool would take for an option, a file or a
/// repository.
Result<> validate_package(const PackageSource& source);

/// "github.com/a/b/cmd/c" -> "github.com+a+b+cmd+c"
std::string safe_name(std::string_view package);

/// True for "v1.2.3" of Go and "1.2.3" of a crate, with pre-release and build.
bool is_exact_version(const PackageSource& source);

/// `go version -m PROGRAM`: the module's version and the hash that the checksum database vouches for.
struct GoFacts {
    std::string version, hash, module = {};
};
GoFacts read_go_version(std::string_view output);
/// Why the checksum database does not vouch for a module: of `go env GOSUMDB GONOSUMDB`, a line each; empty:
/// it does.
std::string unvouched(std::string_view output, const std::string& module);
/// The first line "version: 1.2.3" of `cargo info`; empty when there is none.
std::string read_cargo_info(std::string_view output);
/// From `.crates2.json`: the version of the crate that is installed; empty when it is not.
std::string read_crates(std::string_view text, const std::string& crate);

/// The error for `attempted` ("build Go package x@v1"): not_found, unavailable (no network), else
/// cannot_launch, with the tool's own last lines.
Error explain_failure(std::string_view error_output, const std::string& attempted);

/// The program of the source, else the only one, else the one named as the package. validation_error with
/// those there are.
Result<std::string> choose_program(std::vector<std::string> programs, const PackageSource& source);
std::vector<std::string> programs_in(const std::filesystem::path& folder);

/// The installation of exactly `version`, if it is there and whole; else not_found.
Result<PackagePin> find_installed(const std::filesystem::path& folder, const PackageSource& source,
                                  const std::string& version);
/// Moves TEMPORARY/out (bin/ and what else the tool put there) to its place. One that is there and whole
/// stays.
Result<PackagePin> put_in_place(const std::filesystem::path& temporary, const std::filesystem::path& folder,
                                const PackageSource& source, const GoFacts& facts);

}  // namespace mcpm::built
