#include "agent/launch/credential_helper.hpp"

#include "common/search_path.hpp"

#include <utility>

namespace mcpm {

Task<Result<std::string>> ask_credential_helper(Workers& workers, JobRunner run,
                                                std::map<std::string, std::string> environment,
                                                std::string program, std::string argument,
                                                std::string input) {
    auto search = [program, path = environment["PATH"]] { return find_on_path(program, path); };
    const auto found = co_await offload(workers, std::move(search));
    if (!found) co_return Error{ErrorCode::not_found, "run " + program + ": no such program on the PATH"};
    Job job{*found, {std::move(argument)}, std::move(environment)};
    job.input = std::move(input);
    job.time_limit = std::chrono::seconds(15);
    job.output_limit = 64u << 10;
    auto outcome = co_await run(std::move(job));
    if (!outcome) co_return outcome.error();
    if (outcome->exit.code != 0)
        co_return Error{ErrorCode::not_found, "run " + program + ": it has no credentials"};
    co_return std::move(outcome->output);
}

}  // namespace mcpm
