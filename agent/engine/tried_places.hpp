// Where a container engine was looked for in vain, in one sentence. Pure.
#pragma once

#include <string>
#include <vector>

namespace mcpm::engine {

struct TriedPlace {
    std::string place;  // "unix:///var/run/docker.sock"
    std::string why;    // what connecting to it ended with
    bool is_absent = false;
};

/// What is there and does not answer; or, when nothing is there, where it would be.
std::string no_engine_in_words(const std::vector<TriedPlace>& tried);

}  // namespace mcpm::engine
