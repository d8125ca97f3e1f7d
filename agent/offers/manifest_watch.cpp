#include "agent/offers/manifest_watch.hpp"

#include "agent/async/notifier.hpp"
#include "agent/gateway/tool_approval.hpp"
#include "agent/mcp/session_record.hpp"
#include "agent/offers/manifest.hpp"
#include "common/json_scan.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mcpm {

namespace {

/// Some servers have a capability and not all of its methods; what they do not have is empty.
bool is_method_not_found(const Error& error) {
    return error.code == ErrorCode::wrong_state && mcp::member(error.details.json(), "code").text == "-32601";
}

/// By the server itself, however: a database that is away hides its resources, not the tools beside them.
bool is_answered(const Error& error) {
    return error.code == ErrorCode::wrong_state && mcp::member(error.details.json(), "code");
}

std::string version_of(const mcp::SessionFacts& facts) {
    return mcp::decode_string(mcp::member(facts.server_info, "version"));
}

}  // namespace

ManifestWatch::ManifestWatch(Loop& loop, mcp::Sessions& sessions, StateStore& store, Supervisor& supervisor,
                             const AgentLog& log, Duration settle_time)
    : sessions_(sessions),
      store_(store),
      supervisor_(supervisor),
      log_(log),
      settle_time_(settle_time),
      looked_(loop),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {}

Task<> ManifestWatch::load() {
    auto loaded = co_await store_.load_manifests();
    if (!loaded) {
        log_.warning(loaded.error().message);
        co_return;
    }
    for (auto& [server_id, manifest] : *loaded) {
        kept_.insert_or_assign(server_id, std::make_shared<const Manifest>(std::move(manifest)));
    }
    auto approvals = co_await store_.load_approvals();
    if (!approvals) {
        log_.warning(approvals.error().message);
        co_return;
    }
    for (auto& [server_id, approval] : *approvals) {
        approvals_.insert_or_assign(server_id, std::make_shared<const Approval>(std::move(approval)));
    }
}

std::shared_ptr<const Approval> ManifestWatch::approval(const std::string& server_id) const {
    const auto found = approvals_.find(server_id);
    return found == approvals_.end() ? nullptr : found->second;
}

/// What cannot be stored is not approved.
Task<Result<>> ManifestWatch::approve(std::string server_id, std::string tools) {
    Approval approval{std::move(tools), now_utc()};
    const auto saved = co_await store_.save_approval(server_id, approval);
    if (!saved) co_return saved.error();
    forget_removed();
    approvals_.insert_or_assign(server_id, std::make_shared<const Approval>(std::move(approval)));
    ++changes_;
    co_return Result<>();
}

std::shared_ptr<const Manifest> ManifestWatch::kept(const std::string& server_id) const {
    const auto found = kept_.find(server_id);
    return found == kept_.end() ? nullptr : found->second;
}

void ManifestWatch::look(const std::string& server_id, std::uint64_t run) {
    Looking& looking = looking_[server_id];
    looking.run = run;
    looking.has_failed = false;
    want(server_id, Due::at_once);
}

void ManifestWatch::on_notification(const std::string& server_id, std::string_view notification) {
    const std::string method = mcp::decode_string(mcp::member(notification, "method"));
    // Before the first look at a run there is nothing that could have changed.
    if (method.ends_with("/list_changed") && looking_.contains(server_id)) {
        want(server_id, Due::after_settling);
    }
}

void ManifestWatch::on_request(const std::string& server_id, const mcp::MessageScan& request) {
    if (decode_string(request.method) != "roots/list") return;
    const auto known = kept(server_id);
    if (!known || !mcp::read_facts_text(known->facts).asks_roots) look_again(server_id);
}

void ManifestWatch::look_again(const std::string& server_id) {
    if (looking_.contains(server_id)) want(server_id, Due::at_once);
}

Task<> ManifestWatch::looked_at(std::string server_id, Duration limit) {
    const auto end = Clock::now() + limit;
    for (;;) {
        const auto found = looking_.find(server_id);
        const bool is_due =
            found != looking_.end() && found->second.busy && found->second.looked_run != found->second.run;
        if (!is_due || Clock::now() >= end) co_return;
        co_await looked_.wait_for(end - Clock::now());
    }
}

void ManifestWatch::want(const std::string& server_id, Due due) {
    Looking& looking = looking_[server_id];
    looking.due = std::max(looking.due, due);
    if (std::exchange(looking.busy, true)) return;
    tasks_.spawn("compare the tools of " + server_id, look_while_due(server_id));
}

Task<> ManifestWatch::look_while_due(std::string server_id) {
    // The entry of the server stays as long as the server is defined: an entry that is busy is not erased.
    Looking& looking = looking_[server_id];
    struct Rest {
        bool& busy;
        ~Rest() { busy = false; }
    };
    const Rest rest{looking.busy};
    while (looking.due != Due::no) {
        const bool is_new_run = looking.due == Due::at_once;
        if (!is_new_run) co_await sleep_for(settle_time_);
        looking.due = Due::no;
        // A new run is looked at before it may sleep again; changed lists are no use of a server.
        const Lease lease = is_new_run ? supervisor_.hold(server_id) : Lease();
        const std::uint64_t run = looking.run;
        co_await look_and_compare(server_id, run);
        looking.looked_run = run;
        looked_.notify_all();
    }
}

