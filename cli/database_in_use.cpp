#include "cli/database_in_use.hpp"

#include "cli/agent_client.hpp"
#include "cli/json_access.hpp"
#include "common/config_file.hpp"
#include "common/database_place.hpp"
#include "common/fields/agent_fields.hpp"

namespace mcpm::cli {

std::optional<std::filesystem::path> database_of_agent(const Paths& paths) {
    auto agent = AgentClient::connect(paths);
    if (!agent) return std::nullopt;
    const auto answer = agent->agent();
    if (!answer) return std::nullopt;
    const std::string place = text(member(*answer, fields::agent::paths), fields::agent::database);
    return place.empty() ? std::nullopt : std::optional<std::filesystem::path>(place);
}

std::filesystem::path database_in_use(const Paths& paths) {
    if (auto place = database_of_agent(paths)) return *place;
    const auto config = read_config(paths.config_file());
    return config ? database_of(paths, *config) : paths.database();
}

}  // namespace mcpm::cli
