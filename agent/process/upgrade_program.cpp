#include "agent/process/upgrade_program.hpp"

#include "agent/launch/job_runner.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

namespace mcpm {

namespace {

Result<> check_new_program(const std::string& program) {
    if (program.front() != '/') {
        return Error{ErrorCode::validation_error,
                     fmt::format("the program to upgrade to must be an absolute path: {}", program)};
    }
    struct stat found {};
    if (::stat(program.c_str(), &found) != 0 || !S_ISREG(found.st_mode) ||
        ::access(program.c_str(), X_OK) != 0) {
        return Error{ErrorCode::validation_error, fmt::format("{} is not an executable file", program)};
    }
    return {};
}

/// The new program gets every secret and every server: whoever can change it would have them too. The place
/// that the agent came from is as good as it was.
Result<> check_whose(const std::string& program) {
    struct stat found {};
    const std::string attempted = fmt::format("upgrade to {}: ", program);
    if (const auto own = own_program(); own && *own == program) return {};
    if (::stat(program.c_str(), &found) != 0) return system_error(attempted, errno);
    if (found.st_uid != ::geteuid() && found.st_uid != 0)
        return Error{ErrorCode::forbidden, attempted + fmt::format("it belongs to uid {}, not to uid {}",
                                                                   found.st_uid, ::geteuid())};
    if ((found.st_mode & S_IWOTH) != 0)
        return Error{ErrorCode::forbidden, attempted + "everybody may change it"};
    return {};
}

}  // namespace

Result<std::string> own_program() {
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof(path));
    if (length <= 0) return system_error("find the agent's own program", errno);
    std::string program(path, static_cast<std::size_t>(length));
    // A replaced file shows as "… (deleted)": the new one has the old name.
    constexpr std::string_view deleted = " (deleted)";
    if (program.ends_with(deleted)) program.erase(program.size() - deleted.size());
    return program;
}

Task<Result<std::string>> program_for_upgrade(Loop& loop, KeeperLink& keeper, std::string asked) {
    const auto program = asked.empty() ? own_program() : Result<std::string>(std::move(asked));
    if (!program) co_return program.error();
    const auto checked = check_new_program(*program);
    if (!checked) co_return checked.error();
    if (const auto ours = check_whose(*program); !ours) co_return ours.error();
    Job job;
    job.program = *program;
    job.arguments = {"--version"};
    job.time_limit = std::chrono::seconds(5);
    const auto said = co_await run_job(loop, keeper, std::move(job));
    if (!said || said->exit.code != 0 || !said->output.starts_with("mcpmd ")) {
        co_return Error{ErrorCode::validation_error,
                        fmt::format("upgrade to {}: it is not mcpmd (asked for its --version, it {})",
                                    *program, said ? "did not say so" : said.error().message)};
    }
    co_return *program;
}

}  // namespace mcpm
