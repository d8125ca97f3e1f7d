#include "common/server_status.hpp"

#include "common/enum_names.hpp"

namespace mcpm {

ShownStatus shown_status(ServerState state) {
    switch (state) {
        case ServerState::stopped:
            return ShownStatus::stopped;
        case ServerState::starting:
            return ShownStatus::starting;
        case ServerState::running:
            return ShownStatus::running;
        case ServerState::stopping:
            return ShownStatus::stopping;
        case ServerState::waiting:
        case ServerState::failed:
            return ShownStatus::error;
    }
    return ShownStatus::error;
}

ShownStatus shown_status(const ServerStatus& status) {
    return status.reason == Reason::engine_lost ? ShownStatus::unknown : shown_status(status.state);
}

std::string_view wire_name(ServerState state) {
    return name_of(shown_status(state));
}
std::string_view wire_name(Desired desired) {
    return name_of(desired);
}
std::string_view wire_name(Health health) {
    return name_of(health);
}

}  // namespace mcpm
