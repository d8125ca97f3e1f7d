#include "agent/sharing/gateway_desk.hpp"

#include "agent/gateway/tool_approval.hpp"
#include "agent/mcp/session_record.hpp"
#include "agent/sharing/attachment.hpp"
#include "common/event_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mcpm {

namespace {

void set_place(gateway::Target& target, const ServerSpec& spec) {
    target.speaks_http = spec.type == ServerType::remote || spec.transport == Transport::http ||
                         spec.transport == Transport::sse;
    auto place = place_of(spec);
    target.host = std::move(place.host);
    target.port = place.port;
}

}  // namespace

GatewayDesk::GatewayDesk(Loop& loop, Supervisor& supervisor, ManifestWatch& manifests,
                         mcp::Sessions& sessions, LogStore& logs, FindProfile find_profile,
                         const AgentLog& log, gateway::GatewayLimits limits)
    : supervisor_(supervisor),
      manifests_(manifests),
      sessions_(sessions),
      logs_(logs),
      find_profile_(std::move(find_profile)),
      own_changed_(loop),
      sessions_changed_(loop),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }),
      gateway_(loop, sessions, *this, limits) {}

std::vector<gateway::Target> GatewayDesk::servers() {
    std::vector<gateway::Target> targets;
    for (const auto& server : supervisor_.list()) {
        if (!server.spec.enabled || server.spec.transport == Transport::none) continue;
        gateway::Target target;
        target.id = server.id;
        target.name = server.spec.name;
        target.sharing = server.spec.sharing;
        target.tools = rules_of(server);
        if (server.spec.tools.hold) target.approved = approved_of(server.id);
        target.is_lazy = server.spec.lazy;
        target.wants_folder = wants_client_folder(server.spec);
        set_place(target, server.spec);
        targets.push_back(std::move(target));
    }
    std::sort(targets.begin(), targets.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return targets;
}

/// Of a server whose unapproved tools are held back, nothing is offered before its tools were looked at once.
ToolRules GatewayDesk::rules_of(const ServerView& server) const {
    if (!server.spec.tools.hold) return server.spec.tools;
    const auto approved = manifests_.approval(server.id);
    const auto now = manifests_.kept(server.id);
    return gateway::held_back(server.spec.tools, approved ? approved->tools : "[]", now ? now->tools : "[]");
}

std::shared_ptr<const std::string> GatewayDesk::approved_of(const std::string& server_id) const {
    const auto approval = manifests_.approval(server_id);
    if (!approval) return std::make_shared<const std::string>("[]");
    return {approval, &approval->tools};
}

gateway::KeptPtr GatewayDesk::kept(const std::string& server_id) {
    auto manifest = manifests_.kept(server_id);
    if (!manifest) return nullptr;
    auto& entry = kept_[server_id];
    if (entry.first == manifest) return entry.second;
    auto kept = std::make_shared<gateway::Kept>();
    kept->facts = mcp::read_facts_text(manifest->facts);
    kept->tools = manifest->tools;
    kept->prompts = manifest->prompts;
    kept->resources = manifest->resources;
    kept->resource_templates = manifest->resource_templates;
    kept->digest = manifest->digest;
    entry = {std::move(manifest), std::move(kept)};
    return entry.second;
}

std::uint64_t GatewayDesk::servers_version() {
    return supervisor_.definitions() + manifests_.changes();
}

bool GatewayDesk::is_defined(const std::string& server_id) {
    return supervisor_.find(server_id).has_value();
}

/// Of a server's own run; one of a client's own is not known by its session's key.
std::uint64_t GatewayDesk::run_of(const std::string& key) {
    const auto server = supervisor_.find(key);
    return server ? server->status.run : 0;
}

bool GatewayDesk::is_up(const std::string& server_id) {
    const auto server = supervisor_.find(server_id);
    return server && server->spec.enabled && server->status.desired == Desired::up;
}

std::optional<std::vector<gateway::Choice>> GatewayDesk::profile(const std::string& name) {
    const auto profile = find_profile_(name);
    if (!profile) return std::nullopt;
    std::vector<gateway::Choice> choices;
    for (const auto& chosen : profile->servers) {
        choices.push_back(gateway::Choice{chosen.server, ToolRules{chosen.allow, chosen.deny, {}}});
    }
    return choices;
}

std::string GatewayDesk::instructions_of(const std::string& profile) {
    const auto found = find_profile_(profile);
    return found ? found->instructions : std::string();
}

std::shared_ptr<void> GatewayDesk::hold(const std::string& server_id) {
    return std::make_shared<Lease>(supervisor_.hold(server_id));
}

void GatewayDesk::look_again(const std::string& server_id) {
    sessions_.forget_lists(server_id);
    manifests_.look_again(server_id);
}

void GatewayDesk::sessions_changed() {
    sessions_changed_.notify_all();
}

void GatewayDesk::orphan(const std::string& server_id, std::string_view text) {
    logs_.append(server_id, LogStream::standard_output, text);
}

Task<Result<>> GatewayDesk::wake(std::string server_id) {
    const auto awake = co_await supervisor_.wake(std::move(server_id), "gateway");
    if (!awake) co_return awake.error();
    co_return Result<>{};
}

// --- processes of one client's own ---

OwnRunHooks GatewayDesk::own_hooks(const std::string& key) {
    OwnRunHooks hooks;
    hooks.input_closing = [this, key] {
        if (const auto own = own_.find(key); own != own_.end() && own->second.instance) {
            sessions_.close_input(key, own->second.instance->run());
        }
    };
    hooks.exited = [this, key](const Exit& exit) {
        const Error why = session_end(exit, "the client's own process");
        if (const auto own = own_.find(key); own != own_.end()) {
            own->second.failed = why;
            if (own->second.instance) sessions_.detach(key, own->second.instance->run(), why);
        }
        gateway_.session_ended(key);
        own_changed_.notify_all();
    };
    return hooks;
}

void GatewayDesk::end_own(const std::string& key) {
    folders_.erase(key);
    end_own(key, Error{ErrorCode::cancelled, "its client is gone"});
}

void GatewayDesk::tell_folder(const std::string& key, const ClientFolder& folder) {
    folders_[key] = folder;
}

/// The process is stopped in the background.
void GatewayDesk::end_own(std::string key, const Error& why) {
    const auto own = own_.find(key);
    if (own == own_.end()) return;
    if (own->second.instance) sessions_.detach(key, own->second.instance->run(), why);
    own_.erase(own);
}

void GatewayDesk::own_failed(const std::string& key, Error why) {
    if (const auto own = own_.find(key); own != own_.end()) own->second.failed = std::move(why);
    own_changed_.notify_all();
}

/// One that ended when it was asked for its protocol era is started again and not asked.
Task<Result<>> GatewayDesk::start_own(std::string server_id, std::string key, std::string owner,
                                      std::string capabilities) {
    auto opened = co_await open_own(server_id, key, owner, capabilities);
    if (opened || !own_.contains(key)) co_return opened;
    const auto known = sessions_.hint(key);
    end_own(key, opened.error());
    if (known == sessions_.hint(key)) co_return opened;
    co_return co_await open_own(std::move(server_id), std::move(key), std::move(owner),
                                std::move(capabilities));
}

Task<Result<>> GatewayDesk::open_own(std::string server_id, std::string key, std::string owner,
                                     std::string capabilities) {
    const auto server = supervisor_.find(server_id);
    if (!server) co_return server.error();
    own_[key];
    const auto told = folders_.find(key);
    ClientFolder folder = told == folders_.end() ? ClientFolder{} : told->second;
    auto launched =
        co_await supervisor_.launch_own(server_id, std::move(owner), own_hooks(key), std::move(folder));
    if (!launched) {
        own_.erase(key);
        co_return launched.error();
    }
    if (!own_.contains(key)) co_return Error{ErrorCode::cancelled, "its client is gone"};
    mcp::Attachment attachment;
    attachment.server_id = key;
    attachment.server_name = server->spec.name;
    attachment.run = (*launched)->run();
    attachment.input = std::move((*launched)->pipes().input);
    attachment.output = std::move((*launched)->pipes().output);
    attachment.facts = &(*launched)->facts();
    attachment.client_capabilities = std::move(capabilities);
    attachment.start_timeout = server->spec.start_timeout;
    attachment.hint = sessions_.hint(server_id);
    own_[key].instance = std::move(*launched);
    sessions_.attach(std::move(attachment));
    for (;;) {
        if (sessions_.open_facts(key) != nullptr) co_return Result<>{};
        const auto own = own_.find(key);
        if (own == own_.end()) co_return Error{ErrorCode::cancelled, "its client is gone"};
        if (own->second.failed) {
            const Error why = *own->second.failed;
            co_return why;
        }
        co_await own_changed_.wait();
    }
}

void GatewayDesk::start() {
    tasks_.spawn("follow events for the gateway", follow_events());
}

/// Any of them may be a server that came, went or is another one now.
Task<> GatewayDesk::follow_events() {
    std::uint64_t cursor = supervisor_.events().end();
    for (;;) {
        co_await supervisor_.events().wait(cursor);
        const auto batch = supervisor_.events().read(cursor, 256);
        cursor = batch.next;
        const bool concerns =
            batch.missed > 0 || std::any_of(batch.items.begin(), batch.items.end(),
                                            [](const Event& event) { return is_of_a_server(event.type); });
        if (concerns) gateway_.servers_changed();
    }
}

void GatewayDesk::forget_server(const std::string& server_id) {
    kept_.erase(server_id);
    gateway_.usage().forget(server_id);
}

Task<> GatewayDesk::close() {
    tasks_.cancel_all();
    co_await gateway_.close();
    while (!own_.empty()) end_own(own_.begin()->first, Error{ErrorCode::cancelled, "the agent is stopping"});
    own_changed_.notify_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
