// The checks of the agent's own files: that each is a file of ours which nobody else reads, and that packages
// are what was installed.
#include "cli/agent_client.hpp"
#include "cli/database_in_use.hpp"
#include "cli/diagnosis.hpp"
#include "cli/snapshot.hpp"
#include "common/fields/server_fields.hpp"
#include "common/file_record.hpp"
#include "common/own_file.hpp"
#include "common/paths.hpp"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <utility>

namespace mcpm::cli {

namespace {

using Grade = Finding::Grade;
using Findings = std::vector<Finding>;

/// key: it opens every secret.
enum class Holds { key, other };

void check_file(Findings& findings, const std::filesystem::path& path, Holds holds) {
    const std::string name = path.string();
    const char* const what = holds == Holds::key ? "key" : "file";
    if (const auto good = check_own_file(path); !good) {
        findings.push_back({Grade::problem, what, good.error().message, good.error().hint});
        return;
    }
    struct stat facts {};
    if (::lstat(name.c_str(), &facts) != 0) return;
    if ((facts.st_mode & 077) == 0) {
        if (holds == Holds::key) findings.push_back({Grade::good, what, name});
        return;
    }
    if (holds == Holds::key) {
        findings.push_back({Grade::problem, what, name + " opens every secret, and others can read it",
                            "chmod 600 " + name + "; who could read it may have: set the secrets anew"});
    } else {
        findings.push_back({Grade::warning, what, name + " can be read by others", "chmod 600 " + name});
    }
}

Json known_servers(const Paths& paths) {
    if (auto agent = AgentClient::connect(paths)) {
        if (auto servers = agent->servers()) return std::move(*servers);
    }
    const auto snapshot = read_snapshot(paths);
    return snapshot ? snapshot->servers : Json::array();
}

void check_package(Findings& findings, const Json& server) {
    const Json& pin = member(member(server, fields::server::npm), fields::server::pin);
    if (!pin.is_object()) return;
    const std::string name = text(server, fields::server::name);
    const std::string package = name + " (" +
                                text(member(server, fields::server::npm), fields::server::package) + "@" +
                                text(pin, fields::server::version) + ")";
    if (text(pin, fields::server::files).empty()) {
        findings.push_back({Grade::warning, "package", package + ": no record was kept of its files",
                            "mcpm remove it and add it again, or upgrade it"});
        return;
    }
    const auto checked =
        check_files(text(pin, fields::server::folder), text(pin, fields::server::files), Look::full);
    if (checked) {
        findings.push_back({Grade::good, "package", package + ": every file is as it was installed"});
        return;
    }
    findings.push_back({Grade::problem, "package", package + ": " + checked.error().message,
                        "mcpm upgrade " + name + " installs it anew"});
}

}  // namespace

void check_files_of_agent(Findings& findings) {
    const auto paths = find_paths();
    if (!paths) return;
    check_file(findings, paths->secrets_key(), Holds::key);
    for (const auto& path : {database_in_use(*paths), paths->snapshot(), paths->agent_log(), paths->lock()})
        check_file(findings, path, Holds::other);
}

void check_packages(Findings& findings) {
    const auto paths = find_paths();
    if (!paths) return;
    for (const Json& server : known_servers(*paths)) check_package(findings, server);
}

}  // namespace mcpm::cli
