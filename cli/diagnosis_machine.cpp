// The checks that look at the machine: programs on the PATH, limits, the kernel.
#include "cli/diagnosis.hpp"
#include "cli/environment.hpp"
#include "common/cgroup_mount.hpp"
#include "common/own_program.hpp"
#include "common/paths.hpp"
#include "common/search_path.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

namespace mcpm::cli {

namespace {

using namespace std::chrono_literals;
using Grade = Finding::Grade;
using Findings = std::vector<Finding>;

constexpr auto program_patience = 2s;
constexpr std::size_t longest_answer = 4096;
constexpr rlim_t enough_files = 4096;

std::string environment_text(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : value;
}

[[noreturn]] void become(char* const* arguments, int out) {
    ::dup2(out, 1);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 2);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

std::string read_until(int fd, std::chrono::steady_clock::time_point deadline) {
    std::string text;
    std::array<char, 512> piece{};
    while (text.size() < longest_answer) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd ready{fd, POLLIN, 0};
        const int polled = left.count() > 0 ? ::poll(&ready, 1, static_cast<int>(left.count())) : 0;
        if (polled < 0 && errno == EINTR) continue;
        if (polled <= 0) break;
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got <= 0) break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

void check_tool(Findings& findings, const char* name, const char* used_for) {
    const auto found = programs_on_path(name, own_search_path());
    if (found.empty()) {
        findings.push_back({Grade::warning, name, "not on the PATH", std::string("needed for ") + used_for});
        return;
    }
    const std::string version = first_line_of(found.front(), {"--version"});
    findings.push_back({version.empty() ? Grade::warning : Grade::good, name,
                        (version.empty() ? "does not say its version" : version) + " (" + found.front() + ")",
                        version.empty() ? "see whether it runs: " + found.front() + " --version" : ""});
}

// PyPI packages are installed by uv where it is, else by Python's own venv.
void check_pypi_installer(Findings& findings) {
    const auto python = programs_on_path("python3", own_search_path());
    if (!programs_on_path("uv", own_search_path()).empty())
        return check_tool(findings, "uv", "installing PyPI packages");
    const bool has_venv =
        !python.empty() && first_line_of(python.front(), {"-c", "import ensurepip, venv; print(1)"}) == "1";
    findings.push_back(
        has_venv
            ? Finding{Grade::good, "uv", "not on the PATH; python3's venv installs PyPI packages", ""}
            : Finding{
                  Grade::warning, "uv", "not on the PATH, and python3 has no venv",
                  "one of them is needed for servers from PyPI packages (Debian: apt install python3-venv)"});
}

// A Python program of the same name exists; two on one PATH confuse everybody.
void check_namesake(Findings& findings) {
    struct stat own {};
    if (::stat(own_program().c_str(), &own) != 0) return;
    for (const std::string& program : programs_on_path("mcpm", own_search_path())) {
        struct stat facts {};
        if (::stat(program.c_str(), &facts) != 0) continue;
        if (facts.st_ino == own.st_ino && facts.st_dev == own.st_dev) continue;
        findings.push_back({Grade::warning, "another mcpm", program + " is on the PATH too",
                            "`mcpmd ctl …` is this command line under a name nobody else has"});
    }
}

std::string first_line_of_file(const char* path) {
    auto text = read_input(path, 64 * 1024);
    return text ? text->substr(0, text->find('\n')) : std::string{};
}

void check_limits(Findings& findings) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    const bool few = files.rlim_max < enough_files;
    findings.push_back(
        {few ? Grade::warning : Grade::good, "open files",
         "limit " + std::to_string(files.rlim_cur) + ", at most " + std::to_string(files.rlim_max),
         few ? "raise it with `ulimit -Hn` or LimitNOFILE= before running many servers" : ""});
    const std::string pages = first_line_of_file("/proc/sys/fs/pipe-user-pages-soft");
    findings.push_back({Grade::good, "pipe pages",
                        pages.empty()  ? "unknown"
                        : pages == "0" ? "no limit"
                                       : pages + " a user"});
    const std::string pids = first_line_of_file("/proc/sys/kernel/pid_max");
    findings.push_back({Grade::good, "pids", pids.empty() ? "unknown" : "at most " + pids});
}

void check_kernel(Findings& findings) {
    const auto mounted = read_input("/proc/self/mountinfo", 1024 * 1024);
    const std::string mounts = mounted ? *mounted : std::string();
    const auto tree = parse_cgroup_mount(mounts);
    const std::string controllers =
        tree ? first_line_of_file((tree->point + "/cgroup.controllers").c_str()) : std::string();
    findings.push_back({Grade::good, "cgroups", cgroups_in_words(mounts, controllers)});
    const std::string boot = first_line_of_file("/proc/sys/kernel/random/boot_id");
    findings.push_back(
        {boot.empty() ? Grade::problem : Grade::good, "boot id", boot.empty() ? "not readable" : boot,
         boot.empty() ? "mount /proc: the agent cannot tell its processes from others without it" : ""});
    constexpr std::time_t newer_than_this_program = 1'700'000'000;
    const bool plausible = std::time(nullptr) > newer_than_this_program;
    findings.push_back({plausible ? Grade::good : Grade::warning, "clock",
                        plausible ? "plausible" : "stands before 2023",
                        plausible ? "" : "set it: certificates and log times depend on it"});
    const std::string runtime = environment_text("XDG_RUNTIME_DIR");
    findings.push_back(
        {runtime.empty() ? Grade::warning : Grade::good, "XDG_RUNTIME_DIR",
         runtime.empty() ? "not set" : runtime,
         runtime.empty() ? "fine for one session; cron and ssh without PAM may look for the socket elsewhere"
                         : ""});
}

// What the agent will use: a login shell may put more on the PATH than this shell has.
void check_login_path(Findings& findings) {
    std::string shell = environment_text("SHELL");
    if (shell.empty()) shell = "/bin/sh";
    const std::string own = own_search_path();
    const std::string login = first_line_of(shell, {"-lc", "printf '%s\\n' \"$PATH\""});
    findings.push_back({own.empty() ? Grade::problem : Grade::good, "PATH", own.empty() ? "not set" : own,
                        own.empty() ? "set it" : ""});
    if (login.empty()) {
        findings.push_back(
            {Grade::warning, "login PATH", shell + " -l does not print it", "check its start-up files"});
    } else if (login != own) {
        findings.push_back(
            {Grade::good, "login PATH",
             login +
                 " (servers get it, then yours, then the usual folders; `path:` in config.yaml sets it)"});
    }
}

}  // namespace

