// May this peer ask this? Pure: the peer, the method, route and a few headers in, a verdict out. In this
// order, so that nothing is learned by who may not ask: Host, Origin, credential, path, Content-Type.
// docs/access.md says it for people.
#pragma once

#include "agent/http/message.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::door {

/// What lies behind a route. MCP clients need less than who administers; whether the agent lives is no
/// secret.
enum class Door { admin, mcp, probe };
/// By a pattern of the table, as take_aim() found it. None is the admin's, who may do everything.
Door door_of(std::string_view route);
/// Whether the first value of the route is a profile's name.
bool names_profile(std::string_view route);

struct AccessRules {
    uid_t own_uid = 0;
    HttpAuth auth = HttpAuth::token;
    std::vector<std::string> allowed_hosts = {};    // "name" (any port) or "name:port"
    std::vector<std::string> allowed_origins = {};  // "https://app.example"
};

/// A token that is valid now.
struct Credential {
    std::string name;
    bool is_admin = false;
    std::string profile = {};
};
using FindCredential = std::function<std::optional<Credential>(std::string_view secret)>;

struct Verdict {
    std::optional<Error> refusal = {};
    bool had_wrong_credential = false;
    std::string principal = {};       // "uid:1000", "token:laptop", "anonymous"
    std::string profile = {};         // the one the credential is bound to
    std::string allowed_origin = {};  // to be named in the answer (CORS)
    bool is_preflight = false;        // of a page that may ask; carries no credential
};

/// On the unix socket: the agent's own user and root, no Host. On TCP: a Host that is ours, and a bearer
/// token. A page of a foreign origin is refused everywhere, any page at the admin door. A state-changing
/// admin request with a body must say that it is JSON (validation_error). A token that is bound to a profile
/// is let in at /mcp, at /mcp/p/ITS-PROFILE, and at a server's own endpoint, which must look at `profile`
/// itself. The request has its route and path values.
Verdict decide_access(const http::Request& request, const AccessRules& rules, const FindCredential& find);

/// "application/json", in any case, with or without parameters.
bool is_json_type(std::string_view content_type);

}  // namespace mcpm::door
