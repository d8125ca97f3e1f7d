// The agent's API (docs/api.md) as C++ functions, over its unix socket. One connection, one request at a
// time; threads take a client each. Server names are percent-encoded here and nowhere else.
#pragma once

#include "cli/json_access.hpp"
#include "common/local_http.hpp"
#include "common/paths.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::cli {

/// "?a=b&c=d", encoded; empty when nothing was added.
class Query {
  public:
    Query& add(std::string_view key, std::string_view value);
    /// Adds nothing when the value is empty.
    Query& add_if(std::string_view key, std::string_view value);
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// How long a silent agent is waited for.
inline constexpr std::chrono::milliseconds answer_limit{30'000};
/// For what takes as long as a server takes (start, stop, install, call): the agent has its own deadlines.
inline constexpr std::chrono::milliseconds no_limit{0};

class AgentClient {
  public:
    /// unavailable when no agent listens; never starts one. One that holds its lock is waited for a moment:
    /// it is being replaced, or binds its socket anew. Every request ends when it is certain that no answer
    /// comes.
    static Result<AgentClient> connect(const Paths& paths);

    /// How another connection is made when one was lost before a request had been read; by itself, as
    /// connect() does.
    using WayBack = std::function<Result<AgentClient>()>;
    void set_way_back(WayBack way_back) { way_back_ = std::move(way_back); }

    Result<Json> servers(const Query& filters = {});
    Result<Json> server(std::string_view name);
    /// The server as server() gives it, or an error after a second.
    Result<Json> glance(std::string_view name);
    Result<Json> create(const Json& definition);
    Result<Json> patch(std::string_view name, const Json& patch);
    Result<Json> remove(std::string_view name);
    /// "start", "stop" or "restart"; answers when it is done. After `limit` it is waited for no longer.
    Result<Json> act(std::string_view name, std::string_view action,
                     std::chrono::milliseconds limit = no_limit);
    Result<Json> wait(std::string_view name, const Query& query);
    Result<Json> upgrade(std::string_view name, const Query& query);

    /// What hangs below a server: "health", "why", "runs", "stats", "session", "tools", "prompts",
    /// "resources", …
    Result<Json> part(std::string_view name, std::string_view part, const Query& query = {});
    Result<Json> call_tool(std::string_view name, std::string_view tool, const Json& arguments,
                           const Query& query);
    Result<Json> get_prompt(std::string_view name, std::string_view prompt, const Json& arguments);
    /// What stands now against what was approved; all tools when `tools` is empty.
    Result<Json> approve_tools(std::string_view name, const std::vector<std::string>& tools);
    /// `digests`: "sha256:…" by tool; conflict when one is another now.
    Result<Json> approve_digests(std::string_view name, const Json& digests);
    Result<Json> read_resource(std::string_view name, std::string_view uri);

    Result<Json> tokens();
    Result<Json> create_token(const Json& token);
    Result<Json> revoke_token(std::string_view name);
    /// A link that signs a browser in once.
    Result<Json> dashboard_link();
    /// Signs all browsers out.
    Result<Json> end_sessions();
    Result<Json> profiles();
    Result<Json> profile(std::string_view name);
    Result<Json> create_profile(const Json& profile);
    Result<Json> patch_profile(std::string_view name, const Json& patch);
    Result<Json> remove_profile(std::string_view name);

    Result<Json> templates(const Query& query);
    Result<Json> template_named(std::string_view id);
    Result<Json> validate_template(std::string_view yaml);
    Result<Json> deploy_template(std::string_view id, const Json& body);

    /// Of the registry and catalogues that the agent asks.
    Result<Json> registry(const Query& query);
    Result<Json> registry_entry(const Json& which);
    Result<Json> deploy_registry_entry(const Json& body);

    /// Names, times and users; never a value.
    Result<Json> secrets();
    Result<Json> set_secret(std::string_view name, std::string_view value);
    Result<Json> remove_secret(std::string_view name, bool force);

    Result<Json> feedback(const Query& query);
    Result<Json> send_feedback(const Json& body);
    Result<Json> answer_feedback(std::string_view id, const Json& answer);
    Result<Json> feedback_stats();

    /// Where notices go; a test of one of them or, when it is empty, of all.
    Result<Json> channels();
    Result<Json> test_channels(std::string_view channel);
    /// Crashes of agents before; and sending the report of one.
    Result<Json> crashes();
    Result<Json> send_crash(std::string_view name);

    Result<Json> events(const Query& query);
    Result<Json> system_health();
    /// Of every server.
    Result<Json> stats();
    Result<Json> usage(const Query& query);
    Result<Json> calls(const Query& query);
    Result<Json> outgoing();
    Result<Json> agent();
    /// "stop", "restart" or "upgrade" of the agent itself.
    Result<Json> act_on_agent(std::string_view action, const Json& body);

    /// A streamed answer, piece by piece; `sink` returns false to stop. A failure is the agent's error.
    Result<> stream(const std::string& target, const LocalHttp::Sink& sink);

  private:
    AgentClient(LocalHttp http, const Paths& paths);
    Result<Json> ask(std::string_view method, std::string target, std::chrono::milliseconds limit,
                     std::string_view body = {});

    Result<LocalResponse> send(const LocalRequest& request, std::chrono::milliseconds limit);

    LocalHttp http_;
    WayBack way_back_;
};

/// `--debug`, or MCPM_DEBUG=1: every request is said on stderr with its status and time, never a body or a
/// value of a query, which may hold what nobody should read.
void say_requests(bool wanted);

/// "/api/servers/NAME", encoded.
std::string server_path(std::string_view name);

}  // namespace mcpm::cli
