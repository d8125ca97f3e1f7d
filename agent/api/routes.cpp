#include "agent/api/routes.hpp"

#include "agent/api/endpoints.hpp"

namespace mcpm::api {

namespace {

using Kind = ParameterKind;

constexpr std::string_view log_formats = "json|jsonl|csv|text|full";
constexpr std::string_view log_levels = "trace|debug|info|warn|warning|error|fatal";

std::vector<Parameter> log_parameters() {
    return {
        {"tail", Kind::text, "the last N lines that match, or all"},
        {"since", Kind::time, "not older than this time or age"},
        {"until", Kind::time, "older than this time or age"},
        {"level", Kind::choice, "at least this level", log_levels},
        {"stream", Kind::choice, "one stream of the server", "stdout|stderr"},
        {"text", Kind::text, "lines that contain this"},
        {"grep", Kind::text, "lines that match this regular expression (RE2)"},
        {"ignoreCase", Kind::flag, "text and grep take no notice of case"},
        {"run", Kind::text, "run N, or -N counted from the last"},
        {"notes", Kind::flag, "with the agent's own notes (default 1)"},
        {"follow", Kind::flag, "goes on as lines come"},
        {"format", Kind::choice, "how lines are written", log_formats},
        {"colour", Kind::flag, "keeps colour sequences"},
    };
}

std::vector<Parameter> call_parameters() {
    return {{"timeout", Kind::duration,
             "how long the answer may take (default calls.timeout of config.yaml, 60s; at most 1h)"}};
}

std::vector<Parameter> mode_parameter() {
    return {{"mode", Kind::choice, "search: two tools (find_tools, call_tool) in place of all", "search"}};
}

/// Streamable HTTP of both eras on one address, stdio over an upgrade, and the two endpoints of HTTP+SSE.
void add_mcp_routes(std::vector<RouteRow>& rows) {
    struct Place {
        std::string_view endpoint, stdio, reaches;
    };
    static constexpr Place places[] = {
        {"/mcp", "/mcp/stdio", "all enabled servers"},
        {"/mcp/p/{profile}", "/mcp/p/{profile}/stdio", "a profile's servers"},
        {"/mcp/{server}", "/mcp/{server}/stdio", "one server"},
    };
    for (const auto& place : places) {
        rows.push_back({"GET",
                        place.stdio,
                        "MCP as on stdio, after an upgrade to mcp-stdio",
                        mcp_stdio,
                        mode_parameter(),
                        {},
                        Answer::stream});
    }
    for (const auto& place : places) {
        rows.push_back({"POST", place.endpoint, "Send an MCP message", mcp_post, mode_parameter(),
                        "a JSON-RPC message", Answer::stream});
        rows.push_back({"GET",
                        place.endpoint,
                        "Open an MCP session's stream",
                        mcp_get,
                        mode_parameter(),
                        {},
                        Answer::stream});
        rows.push_back({"DELETE",
                        place.endpoint,
                        "End an MCP session",
                        mcp_delete,
                        mode_parameter(),
                        {},
                        Answer::plain});
    }
    for (const std::string_view endpoint : {"/sse/{server}", "/sse"}) {
        rows.push_back({"GET",
                        endpoint,
                        "Open an MCP session over HTTP+SSE (2024-11-05)",
                        sse_get,
                        mode_parameter(),
                        {},
                        Answer::stream});
    }
    for (const std::string_view endpoint : {"/sse/{server}/message", "/sse/message"}) {
        rows.push_back({"POST",
                        endpoint,
                        "Send an MCP message of such a session",
                        sse_post,
                        {{"session", Kind::text, "the session that the stream named"},
                         {"mode", Kind::choice, "as of the stream", "search"}},
                        "a JSON-RPC message",
                        Answer::plain});
    }
}

std::vector<RouteRow> make_routes() {
    return {
        {"GET",
         "/api/servers",
         "List servers",
         list_servers,
         {{"status", Kind::choice, "only in this state", "stopped|starting|running|stopping|error|unknown"},
          {"type", Kind::choice, "only of this type", "process|container|remote|nodejs|python"},
          {"health", Kind::choice, "only with this health", "healthy|unhealthy|unknown"},
          {"label", Kind::text, "only with this label: key, or key=value"},
          {"q", Kind::text, "only with this in the name"}}},
        {"POST",
         "/api/servers",
         "Define a server; a package is installed first",
         create_server,
         {},
         "a server"},
        {"GET", "/api/servers/{id}", "Show a server", show_server},
        {"PATCH", "/api/servers/{id}", "Change a definition", patch_server, {}, "a merge patch (RFC 7396)"},
        {"DELETE", "/api/servers/{id}", "Stop and remove a server", delete_server},
        {"POST", "/api/servers/{id}/start", "Start a server and wait until it runs", start_server},
        {"POST", "/api/servers/{id}/stop", "Stop a server and wait until nothing of it is left", stop_server},
        {"POST", "/api/servers/{id}/restart", "Stop and start a server", restart_server},
        {"POST",
         "/api/servers/{id}/wait",
         "Wait until a server is as asked",
         wait_for_server,
         {{"for", Kind::choice, "what is waited for (default running)", "running|healthy|stopped"},
          {"timeout", Kind::duration, "how long (default 60s)"}}},
        {"POST",
         "/api/servers/{id}/upgrade",
         "Move a package server to a newer version",
         upgrade_server,
         {{"check", Kind::flag, "only look"}, {"version", Kind::text, "this version, range or tag"}}},
        {"GET", "/api/servers/{id}/health", "Show a server's health", show_health},
        {"GET",
         "/api/servers/{id}/health/history",
         "A server's health checks over time",
         show_health_history,
         {{"range", Kind::choice, "how far back (default 24h)", "1h|24h|7d|30d"}}},
        {"GET", "/api/servers/{id}/why", "Why a server is as it is", show_why},
        {"GET",
         "/api/servers/{id}/runs",
         "A server's history of runs",
         list_runs,
         {{"limit", Kind::count, "how many (default 20, at most 1000)"}}},
        {"GET", "/api/servers/{id}/stats", "What a server uses", show_stats},
        {"GET",
         "/api/servers/{id}/logs",
         "Read a server's log",
         read_logs,
         log_parameters(),
         {},
         Answer::stream},
        {"GET",
         "/api/servers/{id}/logs/export",
         "Read a server's log as a file",
         export_logs,
         log_parameters(),
         {},
         Answer::stream},
        {"GET",
         "/api/servers/{id}/tools",
         "List a server's tools",
         list_tools,
         {{"kept", Kind::flag, "what it offered when it was last seen, or null; nothing is started"}}},
        {"GET", "/api/servers/{id}/tools/approval", "Compare a server's tools with what was approved",
         verify_tools},
        {"POST",
         "/api/servers/{id}/tools/approve",
         "Approve a server's tools as they are",
         approve_tools,
         {},
         "{\"tools\"?: [\"name\", …]}, all when it names none"},
        {"GET", "/api/servers/{id}/prompts", "List a server's prompts", list_prompts},
        {"GET", "/api/servers/{id}/resources", "List a server's resources", list_resources},
        {"GET", "/api/servers/{id}/resource-templates", "List a server's resource templates",
         list_resource_templates},
        {"POST", "/api/servers/{id}/tools/{tool}/call", "Call a tool", call_tool, call_parameters(),
         "{\"arguments\": {…}}"},
        {"POST", "/api/servers/{id}/prompts/{prompt}/get", "Get a prompt", get_prompt, call_parameters(),
         "{\"arguments\": {…}}"},
        {"POST", "/api/servers/{id}/resources/read", "Read a resource", read_resource, call_parameters(),
         "{\"uri\": \"…\"}"},
        {"GET", "/api/servers/{id}/session", "What was learned when the MCP session was opened",
         show_session},
        {"GET",
         "/api/servers/{id}/trace",
         "Follow a server's traffic",
         trace_server,
         {{"follow", Kind::flag, "goes on as messages pass; must be given"},
          {"full", Kind::flag, "with the messages themselves, redacted"}},
         {},
         Answer::stream},
        {"GET",
         "/api/events",
         "What happened, who asked, when",
         list_events,
         {{"limit", Kind::count, "how many (default 200, at most 10000)"},
          {"after", Kind::count, "only after this sequence number"},
          {"since", Kind::time, "not older than this time or age"},
          {"server", Kind::text, "only of this server (id or name)"},
          {"type", Kind::text, "only types that begin with this"},
          {"follow", Kind::flag, "goes on as things happen, as JSON lines"}},
         {},
         Answer::stream},
        {"GET", "/api/tokens", "List the bearer tokens, without their secrets", list_tokens},
        {"POST",
         "/api/tokens",
         "Create a bearer token; its secret is in this answer alone",
         create_token,
         {},
         "{\"name\", \"kind\"?: \"client\" or \"api\", \"profile\"?, \"expiresIn\"?: \"30d\"}"},
        {"DELETE", "/api/tokens/{name}", "Revoke a bearer token", revoke_token},
        {"POST", "/api/dashboard/links", "Make a link that signs a browser in once; on the socket alone",
         make_dashboard_link},
        {"GET", "/api/session", "Whether this browser is signed in", show_sign_in},
        {"POST",
         "/api/session",
         "Sign this browser in",
         sign_in,
         {},
         "{\"token\": the secret of an API token}"},
        {"DELETE", "/api/session", "Sign this browser out", sign_out},
        {"DELETE", "/api/sessions", "Sign all browsers out", end_sign_ins},
        {"GET",
         "/ws",
         "Watch servers, events, figures and logs over a WebSocket",
         watch_live,
         {{"after", Kind::count, "the newest number that was seen before"},
          {"boot", Kind::text, "the run of the agent that gave it"}},
         {},
         Answer::stream},
        {"GET", "/api/profiles", "List the profiles", list_profiles},
        {"POST", "/api/profiles", "Create a profile", create_profile, {}, "a profile"},
        {"GET", "/api/profiles/{name}", "Show a profile", show_profile},
        {"PATCH",
         "/api/profiles/{name}",
         "Change a profile",
         patch_profile,
         {},
         "a merge patch (RFC 7396) of description and servers"},
        {"DELETE", "/api/profiles/{name}", "Remove a profile", delete_profile},
        {"GET",
         "/api/templates",
         "List the marketplace's templates",
         list_templates,
         {{"category", Kind::text, "only of this category"},
          {"q", Kind::text, "only those that fit all of these words, best first"}}},
        {"POST",
         "/api/templates/validate",
         "Check a template without keeping it",
         validate_template,
         {},
         "{\"yaml\": \"…\"}"},
        {"GET", "/api/templates/{id}", "Show a template", show_template},
        {"POST",
         "/api/templates/{id}/deploy",
         "Define a server from a template; every parameter is checked",
         deploy_template,
         {},
         "{\"name\"?, \"parameters\": {…}, \"start\"?: true, \"dryRun\"?: true}"},
        {"GET", "/api/secrets", "List the secrets, without their values", list_secrets},
        {"PUT",
         "/api/secrets/{name}",
         "Store a secret's value; servers get it at their next start",
         set_secret,
         {},
         "{\"value\": \"…\"}"},
        {"DELETE",
         "/api/secrets/{name}",
         "Remove a secret",
         delete_secret,
         {{"force", Kind::flag, "although servers use it"}}},
        {"GET", "/api/agent", "Show the agent", show_agent},
        {"POST",
         "/api/agent/stop",
         "End the agent and the keeper",
         stop_agent,
         {},
         "{\"servers\": \"stop\" or \"leave\"}"},
        {"POST", "/api/agent/restart", "Replace the agent; servers live on", restart_agent},
        {"POST",
         "/api/agent/upgrade",
         "Replace keeper and agent by another program",
         upgrade_agent,
         {},
         "{\"program\": \"/abs/mcpmd\"}"},
        {"GET", "/api/openapi.json", "This API as OpenAPI 3.1", show_openapi, {}, {}, Answer::plain},
        {"GET", "/health", "Whether the agent is alive", show_alive, {}, {}, Answer::plain},
        {"GET",
         "/metrics",
         "Metrics for Prometheus (text 0.0.4 or OpenMetrics)",
         show_metrics,
         {},
         {},
         Answer::plain},
        {"GET", "/ready", "Whether the agent is ready", show_ready, {}, {}, Answer::plain},
    };
}

}  // namespace

const std::vector<RouteRow>& routes() {
    static const std::vector<RouteRow> table = [] {
        auto rows = make_routes();
        add_mcp_routes(rows);
        return rows;
    }();
    return table;
}

}  // namespace mcpm::api
