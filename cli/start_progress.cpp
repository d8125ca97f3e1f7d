#include "cli/start_progress.hpp"

#include "cli/agent_client.hpp"
#include "common/fields/server_fields.hpp"
#include "common/paths.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace mcpm::cli {

std::function<std::string()> progress_of_start(std::string name) {
    const auto client = std::make_shared<std::optional<AgentClient>>();
    return [client, name = std::move(name)]() -> std::string {
        if (!*client) {
            const auto paths = find_paths();
            if (!paths) return {};
            auto connected = AgentClient::connect(*paths);
            if (!connected) return {};
            client->emplace(std::move(*connected));
        }
        const auto server = (*client)->glance(name);
        if (server) return text(*server, fields::server::progress);
        client->reset();
        return {};
    };
}

}  // namespace mcpm::cli
