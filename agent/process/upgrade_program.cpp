#include "agent/process/upgrade_program.hpp"

#include "agent/launch/job_runner.hpp"
#include "common/own_program.hpp"
#include "common/search_path.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace mcpm {

namespace {

Result<> check_new_program(const std::string& program) {
    if (!program.starts_with('/')) {
        return Error{ErrorCode::validation_error,
                     fmt::format("the program to upgrade to must be an absolute path: {}", program)};
    }
    if (check_executable(program) != 0)
        return Error{ErrorCode::validation_error, fmt::format("{} is not an executable file", program)};
    return {};
}

/// The new program gets every secret and every server: whoever can change it would have them too. The place
/// that the agent came from is as good as it was.
Result<> check_whose(const std::string& program) {
    struct stat found {};
    const std::string attempted = fmt::format("upgrade to {}: ", program);
    if (program == own_program()) return {};
    if (::stat(program.c_str(), &found) != 0) return system_error(attempted, errno);
    if (found.st_uid != ::geteuid() && found.st_uid != 0)
        return Error{ErrorCode::forbidden, attempted + fmt::format("it belongs to uid {}, not to uid {}",
                                                                   found.st_uid, ::geteuid())};
    if ((found.st_mode & S_IWOTH) != 0)
        return Error{ErrorCode::forbidden, attempted + "everybody may change it"};
    return {};
}

}  // namespace

Task<Result<std::string>> program_for_upgrade(Loop& loop, KeeperLink& keeper, std::string asked) {
    const std::string program = asked.empty() ? own_program() : std::move(asked);
    const auto checked = check_new_program(program);
    if (!checked) co_return checked.error();
    if (const auto ours = check_whose(program); !ours) co_return ours.error();
    Job job;
    job.program = program;
    job.arguments = {"--version"};
    job.time_limit = std::chrono::seconds(5);
    const auto said = co_await run_job(loop, keeper, std::move(job));
    if (!said || said->exit.code != 0 || !said->output.starts_with("mcpmd ")) {
        co_return Error{ErrorCode::validation_error,
                        fmt::format("upgrade to {}: it is not mcpmd (asked for its --version, it {})",
                                    program, said ? "did not say so" : said.error().message)};
    }
    co_return program;
}

}  // namespace mcpm
