#include "agent/launch/desktop.hpp"

#include "agent/launch/job_runner.hpp"
#include "agent/launch/own_variables.hpp"
#include "common/search_path.hpp"

#include <array>
#include <chrono>
#include <map>
#include <utility>

namespace mcpm {

namespace {

std::map<std::string, std::string> desktop_environment() {
    constexpr std::array names{"DBUS_SESSION_BUS_ADDRESS",
                               "XDG_RUNTIME_DIR",
                               "DISPLAY",
                               "WAYLAND_DISPLAY",
                               "XAUTHORITY",
                               "HOME",
                               "PATH",
                               "LANG"};
    return own_variables(names);
}

}  // namespace

Task<Result<>> show_on_desktop(Loop& loop, KeeperLink& keeper, std::string program,
                               std::vector<std::string> arguments) {
    Job job;
    job.program = std::move(program);
    job.arguments = std::move(arguments);
    job.environment = desktop_environment();
    job.time_limit = std::chrono::seconds(10);
    const auto outcome = co_await run_job(loop, keeper, std::move(job));
    if (!outcome) co_return outcome.error();
    if (outcome->exit.code == 0) co_return Result<>{};
    co_return Error{ErrorCode::unavailable, "notify-send failed: " + outcome->error_tail};
}

Task<std::string> find_desktop_program(Workers& workers) {
    auto search = [path = own_search_path()] {
        return find_on_path("notify-send", path.empty() ? "/usr/bin:/bin" : path).value_or("");
    };
    co_return co_await offload(workers, std::move(search));
}

std::function<Task<Result<>>(std::vector<std::string> arguments)> desktop_notices(Loop& loop,
                                                                                  KeeperLink& keeper,
                                                                                  std::string program) {
    if (program.empty()) return nullptr;
    return [&loop, &keeper, program = std::move(program)](std::vector<std::string> arguments) {
        return show_on_desktop(loop, keeper, program, std::move(arguments));
    };
}

}  // namespace mcpm
