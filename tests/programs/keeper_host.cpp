// A keeper to be tested: `keeper_host AGENT [ARGUMENT…]` starts AGENT as its agent; re-executed as
// `keeper_host --keeper-resume N` it goes on. MCPM_PASS=N hands descriptor N to every agent as number 5.
#include "agent/keeper/keeper.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

int main(int count, char** arguments) {
    if (count == 3 && std::strcmp(arguments[1], "--keeper-resume") == 0) {
        return mcpm::keeper::resume_keeper(std::atoi(arguments[2]));
    }
    if (count < 2) return 2;
    mcpm::keeper::KeeperOptions options;
    options.program = arguments[1];
    options.arguments.assign(arguments + 1, arguments + count);
    if (const char* const passed = std::getenv("MCPM_PASS")) options.passed.push_back({std::atoi(passed), 5});
    return mcpm::keeper::run_keeper(std::move(options));
}
