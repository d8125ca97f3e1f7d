#include "common/server_status.hpp"

#include "common/enum_names.hpp"

namespace mcpm {

std::string_view wire_name(ServerState state) {
    switch (state) {
        case ServerState::stopped:
            return "stopped";
        case ServerState::starting:
            return "starting";
        case ServerState::running:
            return "running";
        case ServerState::stopping:
            return "stopping";
        case ServerState::waiting:
            return "error";
        case ServerState::failed:
            return "error";
    }
    return "error";
}

std::string_view wire_name(Desired desired) {
    return name_of(desired);
}
std::string_view wire_name(Health health) {
    return name_of(health);
}

}  // namespace mcpm
