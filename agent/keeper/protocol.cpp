#include "agent/keeper/protocol.hpp"

namespace mcpm::keeper {

std::string_view name_of(Stage stage) {
    switch (stage) {
        case Stage::none:
            return "none";
        case Stage::request:
            return "request";
        case Stage::table:
            return "table";
        case Stage::pipes:
            return "pipes";
        case Stage::clone:
            return "clone";
        case Stage::session:
            return "session";
        case Stage::cgroup:
            return "cgroup";
        case Stage::limits:
            return "limits";
        case Stage::cwd:
            return "cwd";
        case Stage::stdio:
            return "stdio";
        case Stage::exec:
            return "exec";
    }
    return "unknown";
}

}  // namespace mcpm::keeper
