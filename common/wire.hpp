// JSON <-> specs, status, runs, events: the only door to a field's name on the wire (the tables are in
// common/wire_*.cpp). The same shapes are what `-o json` prints. Reading is strict: one validation_error
// names every bad field, an unknown one with the nearest known; details are {"fields": [{"field",
// "message"}]}.
#pragma once

#include "common/error.hpp"
#include "common/event.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace mcpm::wire {

using Json = nlohmann::ordered_json;

/// A Json converts to everything, so a Result has to be told that it is the value.
inline Result<Json> as_result(Json json) {
    return Result<Json>(boost::system::in_place_value, std::move(json));
}

/// Text -> Json; validation_error with the byte offset. Depth at most 64, at most 1024 members in one object.
Result<Json> parse(std::string_view text);
/// The agent's answers: members unbounded, internal_error when unreadable.
Result<Json> parse_answer(std::string_view text);
/// Json -> text that is always valid: bytes that are not UTF-8 become U+FFFD (`dump()` alone would throw).
std::string to_text(const Json& json);

/// The whole spec as stored and exported: {"name", "type", source keys, "config": {…}}; defaults are left
/// out.
Json from_spec(const ServerSpec& spec);
/// What POST /servers takes: as from_spec; `nodejs` and `python` mean `process`. Names every bad field.
Result<ServerSpec> to_spec(const Json& json);
/// What PATCH /servers/{id} takes (RFC 7396 merge patch on from_spec's shape). A client may send back what it
/// read of from_view: the agent's facts are ignored, a masked value ("***") stays what it was. Another source
/// takes the place of the old one. A package's pin stays while package, version and program do, else it is
/// gone.
Result<ServerSpec> merge_spec(const ServerSpec& spec, const Json& patch);

/// The shape of product.md: id, name, type, status, statusReason, pid, run, restartCount, lastExit,
/// nextRetryAt, startedAt, desired, healthStatus, createdAt, updatedAt, the source's keys, config. Absent
/// facts are left out (statusReason, pid, lastExit, nextRetryAt, startedAt). What looks secret in
/// environment, args, headers and URLs is shown as "***". `lastError` {"error", "code", "details"?, "hint"?}
/// when a start failed.
Json from_view(const ServerView& view);
/// What of from_view comes of the definition alone: its members as text, without braces and never empty. Made
/// once for a definition, for list_entry.
std::string definition_members(const ServerSpec& spec);
/// The text of from_view, given the server's definition_members.
std::string list_entry(const ServerOutline& server, std::string_view definition);
/// For the CLI's tables and the snapshot; unknown fields are ignored here.
Result<ServerView> to_view(const Json& json);

Json from_run(const RunRecord& run);
Json from_event(const Event& event);

/// {"success": true, "data": …} / {"success": false, "error", "code", "details"?, "hint"?}
/// `details` of SERVER_START_FAILED always has "phase": "launch" (cannot_launch) or "run" (died_at_start).
std::string success(const Json& data);
std::string success(const Json& data, std::string_view message);
std::string success_message(std::string_view message);
std::string failure(const Error& error);
/// An envelope opened: its `data` (or null), or the error.
Result<Json> open_envelope(std::string_view body);

/// True for names such as API_KEY, GITHUB_TOKEN, PASSWORD: their values are never printed.
bool looks_secret(std::string_view variable_name);

}  // namespace mcpm::wire
