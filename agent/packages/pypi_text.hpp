// What pip and uv write, read, and what they are told: requirements, lock files, pip's report, failures.
// Pure; the texts are foreign, nothing in them is believed without a look. Sources: PEP 440 (versions), PEP
// 503 (names), PEP 508 (requirements), pip's installation report format.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::pypi {

/// A name with its extras, and a version: exact, or a range ("<2", ">=1,<3"). validation_error.
Result<> validate_package(const PackageSource& source);

/// PEP 503: lower case, runs of -_. become one '-'; without extras.
std::string normal_name(std::string_view package);

/// True for a version as PEP 440 writes it, without an operator.
bool is_exact_version(std::string_view version);

/// "name[extra]==1.2", "name>=1,<2", "name".
std::string requirement(const PackageSource& source);

struct LockedFile {
    std::string name;  // normal
    std::string version;
    std::vector<std::string> hashes;  // "sha256:…"
    bool operator==(const LockedFile&) const = default;
};

/// From pip's installation report (version 1), in its order.
Result<std::vector<LockedFile>> read_report(std::string_view json);
/// A requirements file with hashes: one line each.
std::string write_lock(const std::vector<LockedFile>& files);
/// Reads a lock, also as uv writes it (continued lines, comments).
Result<std::vector<LockedFile>> read_lock(std::string_view text);

/// The files of a lock that have no hash, "name 1.0".
std::vector<std::string> without_hash(const std::vector<LockedFile>& files);

/// Programs below bin/ that a RECORD file names.
std::vector<std::string> programs_in_record(std::string_view record);
/// The one to start. validation_error listing them when several fit, or `wanted` is not among them.
Result<std::string> choose_program(const std::vector<std::string>& programs, const std::string& package,
                                   const std::string& wanted);

/// Whether the first bytes of a file in bin/ say that Python runs it.
bool is_python_script(std::string_view first_bytes);

/// The newest version in the report of a dry run, of `package`. Empty when it is not there.
std::string version_in(const std::vector<LockedFile>& files, std::string_view package);

/// What pip's log says of the first page that could not be fetched, other than that it is not there: pip
/// itself then says that there is no such package. Empty when there is none.
std::string unfetched(std::string_view log);

/// The error for `attempted` ("install PyPI package x==1").
Error explain_failure(std::string_view error_output, const std::string& attempted);

}  // namespace mcpm::pypi
