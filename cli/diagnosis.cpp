#include "cli/diagnosis.hpp"

#include "cli/agent_process.hpp"
#include "cli/environment.hpp"
#include "common/units.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mcpm::cli {

namespace {

using Grade = Finding::Grade;
using Findings = std::vector<Finding>;

constexpr std::uint64_t little_space = 200ull * 1024 * 1024;

void check_folder(Findings& findings, const char* what, const std::filesystem::path& path, bool is_private) {
    struct stat facts {};
    const std::string name = path.string();
    if (::stat(name.c_str(), &facts) != 0) {
        const bool absent = errno == ENOENT;
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

// Which of the agent's three traces (lock, socket, answer) are there, and whether they agree.
void check_agent(Findings& findings, const Paths& paths) {
    auto agent = AgentClient::connect(paths);
    const bool locked = agent_lock_is_held(paths);
    std::error_code failure;
    const bool socket = std::filesystem::exists(paths.socket(), failure);
    if (!agent) {
        if (locked) {
            findings.push_back(
                {Grade::problem, "agent", "holds its lock but does not answer: " + agent.error().message,
                 "see `mcpm agent logs`; the pid of its keeper is in " + paths.lock().string()});
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
        findings.push_back({Grade::problem, "agent", answer.error().message, "see `mcpm agent logs`"});
        return;
    }
    const std::string version = text(*answer, "version");
    const bool same = version == MCPM_VERSION;
    findings.push_back(
        {same ? Grade::good : Grade::warning, "agent",
         "running, pid " + text(*answer, "pid") + ", version " + version,
         same ? "" : "this mcpm is " MCPM_VERSION "; `mcpm agent upgrade` brings both together"});
    if (text(*answer, "store") == "degraded") {
        findings.push_back(
            {Grade::problem, "store", "degraded: changes may not be kept", "see `mcpm agent logs`"});
    }
    for (const Json& notice : member(*answer, "notices")) {
        findings.push_back({Grade::warning, "notice",
                            notice.is_string() ? notice.get<std::string>() : text(notice, "message")});
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
                        same ? "" : "mcpm is " MCPM_VERSION "; install both from the same release"});
}

bool port_is_free(std::uint16_t port) {
    const UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!probe) return false;
    const int yes = 1;
    ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void check_ports(Findings& findings, const Paths& paths) {
    Json listening = nullptr;
    if (auto agent = AgentClient::connect(paths); agent) {
        if (const auto answer = agent->agent(); answer) listening = member(*answer, "tcp");
    }
    for (const std::uint16_t port : {std::uint16_t{3000}, std::uint16_t{3001}}) {
        const std::string what = "port " + std::to_string(port);
        bool ours = false;
        for (const Json& one : listening) {
            ours = ours ||
                   (is_true(one, "listening") && text(one, "address").ends_with(":" + std::to_string(port)));
        }
        const bool free = !ours && port_is_free(port);
        findings.push_back(
            {ours || free ? Grade::good : Grade::warning, what,
             ours   ? "served by the agent"
             : free ? "free"
                    : "taken by another program",
             ours || free ? "" : "the agent works without it; dashboard and HTTP clients use the other one"});
    }
}

void check_paths(Findings& findings) {
    const auto paths = find_paths();
    if (!paths) {
        findings.push_back({Grade::problem, "folders", paths.error().message, paths.error().hint});
        return;
    }
    check_folder(findings, "configuration", paths->config, false);
    check_folder(findings, "data", paths->data, true);
    check_folder(findings, "state", paths->state, true);
    check_folder(findings, "runtime", paths->runtime, true);
    check_space(findings, paths->state);
    check_agent(findings, *paths);
    check_ports(findings, *paths);
}

}  // namespace

std::vector<Finding> diagnose(Depth depth) {
    Findings findings;
    findings.push_back({Grade::good, "mcpm", MCPM_VERSION});
    check_agent_program(findings);
    check_paths(findings);
    check_files_of_agent(findings);
    check_tools(findings);
    check_machine(findings);
    if (depth == Depth::deep) check_packages(findings);
    return findings;
}

}  // namespace mcpm::cli
