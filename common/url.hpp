// Where a URL or an authority ("host:port") leads. Pure; nothing is looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm {

/// An authority at its last colon; an IPv6 address stands in brackets.
struct HostAndPort {
    std::string_view host;  // with its brackets
    std::string_view port;  // empty when none is written
};
HostAndPort split_authority(std::string_view authority);

/// "[::1]" -> "::1"; any other host as it is.
std::string_view without_brackets(std::string_view host);

/// "::1" and 80 -> "[::1]:80".
std::string join_authority(std::string_view host, std::uint16_t port);

/// 1 to 65535.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// A URL of any scheme, cut at its signs. Nothing of it is checked or decoded.
struct UrlParts {
    std::string_view scheme;                              // "https"
    std::string_view authority;                           // "host:8080", without the user
    std::string_view rest;                                // from the first of '/', '?' and '#' on
    std::optional<std::string_view> user = std::nullopt;  // "user:password"; nothing without an '@'
};
/// Nothing for a text without "://".
std::optional<UrlParts> split_url(std::string_view url);

/// "https://host:8080": a URL without who signs in there, and without its path. Empty for a text without
/// "://".
std::string origin_of_url(std::string_view url);

/// Whether a text begins as a URL of http or https; the scheme in small letters, as people write it.
bool is_web_url(std::string_view text);

struct HttpUrl {
    std::string authority;  // as it is written, for the header Host
    std::string host;       // without brackets
    std::uint16_t port = 80;
    std::string path = "/";  // with the query, without the fragment
};
/// "http://host:8080/path?query"; nothing for another scheme, no host, a bad port, a user, or blanks.
std::optional<HttpUrl> parse_http_url(std::string_view url);

}  // namespace mcpm
