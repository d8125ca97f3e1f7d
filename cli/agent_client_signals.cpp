// What AgentClient says about feedback, notices and crashes.
#include "cli/agent_client.hpp"
#include "common/fields/notify_fields.hpp"

namespace mcpm::cli {

Result<Json> AgentClient::feedback(const Query& query) {
    return ask("GET", "/api/feedback" + query.text(), answer_limit);
}

Result<Json> AgentClient::send_feedback(const Json& body) {
    return ask("POST", "/api/feedback", answer_limit, body.dump());
}

Result<Json> AgentClient::answer_feedback(std::string_view id, const Json& answer) {
    return ask("PATCH", "/api/feedback/" + percent_encode(id), answer_limit, answer.dump());
}

Result<Json> AgentClient::feedback_stats() {
    return ask("GET", "/api/feedback/stats", answer_limit);
}

Result<Json> AgentClient::channels() {
    return ask("GET", "/api/notify", answer_limit);
}

Result<Json> AgentClient::test_channels(std::string_view channel) {
    Json body = Json::object();
    if (!channel.empty()) body[fields::notify::channel] = channel;
    return ask("POST", "/api/notify/test", no_limit, body.dump());
}

Result<Json> AgentClient::crashes() {
    return ask("GET", "/api/agent/crashes", answer_limit);
}

Result<Json> AgentClient::send_crash(std::string_view name) {
    return ask("POST", "/api/agent/crashes/" + percent_encode(name) + "/send", no_limit, "{}");
}

}  // namespace mcpm::cli
