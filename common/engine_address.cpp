#include "common/engine_address.hpp"

#include "common/url.hpp"

#include <utility>

namespace mcpm {

namespace {

constexpr std::uint16_t usual_port = 2375;

void finish(EngineAddress& address) {
    const bool is_v6 = address.host.find(':') != std::string::npos;
    address.text = !address.socket_path.empty() ? "unix://" + address.socket_path
                   : is_v6 ? "tcp://[" + address.host + "]:" + std::to_string(address.port)
                           : "tcp://" + address.host + ":" + std::to_string(address.port);
}

std::string value_of(const std::map<std::string, std::string>& environment, const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

Error not_usable(std::string_view text, const std::string& why) {
    return {ErrorCode::validation_error,
            "use the container engine at \"" + std::string(text) + "\": " + why,
            {},
            "set DOCKER_HOST to unix:///path/to/docker.sock or tcp://host:2375"};
}

Result<EngineAddress> parse_tcp(std::string_view text, std::string_view rest) {
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    EngineAddress address;
    address.port = usual_port;
    std::string_view port;
    if (rest.substr(0, 1) == "[") {  // an IPv6 address
        const auto end = rest.find(']');
        if (end == std::string_view::npos) return not_usable(text, "an address without its \"]\"");
        address.host = rest.substr(1, end - 1);
        port = rest.substr(end + 1);
    } else {
        const auto colon = rest.find(':');
        address.host = rest.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
    }
    if (address.host.empty()) address.host = "127.0.0.1";
    if (!port.empty()) {
        if (port.front() != ':') return not_usable(text, "expected tcp://host:port");
        port.remove_prefix(1);
        const auto number = parse_port(port);
        if (!number) return not_usable(text, "its port is not 1 to 65535");
        address.port = *number;
    }
    finish(address);
    return address;
}

}  // namespace

Result<EngineAddress> parse_engine_address(std::string_view text) {
    for (const char c : text)
        if ((c >= 0 && c <= ' ') || c == 0x7F)
            return not_usable("…", "white space or a control character in it");
    const auto scheme_end = text.find("://");
    const std::string_view scheme = text.substr(0, scheme_end);
    if (scheme_end == std::string_view::npos) return not_usable(text, "expected unix://… or tcp://…");
    const std::string_view rest = text.substr(scheme_end + 3);
    if (scheme == "unix") {
        if (rest.empty() || rest.front() != '/') return not_usable(text, "its path is not absolute");
        EngineAddress address;
        address.socket_path = rest;
        finish(address);
        return address;
    }
    if (scheme == "tcp" || scheme == "http") return parse_tcp(text, rest);
    return not_usable(text, std::string(scheme) + ":// is not supported");
}

Result<std::vector<EngineAddress>> engine_addresses(const std::map<std::string, std::string>& environment) {
    if (const auto host = value_of(environment, "DOCKER_HOST"); !host.empty()) {
        if (!value_of(environment, "DOCKER_TLS_VERIFY").empty())
            return not_usable(host, "DOCKER_TLS_VERIFY asks for TLS, which is not supported");
        auto address = parse_engine_address(host);
        if (!address) return address.error();
        return std::vector{*address};
    }
    std::vector<std::string> paths{"/var/run/docker.sock"};
    if (const auto runtime = value_of(environment, "XDG_RUNTIME_DIR"); runtime.substr(0, 1) == "/") {
        paths.push_back(runtime + "/docker.sock");
        paths.push_back(runtime + "/podman/podman.sock");
    }
    paths.emplace_back("/run/podman/podman.sock");
    std::vector<EngineAddress> found;
    for (const auto& path : paths)
        if (auto address = parse_engine_address("unix://" + path)) found.push_back(std::move(*address));
    return found;
}

}  // namespace mcpm
