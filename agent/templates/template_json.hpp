// Templates as the API shows them. Pure.
#pragma once

#include "agent/templates/catalogue.hpp"
#include "agent/templates/fill.hpp"
#include "common/wire.hpp"

namespace mcpm::templates {

/// For a list: what it is, where it comes from, what it asks for, what was measured.
wire::Json summary_json(const Listed& listed);

/// The summary with parameters, permissions and the definition with its ${parameter}s.
wire::Json whole_json(const Listed& listed);

/// The values of a deployment: texts, numbers, booleans, lists of texts. validation_error naming the
/// parameter.
Result<Values> read_values(const wire::Json& parameters);

}  // namespace mcpm::templates
