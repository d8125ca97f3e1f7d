// A template of the marketplace: what a server is, what it asks of a person, and what was measured of it.
// Read from one YAML document; every problem with its line and column. Pure.
//   id, name, description, category, tags, homepage, license
//   starts: offline, dummy-secret, service, network, account   what must be there for it to start
//   parameters: name -> type, required, secret, default, pattern, options, description
//   server: the fields of a servers file (common/spec_file), in whose texts ${parameter} stands for a value
//   permissions: what it may reach, a sentence each
//   broken: why it does not start as it is published, and since which version
//   measured: date, tools, bytes, tokens, memory, revision, runtime, digest (as far as known)
#pragma once

#include "common/yaml_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::templates {

enum class ParameterType { string, number, boolean, choice, url, path, paths, list };
enum class StartClass { offline, dummy_secret, service, network, account };

std::string_view wire_name(ParameterType type);
std::string_view wire_name(StartClass starts);

struct Parameter {
    std::string name;  // lower case letters, digits and '-', at most 64
    ParameterType type = ParameterType::string;
    bool required = false;
    bool secret = false;        // goes to the vault, never into the definition
    std::string standard = {};  // the default, as text; empty: none
    std::string pattern = {};   // a regular expression that the whole value must match; empty: any
    std::vector<std::string> options = {};  // of a choice
    std::string description = {};
    std::string example = {};
};

/// What was measured when the template was last tried. What is not known is left out.
struct Measured {
    std::string date = {};      // YYYY-MM-DD
    std::string revision = {};  // of the protocol
    std::string runtime = {};   // "node 20.20.2"
    std::string digest = {};    // of the package's archive, as its registry names it
    std::optional<std::uint64_t> tools = {};
    std::optional<std::uint64_t> bytes = {};   // of tools/list
    std::optional<std::uint64_t> tokens = {};  // estimated
    std::optional<std::uint64_t> memory = {};  // bytes of the whole tree
};

struct Template {
    std::string id;  // lower case letters, digits and '-', at most 64
    std::string name;
    std::string description;
    std::string category;
    std::vector<std::string> tags = {};
    std::string homepage = {};
    std::string license = {};
    StartClass starts = StartClass::offline;
    std::vector<Parameter> parameters = {};  // in the order of the file
    std::vector<std::string> permissions = {};
    std::string replaced_by = {};  // the id of a better one, when this one is archived
    std::string note = {};         // what a person should know before
    std::string broken = {};       // why it does not start as it is published, since when; empty: it does
    Measured measured = {};
    YamlNode server = {};  // a map: the definition with ${parameter} in it
};

struct TemplateFile {
    Template content;
    std::vector<SpecProblem> problems;  // empty = good
};

/// At most 256 KiB. The definition is tried with values made up for its parameters.
TemplateFile read_template(std::string_view yaml);

/// The categories a template may have, in the order in which they are shown.
const std::vector<std::string_view>& categories();

/// nullptr when there is none.
const Parameter* find_parameter(const Template& one, std::string_view name);

/// The parameters that ${…} in a text names, in order; names with a '.' are the agent's own and left out.
std::vector<std::string> references(std::string_view text);

}  // namespace mcpm::templates
