#include "cli/effective.hpp"

#include "common/units.hpp"

#include <string>

namespace mcpm::cli {

namespace {

void add(Json& object, const char* key, Json value) {
    if (!object.is_object()) object = Json::object();
    if (!object.contains(key)) object[key] = std::move(value);
}

const char* usual_transport(const std::string& type) {
    return type == "remote" ? "http" : "stdio";
}

}  // namespace

void add_effective_values(Json& server, const Paths& paths) {
    const ServerSpec usual;
    const std::string type = text(server, "type");
    Json& config = server["config"];
    add(config, "enabled", usual.enabled);
    add(config, "transport", usual_transport(type));
    add(config, "sharing", "auto");
    add(config, "startTimeout", format_duration(usual.start_timeout));
    add(config, "lazy", usual.lazy);
    if (type == "remote") return;
    add(config, "stopTimeout", format_duration(usual.stop_timeout));
    add(config, "restart", Json{{"policy", "on-failure"}});
    if (type == "process") add(config, "cwd", (paths.data / "servers" / text(server, "id")).string());
}

}  // namespace mcpm::cli
