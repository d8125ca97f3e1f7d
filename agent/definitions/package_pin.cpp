#include "agent/definitions/package_pin.hpp"

#include <algorithm>
#include <variant>

namespace mcpm {

bool needs_package(const ServerSpec& spec) {
    const auto* package = std::get_if<PackageSource>(&spec.source);
    return package != nullptr && !package->pin;
}

std::optional<std::vector<std::string>> package_folders_in_use(const std::vector<ServerOutline>& servers) {
    std::vector<std::string> folders;
    for (const auto& server : servers) {
        const auto* const source = std::get_if<PackageSource>(&server.spec->source);
        if (source == nullptr || !source->pin) continue;
        const ServerStatus& status = server.status;
        const bool has_old_run =
            status.pid && status.started_at.value_or(Timestamp{}) < source->pin->installed_at;
        const bool has_old_private =
            std::any_of(status.own_runs.begin(), status.own_runs.end(),
                        [&](const OwnRunStatus& run) { return run.started_at < source->pin->installed_at; });
        if (has_old_run || has_old_private) return std::nullopt;
        folders.push_back(source->pin->folder);
    }
    return folders;
}

}  // namespace mcpm
