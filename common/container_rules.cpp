// The rules of what only a container has.
#include "common/ascii.hpp"
#include "common/spec_rules.hpp"

#include <algorithm>
#include <string>

namespace mcpm {

namespace {

bool is_word(std::string_view text, std::string_view others, std::size_t longest) {
    if (text.empty() || text.size() > longest) return false;
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return ascii::is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool begins_plain(std::string_view text) {
    return !text.empty() && is_word(text.substr(0, 1), "_", 1);
}

/// "bridge", "none", "host" or a network's name. Another container's network ("container:…") is not ours to
/// join.
bool is_network(std::string_view text) {
    return is_word(text, "_.-", 128) && begins_plain(text);
}

/// NAME or UID, with :GROUP or not.
bool is_user(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto good = [](std::string_view part) { return is_word(part, "_.-$", 64) && begins_plain(part); };
    return good(text.substr(0, colon)) && (colon == std::string_view::npos || good(text.substr(colon + 1)));
}

/// capabilities(7), with CAP_ before it or not; in capitals, as engines write them.
bool is_capability(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_upper(c) || c == '_'; });
}

/// OS/ARCH or OS/ARCH/VARIANT, as OCI writes them.
bool is_platform(std::string_view text) {
    const auto slashes = std::count(text.begin(), text.end(), '/');
    if (slashes < 1 || slashes > 2 || text.front() == '/' || text.back() == '/' || text.size() > 64)
        return false;
    return text.find("//") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
               return (ascii::is_lower(c) || ascii::is_digit(c)) || c == '/';
           });
}

bool is_url_path(std::string_view text) {
    return text.size() <= 1024 && text.front() == '/' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

bool has_tcp_port(const ServerSpec& spec) {
    return std::any_of(spec.ports.begin(), spec.ports.end(),
                       [](const std::string& port) { return !std::string_view(port).ends_with("/udp"); });
}

void check_options(const ContainerOptions& options, SpecRules& rules) {
    rules.require(options.network.empty() || is_network(options.network), "config.container.network",
                  "expected bridge, none, host or the name of a network");
    rules.require(options.user.empty() || is_user(options.user), "config.container.user",
                  "expected USER or USER:GROUP, as names or numbers");
    rules.require_count(options.capabilities.size(), "config.container.capAdd", 64);
    for (const std::string& name : options.capabilities)
        rules.require(is_capability(name), "config.container.capAdd",
                      "expected names of capabilities in capitals, such as NET_ADMIN");
    rules.require(options.platform.empty() || is_platform(options.platform), "config.container.platform",
                  "expected OS/ARCHITECTURE, such as linux/arm64");
    rules.require(options.path.empty() || is_url_path(options.path), "config.container.path",
                  "expected a path that begins with /");
    rules.require_count(options.entrypoint.size(), "config.container.entrypoint", 256);
    for (const std::string& word : options.entrypoint)
        rules.require_text(word, "config.container.entrypoint", 32768);
}

}  // namespace

void check_container(const ServerSpec& spec, SpecRules& rules) {
    if (spec.type != ServerType::container) {
        rules.require(spec.container == ContainerOptions{}, "config.container",
                      "only a server with an image has options of a container");
        return;
    }
    check_options(spec.container, rules);
    const bool speaks_http = spec.transport == Transport::http || spec.transport == Transport::sse;
    const bool has_no_network = spec.container.network == "none";
    rules.require(!speaks_http || has_tcp_port(spec), "config.ports",
                  "a container that speaks http or sse needs a published port");
    rules.require(!has_no_network || spec.ports.empty(), "config.ports",
                  "a container without a network (network: none) has no ports");
    rules.require(spec.container.network != "host" || spec.ports.empty(), "config.ports",
                  "a container in the host's network publishes no ports");
}

}  // namespace mcpm
