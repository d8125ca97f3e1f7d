#include "common/field_problem.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mcpm {

Error fields_error(const std::vector<FieldProblem>& problems) {
    constexpr std::size_t listed_at_most = 50;
    const std::size_t listed = std::min(problems.size(), listed_at_most);
    Error error{ErrorCode::validation_error, {}};
    auto fields = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < listed; ++i) {
        const FieldProblem& problem = problems[i];
        if (i > 0) error.message += "; ";
        if (!problem.field.empty() && problem.field != "name") error.message += problem.field + ": ";
        error.message += problem.message;
        fields.push_back({{"field", problem.field}, {"message", problem.message}});
    }
    if (problems.size() > listed)
        error.message += "; and " + std::to_string(problems.size() - listed) + " more problems";
    const nlohmann::ordered_json details = {{"fields", std::move(fields)}};
    error.details = details.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return error;
}

}  // namespace mcpm
