// What a definition gives a server beyond its own box: a container's mounts, capabilities and networks that
// reach the machine. Said before it is defined, shown with it, and refused where `policy.refuse` names them.
// Of images, and of commands that run one (docker, podman, nerdctl). Pure; reads words, not the machine.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct Risk {
    std::string_view name;  // "host-root", "engine-socket", …: of risk_names()
    std::string sentence;   // for people, and by which words: "it can … (-v /:/host)"
    bool operator==(const Risk&) const = default;
};

/// One of a kind each, in a fixed order.
std::vector<Risk> risks_of(const ServerSpec& spec);

/// forbidden, with the sentence, when one of them is refused; "all" refuses every one.
Result<> check_policy(const ServerSpec& spec, const std::vector<std::string>& refused);

bool is_risk_name(std::string_view text);
/// "host-root, host-folder, …"
std::string risk_names();

}  // namespace mcpm
