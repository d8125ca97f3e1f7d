// From a template and values to a definition. One check for the API, the command line and the dashboard.
// Pure.
#pragma once

#include "agent/templates/template.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace mcpm::templates {

/// Parameter -> what was given: one text, or several for `paths` and `list`.
using Values = std::map<std::string, std::vector<std::string>>;

/// A value for the vault.
struct SecretValue {
    std::string name;   // of the secret: SERVER-PARAMETER
    std::string value;  // empty: a secret of that name is there already
};

struct Filled {
    ServerSpec spec;
    std::vector<SecretValue> secrets;
};

struct ValueProblem {
    std::string parameter;
    std::string message;  // "is required: the folders it may use"
};

/// What is wrong with the values, in the order of the parameters, unknown names last. `secret:NAME` as the
/// value of a secret parameter names a secret that is in the vault.
std::vector<ValueProblem> check_values(const Template& one, const Values& values);

/// The definition under `name`. validation_error: details {"parameters": {NAME: message}} for values, or
/// what the definition's own rules say.
Result<Filled> fill(const Template& one, const std::string& name, const Values& values);

/// The values that are tried when a template is read: defaults, examples, else made up by type.
Values sample_values(const Template& one);

/// The definition as the YAML of a servers file, one key or item a line, and for each of its lines where it
/// came from in the template.
struct Definition {
    std::string yaml;
    std::vector<SpecProblem> places;  // by line (from 0); the message is unused
};
Definition write_definition(const Template& one, const std::string& name, const Values& values);

}  // namespace mcpm::templates
