// The functions that the rows of routes.cpp name, by resource. Each takes the request as it came, the values
// of its path decoded and its query checked against the row.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/front/front.hpp"
#include "agent/http/message.hpp"

namespace mcpm::api {

// servers.cpp
Task<http::Response> list_servers(Rooms& rooms, http::Request& request);
Task<http::Response> create_server(Rooms& rooms, http::Request& request);
Task<http::Response> show_server(Rooms& rooms, http::Request& request);
Task<http::Response> patch_server(Rooms& rooms, http::Request& request);
Task<http::Response> delete_server(Rooms& rooms, http::Request& request);
Task<http::Response> upgrade_server(Rooms& rooms, http::Request& request);

// running.cpp
Task<http::Response> start_server(Rooms& rooms, http::Request& request);
Task<http::Response> stop_server(Rooms& rooms, http::Request& request);
Task<http::Response> restart_server(Rooms& rooms, http::Request& request);
Task<http::Response> wait_for_server(Rooms& rooms, http::Request& request);

// health.cpp
Task<http::Response> show_health(Rooms& rooms, http::Request& request);
Task<http::Response> show_health_history(Rooms& rooms, http::Request& request);

// system_health.cpp
Task<http::Response> show_system_health(Rooms& rooms, http::Request& request);

// watching.cpp
Task<http::Response> show_why(Rooms& rooms, http::Request& request);
Task<http::Response> list_runs(Rooms& rooms, http::Request& request);

// stats.cpp
Task<http::Response> show_stats(Rooms& rooms, http::Request& request);
Task<http::Response> list_stats(Rooms& rooms, http::Request& request);

// usage.cpp
Task<http::Response> show_usage(Rooms& rooms, http::Request& request);
Task<http::Response> list_calls(Rooms& rooms, http::Request& request);
Task<http::Response> show_analytics(Rooms& rooms, http::Request& request);
Task<http::Response> show_outgoing(Rooms& rooms, http::Request& request);
Task<http::Response> add_analytics(Rooms& rooms, http::Request& request);

// logs.cpp
Task<http::Response> read_logs(Rooms& rooms, http::Request& request);
Task<http::Response> export_logs(Rooms& rooms, http::Request& request);

// use.cpp
Task<http::Response> list_tools(Rooms& rooms, http::Request& request);
Task<http::Response> list_prompts(Rooms& rooms, http::Request& request);
Task<http::Response> list_resources(Rooms& rooms, http::Request& request);
Task<http::Response> list_resource_templates(Rooms& rooms, http::Request& request);
Task<http::Response> call_tool(Rooms& rooms, http::Request& request);
Task<http::Response> get_prompt(Rooms& rooms, http::Request& request);
Task<http::Response> read_resource(Rooms& rooms, http::Request& request);
Task<http::Response> show_session(Rooms& rooms, http::Request& request);

// ai_clients.cpp
Task<http::Response> list_ai_clients(Rooms& rooms, http::Request& request);
Task<http::Response> import_ai_client(Rooms& rooms, http::Request& request);

// approval.cpp
Task<http::Response> verify_tools(Rooms& rooms, http::Request& request);
Task<http::Response> approve_tools(Rooms& rooms, http::Request& request);

// events.cpp
Task<http::Response> list_events(Rooms& rooms, http::Request& request);

// clients.cpp
Task<http::Response> list_clients(Rooms& rooms, http::Request& request);
Task<http::Response> disconnect_client(Rooms& rooms, http::Request& request);
// tokens.cpp
Task<http::Response> list_tokens(Rooms& rooms, http::Request& request);
Task<http::Response> create_token(Rooms& rooms, http::Request& request);
Task<http::Response> show_token(Rooms& rooms, http::Request& request);
Task<http::Response> patch_token(Rooms& rooms, http::Request& request);
Task<http::Response> revoke_token(Rooms& rooms, http::Request& request);

// signing_in.cpp
Task<http::Response> make_dashboard_link(Rooms& rooms, http::Request& request);
Task<http::Response> show_sign_in(Rooms& rooms, http::Request& request);
Task<http::Response> sign_in(Rooms& rooms, http::Request& request);
Task<http::Response> sign_out(Rooms& rooms, http::Request& request);
Task<http::Response> end_sign_ins(Rooms& rooms, http::Request& request);

// live.cpp
Task<http::Response> watch_live(Rooms& rooms, http::Request& request);

// profiles.cpp
Task<http::Response> list_profiles(Rooms& rooms, http::Request& request);
Task<http::Response> create_profile(Rooms& rooms, http::Request& request);
Task<http::Response> show_profile(Rooms& rooms, http::Request& request);
Task<http::Response> patch_profile(Rooms& rooms, http::Request& request);
Task<http::Response> delete_profile(Rooms& rooms, http::Request& request);

// metrics.cpp
Task<http::Response> show_metrics(Rooms& rooms, http::Request& request);

// templates.cpp
Task<http::Response> list_templates(Rooms& rooms, http::Request& request);
Task<http::Response> show_template(Rooms& rooms, http::Request& request);
Task<http::Response> validate_template(Rooms& rooms, http::Request& request);
Task<http::Response> deploy_template(Rooms& rooms, http::Request& request);

// registry.cpp
Task<http::Response> search_registries(Rooms& rooms, http::Request& request);
Task<http::Response> read_registry_entry(Rooms& rooms, http::Request& request);
Task<http::Response> deploy_registry_entry(Rooms& rooms, http::Request& request);

// secrets.cpp
Task<http::Response> list_secrets(Rooms& rooms, http::Request& request);
Task<http::Response> show_secret(Rooms& rooms, http::Request& request);
Task<http::Response> set_secret(Rooms& rooms, http::Request& request);
Task<http::Response> delete_secret(Rooms& rooms, http::Request& request);

// feedback.cpp
Task<http::Response> list_feedback(Rooms& rooms, http::Request& request);
Task<http::Response> send_feedback(Rooms& rooms, http::Request& request);
Task<http::Response> answer_feedback(Rooms& rooms, http::Request& request);
Task<http::Response> show_feedback_stats(Rooms& rooms, http::Request& request);

// crashes.cpp
Task<http::Response> list_crashes(Rooms& rooms, http::Request& request);
Task<http::Response> send_crash(Rooms& rooms, http::Request& request);

// notify.cpp
Task<http::Response> list_channels(Rooms& rooms, http::Request& request);
Task<http::Response> test_channels(Rooms& rooms, http::Request& request);

// trace.cpp
Task<http::Response> trace_server(Rooms& rooms, http::Request& request);

// agent.cpp
Task<http::Response> show_agent(Rooms& rooms, http::Request& request);
Task<http::Response> stop_agent(Rooms& rooms, http::Request& request);
Task<http::Response> restart_agent(Rooms& rooms, http::Request& request);
Task<http::Response> upgrade_agent(Rooms& rooms, http::Request& request);
Task<http::Response> show_openapi(Rooms& rooms, http::Request& request);
Task<http::Response> show_alive(Rooms& rooms, http::Request& request);
Task<http::Response> show_ready(Rooms& rooms, http::Request& request);

/// A row of the gateway's front (agent/front): what it reaches is the front's, not all rooms.
template <Task<http::Response> (*serve)(front::Front&, http::Request&)>
Task<http::Response> of_front(Rooms& rooms, http::Request& request) {
    return serve(rooms.front, request);
}

}  // namespace mcpm::api