Task<> ManifestWatch::look_and_compare(std::string server_id, std::uint64_t run) {
    auto now = co_await take(server_id);
    Looking& looking = looking_[server_id];
    const bool had_failed = std::exchange(looking.has_failed, !now.has_value());
    if (!now) {
        supervisor_.report_health(server_id, run, Health::unhealthy, now.error().message);
        co_return;
    }
    const auto before = kept(server_id);
    if (before) announce_difference(server_id, describe_difference(*before, *now));
    if (!before || before->digest != now->digest) {
        announce_unapproved(server_id, *now);
        announce_left_out(server_id, *now);
        co_await keep(server_id, std::move(*now));
    }
    if (had_failed || !is_checked_apart(server_id))
        supervisor_.report_health(server_id, run, Health::healthy, {});
}

bool ManifestWatch::is_checked_apart(const std::string& server_id) const {
    const auto server = supervisor_.find(server_id);
    if (!server) return false;
    const HealthKind kind = server->spec.health.kind;
    return kind == HealthKind::http || kind == HealthKind::tcp || kind == HealthKind::command;
}

Task<Result<Manifest>> ManifestWatch::take(std::string server_id) {
    Manifest manifest;
    const std::array<std::pair<const char*, std::string*>, 4> lists{
        {{"tools/list", &manifest.tools},
         {"prompts/list", &manifest.prompts},
         {"resources/list", &manifest.resources},
         {"resources/templates/list", &manifest.resource_templates}}};
    for (const auto& [method, place] : lists) {
        std::string name = method;
        auto list = co_await sessions_.list(server_id, std::move(name));
        if (list) {
            *place = std::move(*list);
        } else if (place == &manifest.tools ? !is_method_not_found(list.error())
                                            : !is_answered(list.error())) {
            co_return list.error();
        }
    }
    auto facts = sessions_.facts(server_id);
    if (!facts) {
        co_return Error{ErrorCode::unavailable, "look at what the server offers: its session has ended"};
    }
    // A server may ask for roots only in the middle of a call; one that did so once will do so again.
    const auto before = kept(server_id);
    if (before) {
        const auto known = mcp::read_facts_text(before->facts);
        facts->asks_roots |= known.asks_roots;
        facts->asks_roots_first |= known.asks_roots_first;
    }
    manifest.facts = mcp::facts_text(*facts);
    manifest.server_version = version_of(*facts);
    manifest.digest = digest_of(manifest);
    manifest.taken_at = now_utc();
    co_return manifest;
}

Task<> ManifestWatch::keep(std::string server_id, Manifest manifest) {
    forget_removed();
    if (!supervisor_.find(server_id)) co_return;
    kept_.insert_or_assign(server_id, std::make_shared<const Manifest>(manifest));
    ++changes_;
    const auto saved = co_await store_.save_manifest(server_id, std::move(manifest));
    if (!saved) log_.warning(saved.error().message);
}

void ManifestWatch::forget_removed() {
    std::erase_if(kept_, [this](const auto& entry) { return !supervisor_.find(entry.first); });
    std::erase_if(approvals_, [this](const auto& entry) { return !supervisor_.find(entry.first); });
    std::erase_if(looking_,
                  [this](const auto& entry) { return !entry.second.busy && !supervisor_.find(entry.first); });
}

void ManifestWatch::announce_difference(const std::string& server_id, const std::string& sentence) {
    if (sentence.empty()) return;
    announce(server_id, EventType::server_manifest_changed,
             "what it offers is not what it offered before: " + sentence);
}

void ManifestWatch::announce_unapproved(const std::string& server_id, const Manifest& now) {
    const auto approved = approval(server_id);
    if (!approved) return;
    const auto standings = gateway::compare_tools(approved->tools, now.tools);
    const std::string sentence = gateway::describe_standings(standings);
    if (sentence.empty()) return;
    announce(server_id, EventType::server_tools_changed,
             "its tools are not as they were approved: " + sentence);
}

void ManifestWatch::announce_left_out(const std::string& server_id, const Manifest& now) {
    std::string names;
    for (const auto& one : gateway::compare_tools("[]", now.tools)) {
        if (one.kind == gateway::ToolStanding::Kind::unlawful)
            names += (names.empty() ? "" : ", ") +
                     wire::Json(one.name).dump(-1, ' ', true, wire::Json::error_handler_t::replace);
    }
    if (names.empty()) return;
    announce(server_id, EventType::server_tools_left_out,
             "tools are left out, for their names are none: " + names);
}

void ManifestWatch::announce(const std::string& server_id, EventType type, std::string message) {
    const auto view = supervisor_.find(server_id);
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.server_id = server_id;
    if (view) event.server_name = view->spec.name;
    event.actor = "agent";
    event.message = std::move(message);
    supervisor_.add_event(std::move(event));
}

Task<> ManifestWatch::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
