#include "cli/diagnosis.hpp"

#include "cli/agent_process.hpp"
#include "cli/database_in_use.hpp"
#include "cli/environment.hpp"
#include "cli/last_start.hpp"
#include "cli/output.hpp"
#include "cli/own_fields.hpp"
#include "common/condition.hpp"
#include "common/config_file.hpp"
#include "common/environment_check.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/secret_values.hpp"
#include "common/units.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace mcpm::cli {

namespace {

using Grade = Finding::Grade;
using Findings = std::vector<Finding>;

constexpr std::uint64_t little_space = 200ull * 1024 * 1024;

/// Why nothing can be made where `path` would be: its nearest folder that is there, and what it refuses.
std::optional<std::string> barred_above(const std::filesystem::path& path) {
    std::filesystem::path there = path.parent_path();
    struct stat facts {};
    while (::stat(there.c_str(), &facts) != 0 && errno == ENOENT && there.has_relative_path())
        there = there.parent_path();
    if (::access(there.c_str(), W_OK | X_OK) == 0) return std::nullopt;
    return there.string() + ": " + std::strerror(errno);
}

void check_folder(Findings& findings, const char* what, const std::filesystem::path& path, bool is_private) {
    struct stat facts {};
    const std::string name = path.string();
    if (::stat(name.c_str(), &facts) != 0) {
        const bool absent = errno == ENOENT;
        if (const auto barred = absent ? barred_above(path) : std::nullopt) {
            findings.push_back({Grade::problem, what, name + " cannot be created: " + *barred,
                                "make that folder writable for you, or set HOME or " +
                                    std::string("MCPM_CONFIG_HOME, MCPM_DATA_HOME, MCPM_STATE_HOME")});
            return;
        }
        findings.push_back({absent ? Grade::good : Grade::problem, what,
                            name + (absent ? " (not there yet)" : std::string(": ") + std::strerror(errno)),
                            absent ? "" : "make it readable for you"});
        return;
    }
    if (!S_ISDIR(facts.st_mode)) {
        findings.push_back({Grade::problem, what, name + " is not a folder", "move it away"});
    } else if (facts.st_uid != ::getuid()) {
        findings.push_back({Grade::problem, what, name + " belongs to uid " + std::to_string(facts.st_uid),
                            "give it to yourself: chown -R \"$USER\" " + name});
    } else if (::access(name.c_str(), W_OK | X_OK) != 0) {
        findings.push_back({Grade::problem, what, name + " is not writable", "chmod u+rwx " + name});
    } else if (is_private && (facts.st_mode & 077u) != 0) {
        findings.push_back({Grade::warning, what, name + " is open to others", "chmod 700 " + name});
    } else {
        findings.push_back({Grade::good, what, name});
    }
}

void check_space(Findings& findings, const std::filesystem::path& path) {
    std::filesystem::path there = path;
    struct statvfs facts {};
    while (::statvfs(there.c_str(), &facts) != 0 && there.has_relative_path()) there = there.parent_path();
    const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize;
    const bool little = free < little_space;
    findings.push_back({little ? Grade::warning : Grade::good, "space",
                        format_bytes(free / 1048576 * 1048576) + " free at " + path.string(),
                        little ? "free some: logs and packages need room" : ""});
}

// A database elsewhere is in a folder that is not one of ours: others may read it.
void check_database_elsewhere(Findings& findings, const Paths& paths) {
    const auto database = database_in_use(paths);
    if (database == paths.database()) return;
    findings.push_back({Grade::good, "database", database.string()});
    check_folder(findings, "its folder", database.parent_path(), false);
    check_space(findings, database.parent_path());
}

// A terminal has variables, and folders on its PATH, that a server has not.
void check_server_environment(Findings& findings, const Json& variables) {
    if (!variables.is_object()) return;
    if (variables.empty()) {
        findings.push_back({Grade::good, "PATH of servers", "the login shell is still asked for it"});
        return;
    }
    findings.push_back({Grade::good, "PATH of servers", text(variables, "PATH")});
    std::string others;
    for (const auto& [name, value] : variables.items()) {
        if (name == "PATH" || !value.is_string()) continue;
        others +=
            (others.empty() ? "" : ", ") + name + "=" + wire::masked_variable(name, value.get<std::string>());
    }
    findings.push_back({Grade::good, "variables of servers",
                        (others.empty() ? "none" : others) + ", and what `mcpm show NAME` says"});
}

// Which of the agent's three traces (lock, socket, answer) are there, and whether they agree.
void check_agent(Findings& findings, const Paths& paths) {
    auto agent = AgentClient::connect(paths);
    const bool locked = agent_lock_is_held(paths);
    std::error_code failure;
    const bool socket = std::filesystem::exists(paths.socket(), failure);
    if (!agent) {
        if (locked) {
            findings.push_back({Grade::problem, "agent",
                                "holds its lock but does not answer: " + agent.error().message,
                                agent.error().hint});
        } else if (const auto last_failure = failure_of_last_start_in(paths.agent_log())) {
            findings.push_back({Grade::problem, "agent",
                                "not running; its last start failed: " + *last_failure,
                                "`mcpm agent logs` has the rest; correct it, then `mcpm agent start`"});
        } else if (socket) {
            findings.push_back({Grade::warning, "agent",
                                "not running; a stale socket is left at " + paths.socket().string(),
                                "nothing to do: the next start replaces it"});
        } else {
            findings.push_back({Grade::good, "agent", "not running (it is started when needed)"});
        }
        return;
    }
    const auto answer = agent->agent();
    if (!answer) {
        findings.push_back({Grade::problem, "agent", answer.error().message, answer.error().hint});
        return;
    }
    const std::string version = text(*answer, fields::agent::version);
    const bool same = version == MCPM_VERSION;
    findings.push_back(
        {same ? Grade::good : Grade::warning, "agent",
         "running, pid " + text(*answer, fields::agent::pid) + ", version " + version,
         same ? "" : "this mcpm is " MCPM_VERSION "; `mcpm agent upgrade` brings both together"});
    if (text(*answer, fields::agent::store) == name_of(Condition::degraded)) {
        const std::string why = text(*answer, fields::agent::store_reason);
        findings.push_back({Grade::problem, "store",
                            "degraded, changes may not be kept" + (why.empty() ? "" : ": " + harmless(why)),
                            "see `mcpm agent logs`"});
    }
    check_server_environment(findings, member(*answer, fields::agent::server_environment));
    for (const Json& notice : member(*answer, fields::agent::notices)) {
        findings.push_back({Grade::warning, "notice",
                            notice.is_string() ? notice.get<std::string>() : text(notice, own::message)});
    }
}

void check_agent_program(Findings& findings) {
    const auto program = find_agent_program();
    if (!program) {
        findings.push_back({Grade::problem, "mcpmd", program.error().message, program.error().hint});
        return;
    }
    const std::string said = first_line_of(program->string(), {"--version"});
    const bool same = said.find(MCPM_VERSION) != std::string::npos;
    findings.push_back({same ? Grade::good : Grade::warning, "mcpmd",
                        program->string() + " (" + (said.empty() ? "does not say its version" : said) + ")",
                        same ? ""
                        : said.empty()
                            ? "run `" + program->string() + " --version`: it says why it does not start"
                            : "mcpm is " MCPM_VERSION "; install both from the same release"});
}

// What the agent would say of its settings, without starting one.
std::optional<Config> check_config(Findings& findings, const Paths& paths) {
    const std::string file = paths.config_file().string();
    auto config = read_config(paths.config_file());
    if (!config) {
        findings.push_back({Grade::problem, "config.yaml", config.error().message,
                            "correct it: the agent does not start with it; docs/config.md has the keys"});
        return std::nullopt;
    }
    std::error_code failure;
    const bool is_there = std::filesystem::exists(paths.config_file(), failure);
    findings.push_back({Grade::good, "config.yaml", is_there ? file : "none, all is as by default"});
    return std::move(*config);
}

void check_variables(Findings& findings) {
    for (auto& fault : environment_faults())
        findings.push_back({Grade::warning, "environment", std::move(fault),
                            "correct it, or unset it, where the agent is started; docs/exports.md has them"});
}

bool address_is_free(const ListenAddress& address) {
    sockaddr_storage place{};
    socklen_t size = 0;
    if (address.host.find(':') != std::string::npos) {
        auto* const six = reinterpret_cast<sockaddr_in6*>(&place);
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(address.port);
        if (::inet_pton(AF_INET6, address.host.c_str(), &six->sin6_addr) != 1) return true;
        size = sizeof *six;
    } else {
        auto* const four = reinterpret_cast<sockaddr_in*>(&place);
        four->sin_family = AF_INET;
        four->sin_port = htons(address.port);
        if (::inet_pton(AF_INET, address.host.c_str(), &four->sin_addr) != 1) return true;
        size = sizeof *four;
    }
    const UniqueFd probe(::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!probe) return true;
    const int yes = 1;
    ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&place), size) == 0;
}

