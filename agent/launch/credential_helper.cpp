#include "agent/launch/credential_helper.hpp"

#include <unistd.h>

#include <optional>
#include <string_view>
#include <utility>

namespace mcpm {

namespace {

std::optional<std::string> find_helper(std::string_view path, const std::string& name) {
    while (!path.empty()) {
        const auto colon = path.find(':');
        std::string candidate(path.substr(0, colon));
        path.remove_prefix(colon == std::string_view::npos ? path.size() : colon + 1);
        if (candidate.empty() || candidate.front() != '/') continue;
        candidate += "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
}

}  // namespace

Task<Result<std::string>> ask_credential_helper(JobRunner run, std::map<std::string, std::string> environment,
                                                std::string program, std::string argument,
                                                std::string input) {
    const auto found = find_helper(environment["PATH"], program);
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
