#include "cli/agent_client.hpp"

#include "cli/agent_absence.hpp"
#include "common/fields/approval_fields.hpp"
#include "common/fields/market_fields.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/secret_fields.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>
#include <thread>

namespace mcpm::cli {

namespace {

// What the socket says when the agent went away in the middle; worth a hint of its own.
Error lost(Error error) {
    if (error.code == ErrorCode::unavailable && error.hint.empty()) error.hint = "see `mcpm agent logs`";
    return error;
}

bool requests_are_said = false;

bool is_asked_for_words() {
    const char* const wish = std::getenv("MCPM_DEBUG");
    return requests_are_said || (wish != nullptr && *wish != '\0' && std::string_view(wish) != "0");
}

// One line on stderr for one request.
class RequestWords {
  public:
    RequestWords(std::string_view method, std::string_view target)
        : method_(method),
          path_(target.substr(0, target.find('?'))),
          begun_(std::chrono::steady_clock::now()) {}

    void finish(unsigned status, std::size_t bytes) const {
        if (!is_asked_for_words()) return;
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun_;
        const std::string line = fmt::format("mcpm: {} {} -> {}, {:.1f} ms{}\n", method_, path_,
                                             status == 0 ? std::string("no answer") : std::to_string(status),
                                             took.count(), bytes > 0 ? fmt::format(", {} bytes", bytes) : "");
        (void)!::write(2, line.data(), line.size());
    }

  private:
    std::string_view method_;
    std::string path_;
    std::chrono::steady_clock::time_point begun_;
};

std::string profile_path(std::string_view name) {
    return "/api/profiles/" + percent_encode(name);
}

}  // namespace

void say_requests(bool wanted) {
    requests_are_said = wanted;
}

Query& Query::add(std::string_view key, std::string_view value) {
    text_ += (text_.empty() ? "?" : "&") + percent_encode(key) + "=" + percent_encode(value);
    return *this;
}

Query& Query::add_if(std::string_view key, std::string_view value) {
    if (!value.empty()) add(key, value);
    return *this;
}

std::string server_path(std::string_view name) {
    return "/api/servers/" + percent_encode(name);
}

AgentClient::AgentClient(LocalHttp http, const Paths& paths) : http_(std::move(http)) {
    http_.set_watch(absence_watch(paths));
    way_back_ = [paths] { return connect(paths); };
}

Result<AgentClient> AgentClient::connect(const Paths& paths) {
    constexpr std::chrono::seconds patience{2};
    constexpr std::chrono::milliseconds pause{20};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        auto http = LocalHttp::connect(paths.socket().string());
        if (http) return AgentClient(std::move(*http), paths);
        if (http.error().code != ErrorCode::unavailable || !agent_lock_is_held(paths)) return http.error();
        if (std::chrono::steady_clock::now() >= deadline) {
            Absence absence = judge(find_traces(paths));
            absence.what += " (" + http.error().message + ")";
            return absence_error(absence);
        }
        std::this_thread::sleep_for(pause);
    }
}

/// Once more over another connection when that does nothing twice: it was not read, or it only looks.
Result<LocalResponse> AgentClient::send(const LocalRequest& request, std::chrono::milliseconds limit) {
    auto response = http_.send(request, limit);
    if (response || response.error().code != ErrorCode::unavailable || is_certain_absence(response.error()))
        return response;
    if (!http_.was_untouched() && request.method != "GET") return response;
    auto again = way_back_();
    if (!again) return response;
    http_ = std::move(again->http_);
    return http_.send(request, limit);
}

Result<Json> AgentClient::ask(std::string_view method, std::string target, std::chrono::milliseconds limit,
                              std::string_view body) {
    const LocalRequest request{method, std::move(target), body};
    const RequestWords said(method, request.target);
    auto response = send(request, limit);
    said.finish(response ? response->status : 0, response ? response->body.size() : 0);
    if (!response) return lost(response.error());
    auto answer = wire::open_envelope(response->body);
    if (answer || answer.error().code != ErrorCode::unavailable) return answer;
    // The agent was reached; what could not be is behind it (a server that ended in the middle of a call).
    Error error = answer.error();
    error.code = ErrorCode::cancelled;
    return error;
}

