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

/// What lies behind a request. MCP clients need less than who administers; whether the agent lives is no
/// secret, nor are the dashboard's files; whether a browser is signed in it may ask, and sign in.
enum class Door { admin, mcp, probe, page, session };
/// By the pattern of the table that take_aim() found. Where none matched it is a page of the dashboard, or
/// the admin's, who may do everything.
Door door_of(const http::Request& request);
/// Whether the first value of the route is a profile's name.
bool names_profile(std::string_view route);
/// Whether its Accept names this type, and not only by a wildcard.
bool accepts_type(const http::Request& request, std::string_view type);

struct AccessRules {
    uid_t own_uid = 0;
    HttpAuth auth = HttpAuth::token;
    std::vector<std::string> allowed_hosts = {};    // "name" (any port) or "name:port"
    std::vector<std::string> allowed_origins = {};  // "https://app.example"
    std::string public_origin = {};                 // of http.public_url
};

/// The cookie of a browser's session.
inline constexpr std::string_view session_cookie = "mcpm_session";

/// A token or a session that is valid now.
struct Credential {
    std::string name;  // of a token; of a session who began it
    bool is_admin = false;
    std::string profile = {};
    std::string session = {};     // the id of the session
    bool is_for_metrics = false;  // reaches /metrics alone
};
using FindCredential = std::function<std::optional<Credential>(std::string_view secret)>;

struct Verdict {
    std::optional<Error> refusal = {};
    bool had_wrong_credential = false;
    std::string principal = {};  // "uid:1000", "token:laptop", "dashboard:uid:1000", "anonymous"
    std::string session = {};    // of a browser
    bool is_admin = false;
    std::string profile = {};         // the one the credential is bound to
    std::string allowed_origin = {};  // to be named in the answer (CORS)
    bool is_preflight = false;        // of a page that may ask; carries no credential
};

/// On the unix socket: the agent's own user and root, no Host. On TCP: a Host that is ours, and a bearer
/// token, or at the admin door the cookie of a session. A page of a foreign origin is refused everywhere; at
/// the admin door every page but our own. What changes something with a cookie must be seen to come from our
/// own page. A state-changing admin request must say that it is JSON (validation_error). A token that is
/// bound to a profile is let in at /mcp, at /mcp/p/ITS-PROFILE, and at a server's own endpoint, which must
/// look at `profile` itself. The request has its route and path values.
Verdict decide_access(const http::Request& request, const AccessRules& rules, const FindCredential& find,
                      const FindCredential& find_session = {});

/// "application/json", in any case, with or without parameters.
bool is_json_type(std::string_view content_type);

}  // namespace mcpm::door
