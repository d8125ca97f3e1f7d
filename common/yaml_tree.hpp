// A YAML document as a tree that knows where everything stood. The one place that touches yaml-cpp, for
// common/spec_file and common/config_file. Bounded: 4 MiB, 32 levels; aliases, tags, duplicate keys, control
// characters and a second document are problems, each with its line and column.
#pragma once

#include "common/spec_file.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm {

struct YamlNode {
    enum class Kind { nothing, scalar, list, map };
    Kind kind = Kind::nothing;
    unsigned line = 0;
    unsigned column = 0;
    std::string text = {};                                    // of a scalar
    std::vector<YamlNode> items = {};                         // of a list
    std::vector<std::pair<YamlNode, YamlNode>> members = {};  // of a map; keys are scalars
};

struct YamlTree {
    YamlNode root;
    std::vector<SpecProblem> problems;
};

YamlTree read_yaml(std::string_view text);

/// A scalar that reads back as exactly this text: plain where that is safe, else in double quotes.
std::string yaml_scalar(std::string_view text);

}  // namespace mcpm
