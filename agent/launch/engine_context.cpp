#include "agent/launch/engine_context.hpp"

#include "agent/launch/credential_helper.hpp"
#include "agent/launch/job_runner.hpp"
#include "agent/launch/own_variables.hpp"
#include "common/docker_context.hpp"

#include <map>
#include <string>
#include <utility>

namespace mcpm {

namespace {

/// What a credential helper needs to find a person's keys.
constexpr const char* helper_variables[] = {
    "PATH", "HOME", "USER", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"};

}  // namespace

engine::Context engine_context(Loop& loop, Workers& workers, KeeperLink& keeper, std::string image_mirror) {
    engine::Context context;
    context.image_mirror = std::move(image_mirror);
    context.environment = own_variables(engine_variables);
    context.run_helper = [&loop, &workers, &keeper](std::string program, std::string argument,
                                                    std::string input) {
        JobRunner run = [&loop, &keeper](Job job) { return run_job(loop, keeper, std::move(job)); };
        return ask_credential_helper(workers, std::move(run), own_variables(helper_variables),
                                     std::move(program), std::move(argument), std::move(input));
    };
    return context;
}

}  // namespace mcpm
