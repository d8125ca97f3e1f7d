#include "agent/sharing/session_links.hpp"

#include <utility>

namespace mcpm {

void SessionLinks::join(mcp::Sessions& sessions, Supervisor& supervisor, Attachments& attachments,
                        ManifestWatch& offers, GatewayDesk& gateway) {
    sessions_ = &sessions;
    supervisor_ = &supervisor;
    attachments_ = &attachments;
    offers_ = &offers;
    gateway_ = &gateway;
}

void SessionLinks::ready(const std::string& server_id, std::uint64_t run) {
    if (gateway::is_own_key(server_id)) {
        gateway_->own_opened();
    } else {
        supervisor_->report_ready(server_id, run);
        offers_->look(server_id, run);
    }
    gateway_->gateway().session_opened(server_id);
}

void SessionLinks::failed(const std::string& server_id, std::uint64_t run, Error why) {
    if (gateway::is_own_key(server_id)) return gateway_->own_failed(server_id, std::move(why));
    logs_.note(server_id, why.message);
    supervisor_->report_not_ready(server_id, run, std::move(why));
}

void SessionLinks::notified(const std::string& server_id, std::string_view notification) {
    if (!gateway::is_own_key(server_id)) offers_->on_notification(server_id, notification);
    gateway_->gateway().on_notification(server_id, notification);
}

mcp::Callbacks SessionLinks::callbacks() {
    mcp::Callbacks callbacks;
    callbacks.ready = [this](const std::string& server_id, std::uint64_t run) { ready(server_id, run); };
    callbacks.reopened = [this](const std::string& server_id) {
        gateway_->gateway().session_opened(server_id);
    };
    callbacks.requested = [this](const std::string& server_id, const mcp::MessageScan& request) {
        if (!gateway::is_own_key(server_id)) offers_->on_request(server_id, request);
        return gateway_->gateway().on_request(server_id, request);
    };
    callbacks.failed = [this](const std::string& server_id, std::uint64_t run, Error why) {
        failed(server_id, run, std::move(why));
    };
    callbacks.noise = [this](const std::string& server_id, std::string_view line) {
        logs_.append(gateway::server_of(server_id), LogStream::standard_output, line);
    };
    callbacks.notified = [this](const std::string& server_id, std::string_view notification) {
        notified(server_id, notification);
    };
    callbacks.learned = [this](const std::string& server_id, mcp::EraHint) {
        if (!gateway::is_own_key(server_id)) supervisor_->report_era_asked(server_id);
    };
    return callbacks;
}

void SessionLinks::take_part(SupervisorHooks& hooks) {
    hooks.attached = [this](const std::string& server_id, const ServerSpec& spec, Instance& instance,
                            bool resumed) { attachments_->attach(server_id, spec, instance, resumed); };
    hooks.input_closing = [this](const std::string& server_id, std::uint64_t run) {
        sessions_->close_input(server_id, run);
    };
    hooks.detached = [this](const std::string& server_id, std::uint64_t run, const Exit& exit) {
        attachments_->detach(server_id, run, exit);
        gateway_->gateway().session_ended(server_id);
    };
}

}  // namespace mcpm
