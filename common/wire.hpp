// JSON <-> specs, status, runs, events: the only file that knows a field's name on the wire. The same
// shapes are what `-o json` prints. Reading is strict: an unknown field is a validation_error naming it.
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

/// Text -> Json; validation_error with the byte offset. Depth at most 64.
Result<Json> parse(std::string_view text);

/// The whole spec as stored and exported: {"name", "type", source keys, "config": {…}}; defaults are left
/// out.
Json from_spec(const ServerSpec& spec);
/// What POST /servers takes: as from_spec; `nodejs` and `python` mean `process`. Names every bad field.
Result<ServerSpec> to_spec(const Json& json);
/// What PATCH /servers/{id} takes (RFC 7396 merge patch on from_spec's shape).
Result<ServerSpec> merge_spec(const ServerSpec& spec, const Json& patch);

/// The shape of product.md: id, name, type, status, statusReason, pid, run, restartCount, lastExit,
/// nextRetryAt, startedAt, desired, healthStatus, createdAt, updatedAt, the source's keys, config. Absent
/// facts are left out (statusReason, pid, lastExit, nextRetryAt, startedAt). `environment` values whose names
/// look secret are shown as "***".
Json from_view(const ServerView& view);
/// For the CLI's tables and the snapshot; unknown fields are ignored here.
Result<ServerView> to_view(const Json& json);

Json from_run(const RunRecord& run);
Result<RunRecord> to_run(const Json& json);
Json from_exit(const Exit& exit);
Json from_event(const Event& event);
Result<Event> to_event(const Json& json);

/// {"success": true, "data": …} / {"success": false, "error", "code", "details"?, "hint"?}
std::string success(const Json& data);
std::string success_message(std::string_view message);
std::string failure(const Error& error);
/// The other way round: the `data` (or null), or the error.
Result<Json> open_envelope(std::string_view body);

/// True for names such as API_KEY, GITHUB_TOKEN, PASSWORD: their values are never printed.
bool looks_secret(std::string_view variable_name);

}  // namespace mcpm::wire
