#include "cli/effective.hpp"

#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
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
    const std::string type = text(server, fields::server::type);
    Json& config = server[fields::server::config];
    add(config, fields::config::enabled, usual.enabled);
    add(config, fields::config::transport, usual_transport(type));
    add(config, fields::config::sharing, "auto");
    add(config, fields::config::start_timeout, format_duration(usual.start_timeout));
    add(config, fields::config::lazy, usual.lazy);
    if (type == "remote") return;
    add(config, fields::config::stop_timeout, format_duration(usual.stop_timeout));
    add(config, fields::config::restart, Json{{fields::config::policy, "on-failure"}});
    if (type == "process")
        add(config, fields::config::cwd,
            (paths.data / "servers" / text(server, fields::server::id)).string());
}

}  // namespace mcpm::cli
