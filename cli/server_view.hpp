// A server (as the API's JSON) in words: table rows, status, ages. Pure; the time is passed in.
#pragma once

#include "cli/json_access.hpp"
#include "cli/table.hpp"
#include "common/server_status.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// `unknown` for a word that this program does not know.
ShownStatus status_of(const Json& server);
Health health_of(const Json& server);
Colour colour_of(ShownStatus status);
Colour colour_of(Health health);

/// "12s", "3m", "2h", "5d": one unit, as `docker ps` has it.
std::string format_age(Duration age);
/// The age of an RFC 3339 time; empty when there is none.
std::string age_since(const std::string& time, Timestamp now);

/// "node server.js", "npm @scope/name@1.2.3", an image or a URL.
std::string source_in_words(const Json& server);
/// "run 7, pid 123 (client); …": clients' own processes; empty when there are none.
std::string own_runs_in_words(const Json& server);
/// "changed since this process started: …"; empty when what runs is what is defined.
std::string pending_in_words(const Json& server);
/// "error (crash-loop)", "running".
std::string status_in_words(const Json& server);
/// "exited with 1, 3m ago", "killed by signal 9 (out of memory), 2h ago"; empty when it never ended.
std::string last_exit_in_words(const Json& server, Timestamp now);

/// When it is started again by itself, and how long that is from now; empty when it is not.
std::string next_retry_in_words(const Json& server, Timestamp now);

/// Whether the picture is of now, or of when the agent was last there.
enum class Picture { live, stale };

/// whole: the usual columns, with nothing in them shortened.
enum class Width { usual, whole, wide };
Table server_table(const Json& servers, Width width, Picture picture, Timestamp now);

/// Label and value of everything `show` prints.
std::vector<std::pair<std::string, std::string>> server_facts(const Json& server, Picture picture,
                                                              Timestamp now);

}  // namespace mcpm::cli
