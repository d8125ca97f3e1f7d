#include "agent/engine/tried_places.hpp"

namespace mcpm::engine {

std::string no_engine_in_words(const std::vector<TriedPlace>& tried) {
    std::string answers;
    for (const TriedPlace& one : tried)
        if (!one.is_absent) answers += (answers.empty() ? "" : "; ") + one.why;
    if (!answers.empty()) return "no container engine answers: " + answers;
    if (tried.empty()) return "no container engine is here";
    std::string first = "no container engine is here: there is no " + tried.front().place;
    if (tried.size() == 1) return first;
    return first + ", and none of the " + std::to_string(tried.size() - 1) + " other usual sockets";
}

}  // namespace mcpm::engine