void check_listening(Findings& findings, const Json& one) {
    const bool listening = is_true(one, fields::agent::listening);
    findings.push_back({listening ? Grade::good : Grade::warning,
                        "address " + text(one, fields::agent::address),
                        listening ? "served by the agent" : "not served: " + text(one, fields::agent::error),
                        listening ? "" : "end who has it, or choose another: http.listen in config.yaml"});
}

// Of an agent that runs, what it listens on; else what it would.
void check_addresses(Findings& findings, const Paths& paths, const Config& config) {
    if (auto agent = AgentClient::connect(paths); agent) {
        if (const auto answer = agent->agent(); answer) {
            const Json& tcp = member(*answer, fields::agent::tcp);
            for (const Json& one : tcp.is_array() ? tcp : Json::array()) check_listening(findings, one);
            return;
        }
    }
    for (const ListenAddress& address : config.http.listen) {
        const bool free = address.port == 0 || address_is_free(address);
        findings.push_back(
            {free ? Grade::good : Grade::warning, "address " + format_listen_address(address),
             free ? "free" : "taken by another program",
             free ? "" : "end it (`ss -ltnp` shows it), or choose another: http.listen in config.yaml"});
    }
    if (config.http.listen.empty())
        findings.push_back({Grade::good, "addresses", "none: http.listen is off"});
}

void check_paths(Findings& findings) {
    const auto paths = find_paths();
    if (!paths) {
        findings.push_back({Grade::problem, "folders", paths.error().message, paths.error().hint});
        return;
    }
    check_folder(findings, "configuration folder", paths->config, false);
    check_folder(findings, "data", paths->data, true);
    check_folder(findings, "state", paths->state, true);
    check_folder(findings, "runtime", paths->runtime, true);
    check_space(findings, paths->state);
    check_database_elsewhere(findings, *paths);
    check_agent(findings, *paths);
    const auto config = check_config(findings, *paths);
    check_variables(findings);
    if (config) check_addresses(findings, *paths, *config);
}

}  // namespace

std::vector<Finding> diagnose(Depth depth) {
    Findings findings;
    findings.push_back({Grade::good, "mcpm", MCPM_VERSION});
    check_agent_program(findings);
    check_paths(findings);
    check_files_of_agent(findings);
    check_crashes(findings);
    check_tools(findings);
    check_machine(findings);
    if (depth == Depth::deep) check_packages(findings);
    return findings;
}

}  // namespace mcpm::cli