std::string cgroups_in_words(std::string_view mountinfo, std::string_view controllers) {
    if (!parse_cgroup_mount(mountinfo)) return "v1 or none (memory, CPU and process limits need v2)";
    std::string missing;
    const std::string given = " " + std::string(controllers) + " ";
    for (const char* const name : {"memory", "cpu", "pids"}) {
        if (given.find(" " + std::string(name) + " ") != std::string::npos) continue;
        missing += (missing.empty() ? "" : ", ") + std::string(name);
    }
    if (missing.empty()) return "v2";
    return "v2 beside v1 (servers are ended whole; without limits of " + missing + ", which v1 has)";
}

std::string first_line_of(const std::string& program, const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    const UniqueFd heard(ends[0]);
    UniqueFd spoken(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return {};
    if (child == 0) become(words.data(), spoken.get());
    spoken.reset();
    const std::string text = read_until(heard.get(), std::chrono::steady_clock::now() + program_patience);
    ::kill(child,
           SIGKILL);  // ours until it is waited for; a program that printed its version has no more to do
    ::waitpid(child, nullptr, 0);
    return text.substr(0, text.find('\n'));
}

void check_tools(std::vector<Finding>& findings) {
    check_login_path(findings);
    check_namesake(findings);
    check_tool(findings, "node", "servers from npm packages");
    check_tool(findings, "npm", "installing npm packages");
    check_tool(findings, "python3", "servers written in Python");
    check_pypi_installer(findings);
    check_engines(findings);
}

void check_machine(std::vector<Finding>& findings) {
    check_limits(findings);
    check_kernel(findings);
}

}  // namespace mcpm::cli
