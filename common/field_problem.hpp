// What is wrong with which field: collected, so that a person hears of everything at once.
#pragma once

#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm {

struct FieldProblem {
    std::string field;    // the wire's path: "config.health.interval"; "name"
    std::string message;  // what was expected, what was found
};

/// One validation_error. The message lists "FIELD: MESSAGE", joined by "; " (a name's message stands alone,
/// it says "Server name" itself); details are {"fields": [{"field", "message"}]}. At most 50 are listed, the
/// rest counted.
Error fields_error(const std::vector<FieldProblem>& problems);

}  // namespace mcpm
