// What `mcpm doctor` looks at: each check is a function that finds something and, when it is not good, says
// what to do. Looks only; starts no agent and changes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct Finding {
    enum class Grade { good, warning, problem };
    Grade grade = Grade::good;
    std::string what;
    std::string found;
    std::string advice = {};
};

/// deep: also what takes long, every byte of every package.
enum class Depth { usual, deep };

/// All checks, in a fixed order.
std::vector<Finding> diagnose(Depth depth = Depth::usual);

// Groups of checks, each appending its findings.
void check_tools(std::vector<Finding>& findings);
void check_machine(std::vector<Finding>& findings);
void check_engines(std::vector<Finding>& findings);
void check_files_of_agent(std::vector<Finding>& findings);
void check_packages(std::vector<Finding>& findings);
void check_crashes(std::vector<Finding>& findings);

/// What answers at `address`, by its answer to GET /version. Pure.
Finding engine_in_words(std::string_view version_json, const std::string& address);

/// "v20.1.0" of "v20.1.0\n": what a program prints for `--version`, its first line; empty when it cannot be
/// run. Ends it after two seconds.
std::string first_line_of(const std::string& program, const std::vector<std::string>& arguments);

/// What control groups can do here: of /proc/self/mountinfo, and of cgroup.controllers where cgroup2 is
/// mounted. Pure.
std::string cgroups_in_words(std::string_view mountinfo, std::string_view controllers);

}  // namespace mcpm::cli
