// The types of events, and their words on the wire and in the store. An event itself has the word: one that
// another version wrote is shown as it is.
#pragma once

#include "common/named_values.hpp"

namespace mcpm {

enum class EventType {
    server_created,
    server_updated,
    server_deleted,
    server_status,
    server_health,
    server_asleep,
    server_woken,
    server_exited,
    server_start_failed,
    server_stop_failed,
    server_remove_failed,
    server_crash_loop,
    server_taken_over,
    server_may_be_left,
    server_log,
    server_risk,
    server_manifest_changed,
    server_tools_changed,
    server_tools_approved,
    server_tools_left_out,
    agent_started,
    agent_notice,
    agent_socket,
    agent_fault,
    agent_upgrade_failed,
    agent_orphans_ended,
    agent_unowned_ended,
    agent_history_lost,
    api_refused,
    session_begun,
    session_ended,
    secret_set,
    secret_removed,
    token_created,
    token_changed,
    token_revoked,
    template_deployed,
    feedback_received,
    feedback_answered,
    lagged,  // of a follower: never stored
};

template <>
struct EnumNames<EventType> {
    static constexpr std::array<NamedValue<EventType>, 40> all{
        {{EventType::server_created, "server:created"},
         {EventType::server_updated, "server:updated"},
         {EventType::server_deleted, "server:deleted"},
         {EventType::server_status, "server:status"},
         {EventType::server_health, "server:health"},
         {EventType::server_asleep, "server:asleep"},
         {EventType::server_woken, "server:woken"},
         {EventType::server_exited, "server:exited"},
         {EventType::server_start_failed, "server:start-failed"},
         {EventType::server_stop_failed, "server:stop-failed"},
         {EventType::server_remove_failed, "server:remove-failed"},
         {EventType::server_crash_loop, "server:crash-loop"},
         {EventType::server_taken_over, "server:taken-over"},
         {EventType::server_may_be_left, "server:may-be-left"},
         {EventType::server_log, "server:log"},
         {EventType::server_risk, "server:risk"},
         {EventType::server_manifest_changed, "server:manifest-changed"},
         {EventType::server_tools_changed, "server:tools-changed"},
         {EventType::server_tools_approved, "server:tools-approved"},
         {EventType::server_tools_left_out, "server:tools-left-out"},
         {EventType::agent_started, "agent:started"},
         {EventType::agent_notice, "agent:notice"},
         {EventType::agent_socket, "agent:socket"},
         {EventType::agent_fault, "agent:fault"},
         {EventType::agent_upgrade_failed, "agent:upgrade-failed"},
         {EventType::agent_orphans_ended, "agent:orphans-ended"},
         {EventType::agent_unowned_ended, "agent:unowned-ended"},
         {EventType::agent_history_lost, "agent:history-lost"},
         {EventType::api_refused, "api:refused"},
         {EventType::session_begun, "session:begun"},
         {EventType::session_ended, "session:ended"},
         {EventType::secret_set, "secret:set"},
         {EventType::secret_removed, "secret:removed"},
         {EventType::token_created, "token:created"},
         {EventType::token_changed, "token:changed"},
         {EventType::token_revoked, "token:revoked"},
         {EventType::template_deployed, "template:deployed"},
         {EventType::feedback_received, "feedback:received"},
         {EventType::feedback_answered, "feedback:answered"},
         {EventType::lagged, "lagged"}}};
};

/// Whether an event of this type is about one server; also of types that only another version knows.
constexpr bool is_of_a_server(std::string_view type) {
    return type.starts_with("server:");
}

}  // namespace mcpm
