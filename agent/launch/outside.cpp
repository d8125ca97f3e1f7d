#include "agent/launch/outside.hpp"

#include "agent/launch/container_command.hpp"

#include <unistd.h>

#include <utility>
#include <variant>
#include <vector>

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

Task<Result<>> OutsideContainers::end_by_file(std::string server_id, ServerSpec spec,
                                              std::filesystem::path file) {
    auto plan = co_await plan_(std::move(server_id), std::move(spec));
    if (!plan) co_return plan.error();
    auto* const program = std::get_if<ProgramPlan>(&plan->what);
    if (program == nullptr) co_return Result<>{};
    ContainerClient client{program->program, std::move(program->arguments), std::move(program->environment)};
    co_return co_await end_container(loop_, keeper_, std::move(client), std::move(file));
}

Task<Result<>> OutsideContainers::end_of_run(std::string server_id, std::uint64_t run, ServerSpec spec) {
    if (spec.type != ServerType::process) co_return Result<>{};
    auto file = container_id_file(folder_, server_id, run);
    if (::access(file.c_str(), F_OK) != 0) co_return Result<>{};
    co_return co_await end_by_file(std::move(server_id), std::move(spec), std::move(file));
}

Task<Result<>> OutsideContainers::end_left(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (!is_container_client(spec)) co_return Result<>{};
    auto living = living_(server_id);
    // The file of the new run cannot be there yet; if it is, it is another's of that number.
    living.erase(run);
    for (auto& file : left_id_files(folder_, server_id, living)) {
        const auto ended = co_await end_by_file(server_id, spec, std::move(file));
        if (!ended) co_return ended.error();
    }
    co_return Result<>{};
}

}  // namespace mcpm
