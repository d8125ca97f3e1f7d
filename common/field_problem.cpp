#include "common/field_problem.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

Error fields_error(const std::vector<FieldProblem>& problems) {
    constexpr std::size_t listed_at_most = 50;
    const std::size_t listed = std::min(problems.size(), listed_at_most);
    Error error{ErrorCode::validation_error, {}};
    std::vector<DetailRow> fields;
    for (std::size_t i = 0; i < listed; ++i) {
        const FieldProblem& problem = problems[i];
        if (i > 0) error.message += "; ";
        if (!problem.field.empty() && problem.field != "name") error.message += problem.field + ": ";
        error.message += problem.message;
        fields.emplace_back(problem.field, problem.message);
    }
    if (problems.size() > listed)
        error.message += "; and " + std::to_string(problems.size() - listed) + " more problems";
    error.details = ErrorDetails(Detail::fields, std::move(fields));
    return error;
}

}  // namespace mcpm
