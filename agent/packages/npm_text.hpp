// What npm and its packages write, read: names, package.json, package-lock.json, failures. Pure; the texts
// are foreign, nothing in them is believed without a look.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::npm {

/// The registry's rules for a name ("name", "@scope/name", at most 214 bytes) and a version, range or tag; no
/// folder, no URL, no git address, nothing that npm would take for an option.
Result<> validate_package(const PackageSource& source);

/// "@scope/name" -> "@scope+name": one folder's name.
std::string safe_name(std::string_view package);

/// True for exactly "1.2.3" with its optional "-pre" and "+build".
bool is_exact_version(std::string_view version);

struct Locked {
    std::string version;
    std::string integrity;  // empty when the registry gave none
    std::string resolved;
};
/// From package-lock.json (version 2 or 3).
Result<Locked> read_lock(std::string_view text, const std::string& package);

/// The packages in a lock file that have install scripts, its own among them: "esbuild", "a/node_modules/b".
/// Each once, at most `most`; nothing in a text that is no lock file.
std::vector<std::string> packages_with_scripts(std::string_view text, std::size_t most = 64);

/// The packages in a lock file for which no hash is named, "name 1.0.0", each by its place. Links, what
/// another package brings in its own archive, and a commit of a repository need none. Nothing in a text that
/// is no lock file.
std::vector<std::string> packages_without_hash(std::string_view text);

struct Manifest {
    std::string version;
    std::string script;        // the chosen `bin`, relative to the package's folder
    std::string engines_node;  // empty when it asks for none
};
/// From package.json. validation_error listing the programs when several fit and none is chosen, or when
/// `program` is not among them, or there is none.
Result<Manifest> read_manifest(std::string_view text, const std::string& package, const std::string& program);

/// Whether a file is started by node: by its extension, or by its first line.
bool is_for_node(std::string_view file_name, std::string_view first_bytes);

/// npm's code ("E404", "ETARGET", "ENOTFOUND"), or empty.
std::string failure_code(std::string_view error_output);
/// What npm said, shortened and without its own prefixes, its log files and control characters.
std::string failure_reason(std::string_view error_output);
/// The error for `attempted` ("install npm package x@1").
Error explain_failure(std::string_view error_output, const std::string& attempted);

/// `npm view … version --json`: a text or a list, of which the last. Empty when there is none.
std::string newest_in(std::string_view view_output);
/// All of them, as npm orders them (oldest first).
std::vector<std::string> versions_in(std::string_view view_output);

/// Eight hexadecimal digits that differ when `text` does.
std::string short_hash(std::string_view text);

}  // namespace mcpm::npm