Result<Json> AgentClient::servers(const Query& filters) {
    return ask("GET", "/api/servers" + filters.text(), answer_limit);
}

Result<Json> AgentClient::server(std::string_view name) {
    return ask("GET", server_path(name), answer_limit);
}

Result<Json> AgentClient::glance(std::string_view name) {
    return ask("GET", server_path(name), std::chrono::seconds(1));
}

Result<Json> AgentClient::create(const Json& definition) {
    return ask("POST", "/api/servers", no_limit, definition.dump());
}

Result<Json> AgentClient::patch(std::string_view name, const Json& patch) {
    return ask("PATCH", server_path(name), no_limit, patch.dump());
}

Result<Json> AgentClient::remove(std::string_view name) {
    return ask("DELETE", server_path(name), no_limit);
}

Result<Json> AgentClient::act(std::string_view name, std::string_view action,
                              std::chrono::milliseconds limit) {
    return ask("POST", server_path(name) + "/" + std::string(action), limit, "{}");
}

Result<Json> AgentClient::wait(std::string_view name, const Query& query) {
    return ask("POST", server_path(name) + "/wait" + query.text(), no_limit, "{}");
}

Result<Json> AgentClient::upgrade(std::string_view name, const Query& query) {
    return ask("POST", server_path(name) + "/upgrade" + query.text(), no_limit, "{}");
}

Result<Json> AgentClient::part(std::string_view name, std::string_view part, const Query& query) {
    return ask("GET", server_path(name) + "/" + std::string(part) + query.text(), no_limit);
}

Result<Json> AgentClient::call_tool(std::string_view name, std::string_view tool, const Json& arguments,
                                    const Query& query) {
    const Json body{{fields::mcp::arguments, arguments}};
    return ask("POST", server_path(name) + "/tools/" + percent_encode(tool) + "/call" + query.text(),
               no_limit, body.dump());
}

Result<Json> AgentClient::get_prompt(std::string_view name, std::string_view prompt, const Json& arguments) {
    const Json body{{fields::mcp::arguments, arguments}};
    return ask("POST", server_path(name) + "/prompts/" + percent_encode(prompt) + "/get", no_limit,
               body.dump());
}

Result<Json> AgentClient::approve_tools(std::string_view name, const std::vector<std::string>& tools) {
    Json body = Json::object();
    if (!tools.empty()) body[fields::approval::tools] = tools;
    return ask("POST", server_path(name) + "/tools/approve", no_limit, body.dump());
}

Result<Json> AgentClient::approve_digests(std::string_view name, const Json& digests) {
    const Json body{{fields::approval::digests, digests}};
    return ask("POST", server_path(name) + "/tools/approve", no_limit, body.dump());
}

Result<Json> AgentClient::read_resource(std::string_view name, std::string_view uri) {
    const Json body{{fields::mcp::uri, uri}};
    return ask("POST", server_path(name) + "/resources/read", no_limit, body.dump());
}

Result<Json> AgentClient::tokens() {
    return ask("GET", "/api/tokens", answer_limit);
}

Result<Json> AgentClient::create_token(const Json& token) {
    return ask("POST", "/api/tokens", answer_limit, token.dump());
}

Result<Json> AgentClient::revoke_token(std::string_view name) {
    return ask("DELETE", "/api/tokens/" + percent_encode(name), answer_limit);
}

Result<Json> AgentClient::dashboard_link() {
    return ask("POST", "/api/dashboard/links", answer_limit);
}

Result<Json> AgentClient::end_sessions() {
    return ask("DELETE", "/api/sessions", answer_limit);
}

