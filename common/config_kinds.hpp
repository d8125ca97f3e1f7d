// What a value of config.yaml may be: each function reads one kind from its text. A list is written with
// commas; nothing, "off" and "none" are an empty one.
#pragma once

#include "common/config_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// What was expected in place of a value that is bad; empty = the value is good and `out` has it.
using ConfigProblem = std::string;

template <typename T>
struct ConfigBounds {
    T least;
    T most;
};

/// "a, b" -> {"a", "b"}; nothing, "off" and "none" -> {}.
std::vector<std::string> config_items(std::string_view text);

ConfigProblem take_level(std::string_view text, LogLevel& out);
ConfigProblem take_bytes(std::string_view text, ConfigBounds<std::uint64_t> bounds, std::uint64_t& out);
ConfigProblem take_time(std::string_view text, ConfigBounds<Duration> bounds, Duration& out);
ConfigProblem take_count(std::string_view text, ConfigBounds<unsigned> bounds, unsigned& out);
/// Absolute folders with ':' between them.
ConfigProblem take_path(std::string_view text, std::string& out);
ConfigProblem take_auth(std::string_view text, HttpAuth& out);
/// At most 8.
ConfigProblem take_listen(std::string_view text, std::vector<ListenAddress>& out);
ConfigProblem take_hosts(std::string_view text, std::vector<std::string>& out);
ConfigProblem take_origins(std::string_view text, std::vector<std::string>& out);
/// "https://mcp.example/path/" without the slash at its end; what a browser would send as it is.
ConfigProblem take_public_url(std::string_view text, std::string& out);
/// A number alone is milliseconds.
ConfigProblem take_heartbeat(std::string_view text, Duration& out);
ConfigProblem take_proxy(std::string_view text, std::string& out);
ConfigProblem take_index(std::string_view text, std::string& out);
/// A registry, with a path or without; no scheme.
ConfigProblem take_image_mirror(std::string_view text, std::string& out);
ConfigProblem take_no_proxy(std::string_view text, std::string& out);
/// Names of servers, or "all".
ConfigProblem take_servers(std::string_view text, std::vector<std::string>& out);
/// An absolute path.
ConfigProblem take_file(std::string_view text, std::string& out);
/// "sqlite:////srv/mcpm/mcpm.db" or "sqlite:///srv/mcpm/mcpm.db" -> "/srv/mcpm/mcpm.db". What is a path from
/// the current folder for other programs (sqlite:///app.db, sqlite:///./app.db) is refused.
ConfigProblem take_database_url(std::string_view text, std::string& out);
/// Whatever its path may be.
bool is_sqlite_url(std::string_view text);
/// At least 16 bytes.
ConfigProblem take_session_secret(std::string_view text, std::string& out);
/// "all", or names of common/risks.hpp.
ConfigProblem take_risks(std::string_view text, std::vector<std::string>& out);

/// "http://…", "https://…", or "secret:NAME".
ConfigProblem take_web_address(std::string_view text, std::string& out);
/// "https://KEY@host/PROJECT", or "secret:NAME".
ConfigProblem take_sentry_dsn(std::string_view text, std::string& out);
/// Anything without a space or a control character, or "secret:NAME".
ConfigProblem take_credential(std::string_view text, std::string& out);
/// "smtp://host:587" or "smtps://host:465", without a user.
ConfigProblem take_mail_server(std::string_view text, std::string& out);
/// "name@example.org".
ConfigProblem take_mail_address(std::string_view text, std::string& out);
/// At most 20.
ConfigProblem take_mail_addresses(std::string_view text, std::vector<std::string>& out);
ConfigProblem take_mail_tls(std::string_view text, MailTls& out);
ConfigProblem take_switch(std::string_view text, bool& out);
/// At most 50; common/notify_rule.hpp.
ConfigProblem take_notify_rules(std::string_view text, std::vector<NotifyRule>& out);
ConfigProblem take_quiet_hours(std::string_view text, std::optional<QuietHours>& out);
/// One line without control characters, at most 200 bytes.
ConfigProblem take_plain(std::string_view text, std::string& out);
/// An http address without its last '/'; off: empty.
ConfigProblem take_registry(std::string_view text, std::string& out);
/// Http addresses and absolute paths of files.
ConfigProblem take_catalogues(std::string_view text, std::vector<std::string>& out);

}  // namespace mcpm
