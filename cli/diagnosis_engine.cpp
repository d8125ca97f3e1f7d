// The check that looks for a container engine: each place the agent would try, and what answers there.
#include "cli/diagnosis.hpp"
#include "common/docker_context.hpp"
#include "common/local_http.hpp"
#include "common/log_format.hpp"
#include "common/number.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>

namespace mcpm::cli {

namespace {

using Json = nlohmann::json;
using Grade = Finding::Grade;

constexpr std::chrono::milliseconds patience{2000};
constexpr const char* what = "container engine";
constexpr unsigned oldest_minor = 41;  // of API 1

std::string text_in(const Json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    std::string text;
    if (found != object.end() && found->is_string())
        append_sanitized(text, found->get<std::string>().substr(0, 100), Ansi::strip);
    return text;
}

/// The engine's answer to GET /version, or why there is none.
Result<std::string> ask_version(const std::string& socket_path) {
    auto connection = LocalHttp::connect(socket_path, Listening::engine);
    if (!connection) return connection.error();
    auto answer = connection->send({.target = "/version"}, patience);
    if (!answer) return answer.error();
    return std::move(answer->body);
}

std::string reason_of(const Error& error) {
    if (error.code == ErrorCode::timed_out) return "does not answer within 2 s";
    const auto colon = error.message.rfind(": ");
    return colon == std::string::npos ? error.message : error.message.substr(colon + 2);
}

Finding look_at(const EngineAddress& address) {
    if (address.socket_path.empty())
        return {Grade::good, what, address.text + " (DOCKER_HOST; not asked, only the agent talks to it)"};
    const auto version = ask_version(address.socket_path);
    if (version) return engine_in_words(*version, address.text);
    const bool is_closed_to_us =
        ::access(address.socket_path.c_str(), F_OK) == 0 && ::access(address.socket_path.c_str(), W_OK) != 0;
    return {Grade::warning, what, address.text + ": " + reason_of(version.error()),
            is_closed_to_us
                ? "join the group that may use it (docker, podman); only container servers need it"
                : "start the engine; only container servers need it"};
}

}  // namespace

Finding engine_in_words(std::string_view version_json, const std::string& address) {
    const Json json = Json::parse(version_json.begin(), version_json.end(), nullptr, false);
    const std::string api = text_in(json, "ApiVersion");
    if (api.empty())
        return {Grade::warning, what, address + ": what answers there is no container engine",
                "see what listens there, or set DOCKER_HOST"};
    std::string name = "Docker Engine";
    if (const auto parts = json.find("Components");
        parts != json.end() && parts->is_array() && !parts->empty())
        if (const auto first = text_in(parts->front(), "Name"); first.find("Podman") != std::string::npos)
            name = first;
    const std::string found = name + " " + text_in(json, "Version") + ", API " + api + " (" + address + ")";
    const auto dot = api.find('.');
    const auto minor = dot == std::string::npos
                           ? 0
                           : parse_number<unsigned>(std::string_view(api).substr(dot + 1)).value_or(0);
    if (api.substr(0, dot) == "1" && minor < oldest_minor)
        return {Grade::warning, what, found,
                "update it: container servers need API 1.41, Docker 20.10 or newer"};
    return {Grade::good, what, found};
}

void check_engines(std::vector<Finding>& findings) {
    std::map<std::string, std::string> environment;
    for (const char* name : engine_variables)
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
            environment[name] = value;
    const auto addresses = find_engine_addresses(environment);
    if (!addresses) {
        findings.push_back({Grade::warning, what, addresses.error().message, addresses.error().hint});
        return;
    }
    std::vector<Finding> silent;
    std::string absent;  // where there is nothing, and one alone was not asked for
    for (const auto& address : *addresses) {
        if (addresses->size() > 1 && ::access(address.socket_path.c_str(), F_OK) != 0) {
            absent += (absent.empty() ? "" : ", ") + address.text;
            continue;
        }
        auto finding = look_at(address);
        if (finding.grade == Grade::good) {  // the first that answers is the agent's
            if (!absent.empty()) finding.found += "; nothing at " + absent;
            for (const auto& other : silent) finding.found += "; not used: " + other.found;
            findings.push_back(std::move(finding));
            return;
        }
        silent.push_back(std::move(finding));
    }
    if (silent.empty())
        findings.push_back(
            {Grade::good, what, "none (only container servers need one); nothing at " + absent});
    findings.insert(findings.end(), silent.begin(), silent.end());
}

}  // namespace mcpm::cli