Result<Json> AgentClient::profiles() {
    return ask("GET", "/api/profiles", answer_limit);
}

Result<Json> AgentClient::profile(std::string_view name) {
    return ask("GET", profile_path(name), answer_limit);
}

Result<Json> AgentClient::create_profile(const Json& profile) {
    return ask("POST", "/api/profiles", answer_limit, profile.dump());
}

Result<Json> AgentClient::patch_profile(std::string_view name, const Json& patch) {
    return ask("PATCH", profile_path(name), answer_limit, patch.dump());
}

Result<Json> AgentClient::remove_profile(std::string_view name) {
    return ask("DELETE", profile_path(name), answer_limit);
}

Result<Json> AgentClient::templates(const Query& query) {
    return ask("GET", "/api/templates" + query.text(), answer_limit);
}

Result<Json> AgentClient::template_named(std::string_view id) {
    return ask("GET", "/api/templates/" + percent_encode(id), answer_limit);
}

Result<Json> AgentClient::validate_template(std::string_view yaml) {
    return ask("POST", "/api/templates/validate", answer_limit, Json{{fields::market::yaml, yaml}}.dump());
}

Result<Json> AgentClient::deploy_template(std::string_view id, const Json& body) {
    return ask("POST", "/api/templates/" + percent_encode(id) + "/deploy", no_limit, body.dump());
}

Result<Json> AgentClient::registry(const Query& query) {
    return ask("GET", "/api/registry" + query.text(), no_limit);
}

Result<Json> AgentClient::registry_entry(const Json& which) {
    return ask("POST", "/api/registry/entry", no_limit, which.dump());
}

Result<Json> AgentClient::deploy_registry_entry(const Json& body) {
    return ask("POST", "/api/registry/deploy", no_limit, body.dump());
}

Result<Json> AgentClient::secrets() {
    return ask("GET", "/api/secrets", answer_limit);
}

Result<Json> AgentClient::set_secret(std::string_view name, std::string_view value) {
    return ask("PUT", "/api/secrets/" + percent_encode(name), answer_limit,
               Json{{fields::secret::value, value}}.dump());
}

Result<Json> AgentClient::remove_secret(std::string_view name, bool force) {
    return ask("DELETE", "/api/secrets/" + percent_encode(name) + (force ? "?force=1" : ""), answer_limit);
}

Result<Json> AgentClient::events(const Query& query) {
    return ask("GET", "/api/events" + query.text(), answer_limit);
}

Result<Json> AgentClient::system_health() {
    return ask("GET", "/api/health/system", answer_limit);
}

Result<Json> AgentClient::stats() {
    return ask("GET", "/api/stats", answer_limit);
}

Result<Json> AgentClient::outgoing() {
    return ask("GET", "/api/analytics/outgoing", answer_limit);
}

Result<Json> AgentClient::calls(const Query& query) {
    return ask("GET", "/api/usage/calls" + query.text(), answer_limit);
}

Result<Json> AgentClient::usage(const Query& query) {
    return ask("GET", "/api/usage" + query.text(), answer_limit);
}

Result<Json> AgentClient::agent() {
    return ask("GET", "/api/agent", answer_limit);
}

Result<Json> AgentClient::act_on_agent(std::string_view action, const Json& body) {
    return ask("POST", "/api/agent/" + std::string(action), no_limit, body.dump());
}

Result<> AgentClient::stream(const std::string& target, const LocalHttp::Sink& sink) {
    const LocalRequest request{"GET", target};
    const RequestWords said("GET", request.target);
    auto response = http_.stream(request, sink);
    said.finish(response ? response->status : 0, 0);
    if (!response) return lost(response.error());
    if (response->status >= 200 && response->status < 300) return {};
    auto failure = wire::open_envelope(response->body);
    if (failure)
        return Error{ErrorCode::internal_error, "the agent answered " + std::to_string(response->status)};
    return failure.error();
}

}  // namespace mcpm::cli
