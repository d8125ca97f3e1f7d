// What a server's command started elsewhere: containers of `docker run …`, ended with it or before its next
// run.
#include "agent/agent_rooms.hpp"
#include "agent/launch/container_command.hpp"

#include <unistd.h>

#include <set>
#include <variant>

namespace mcpm {

namespace {

bool is_container_client(const ServerSpec& spec) {
    const auto* const source = std::get_if<CommandSource>(&spec.source);
    if (spec.type != ServerType::process || source == nullptr) return false;
    std::vector<std::string> arguments{source->program};
    arguments.insert(arguments.end(), source->arguments.begin(), source->arguments.end());
    return container_command(arguments).has_value();
}

}  // namespace

Task<Result<>> Agent::Rooms::end_by_file(const std::string& server_id, const ServerSpec& spec,
                                         std::filesystem::path file) {
    const LaunchPlanner* const planner = co_await packages->planner();
    auto plan = planner->plan(server_id, spec, 0, {});
    if (!plan) co_return plan.error();
    ContainerClient client{plan->program, std::move(plan->arguments), std::move(plan->environment)};
    auto ending = end_container(loop, *keeper, std::move(client), std::move(file));
    auto ended = co_await std::move(ending);
    co_return ended;
}

Task<Result<>> Agent::Rooms::end_outside(std::string server_id, std::uint64_t run, ServerSpec spec) {
    if (spec.type != ServerType::process) co_return Result<>{};
    auto file = container_id_file(options.paths.data / "servers", server_id, run);
    if (::access(file.c_str(), F_OK) != 0) co_return Result<>{};
    auto ending = end_by_file(server_id, spec, std::move(file));
    auto ended = co_await std::move(ending);
    co_return ended;
}

/// Of runs that no agent saw end.
Task<Result<>> Agent::Rooms::end_left_containers(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (!is_container_client(spec)) co_return Result<>{};
    std::set<std::uint64_t> living;
    if (const auto server = supervisor->find(server_id)) {
        if (server->status.pid) living.insert(server->status.run);
        for (const auto& own : server->status.private_instances) living.insert(own.run);
    }
    // Its own file cannot be there yet; if it is, it is another's of that number.
    living.erase(run);
    for (auto& file : left_id_files(options.paths.data / "servers", server_id, living)) {
        auto ending = end_by_file(server_id, spec, std::move(file));
        const auto ended = co_await std::move(ending);
        if (!ended) co_return ended.error();
    }
    co_return Result<>{};
}

}  // namespace mcpm
