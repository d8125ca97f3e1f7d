#include "agent/supervisor/server.hpp"

#include "agent/supervisor/own_process.hpp"
#include "agent/supervisor/run_text.hpp"
#include "common/enum_names.hpp"
#include "common/fields/event_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm {

namespace {

/// The life of a server at the agent's start: at rest.
Life life_of(const StoredServer& stored) {
    Life life;
    life.desired = stored.desired;
    return life;
}

}  // namespace

Server::Server(RunGround& ground, StoredServer stored)
    : hooks_(ground.hooks),
      spec_(std::make_shared<const ServerSpec>(std::move(stored.spec))),
      created_at_(stored.created_at),
      updated_at_(stored.updated_at),
      stored_desired_(stored.desired),
      run_(ground, *this, {stored.id, std::make_shared<std::uint64_t>(stored.last_run)}, life_of(stored)) {}

// ---- looking ----

ServerView Server::view() const {
    ServerOutline known = outline();
    return {std::move(known.id), *spec_, std::move(known.status), created_at_, updated_at_};
}

ServerOutline Server::outline() const {
    ServerOutline view{id(), spec_, run_.status(), created_at_, updated_at_};
    ServerStatus& status = view.status;
    status.health = health_;
    if (is_outdated_ && state() == ServerState::running && status.reason == Reason::none)
        status.reason = Reason::restart_pending;
    if (run_.is_alive() && !out_of_touch_.empty()) {
        status.reason = Reason::engine_lost;
        status.last_error = Error{ErrorCode::unavailable, out_of_touch_, StartStage::running};
        status.health = Health::unknown;
    }
    for (const auto& own : own_runs_) {
        if (own->run().is_alive() && own->run().instance() != nullptr)
            status.own_runs.push_back(own->status());
    }
    return view;
}

StoredServer Server::stored() const {
    return {id(), *spec_, life().desired, created_at_, updated_at_, *run_.last_number()};
}

// ---- changing ----

void Server::set_spec(ServerSpec spec, Timestamp updated_at) {
    spec_ = std::make_shared<const ServerSpec>(std::move(spec));
    updated_at_ = updated_at;
    compare_definitions();
    feed(InputKind::redefined, "agent");
    changed().notify_all();
}

void Server::compare_definitions() {
    compared_ = run_.definition();
    is_outdated_ = compared_ != 0 && compared_ != start_mark(*spec_);
}

Lease Server::hold() {
    if (users_++ == 0) feed(InputKind::held, "agent");
    return Lease(std::static_pointer_cast<Server>(shared_from_this()));
}

void Server::release() {
    if (--users_ == 0) feed(InputKind::released, "agent");
}

void Lease::end() {
    const auto server = std::exchange(server_, {}).lock();
    if (server) server->release();
}

void Server::adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record) {
    run_.adopt(std::move(instance), std::move(record));
    if (run_.instance() != nullptr) report_touch(run_.number(), run_.instance()->out_of_touch());
}

// ---- what its run asks and tells ----

LifecyclePolicy Server::policy() const {
    return policy_of(*spec_);
}

RunHolder::Output Server::attached(Instance& instance, bool resumed) {
    if (hooks_.attached) hooks_.attached(id(), *spec_, instance, resumed);
    return Output::logged;
}

void Server::input_closing(std::uint64_t run) {
    if (hooks_.input_closing) hooks_.input_closing(id(), run);
}

void Server::exited(std::uint64_t run, const Exit& exit) {
    if (hooks_.detached) hooks_.detached(id(), run, exit);
}

void Server::changed(const LifeChange& before) {
    // What was known about the health of a process ends with it.
    if (!run_.is_alive()) {
        health_ = Health::unknown;
        out_of_touch_.clear();
    }
    if (run_.definition() != compared_) compare_definitions();
    const Life& now = life();
    if (now.state == before.state && now.reason == before.reason && now.restarts == before.restarts) return;
    announce_change(before);
    announce_sleep(before);
}

void Server::announce_change(const LifeChange& before) {
    // Cleaning up after a crash takes a moment that nobody asked to be told about; its outcome follows.
    const bool cleaning = life().state == ServerState::stopping && life().presence == Presence::ended;
    if (cleaning && life().reason == before.reason) return;
    wire::Json detail;
    detail[fields::event::status] = wire_name(life().state);
    detail[fields::event::from] = wire_name(before.state);
    std::string message = in_quotes(spec_->name) + " is " + std::string(wire_name(life().state));
    if (life().state == ServerState::waiting) message = in_quotes(spec_->name) + " waits to be started again";
    if (life().reason != Reason::none) {
        detail[fields::event::reason] = text_of(life().reason);
        message += " (" + std::string(text_of(life().reason)) + ")";
    }
    announce(EventType::server_status, before.actor, std::move(message), detail.dump());
}

void Server::announce_sleep(const LifeChange& before) {
    if (life().reason == Reason::asleep && before.reason != Reason::asleep) {
        announce(EventType::server_asleep, before.actor,
                 in_quotes(spec_->name) + " sleeps until the first request");
    } else if (before.input == InputKind::wake && life().state == ServerState::starting &&
               before.state != life().state) {
        announce(EventType::server_woken, before.actor, in_quotes(spec_->name) + " was woken");
    }
}

void Server::add_own_run(std::shared_ptr<OwnProcess> own) {
    own_runs_.push_back(std::move(own));
    changed().notify_all();
}

void Server::remove_own_run(const std::shared_ptr<OwnProcess>& own) {
    std::erase(own_runs_, own);
    changed().notify_all();
}

// ---- reports ----

void Server::report_touch(std::uint64_t run, std::string why) {
    if (run != run_.number() || !run_.is_alive() || out_of_touch_ == why) return;
    const bool was_lost = std::exchange(out_of_touch_, std::move(why)).empty();
    const bool is_lost = !out_of_touch_.empty();
    if (was_lost != is_lost) {
        wire::Json detail;
        detail[fields::event::status] = name_of(is_lost ? ShownStatus::unknown : shown_status(life().state));
        if (is_lost) detail[fields::event::reason] = text_of(Reason::engine_lost);
        const std::string name = in_quotes(spec_->name);
        const std::string text =
            is_lost ? "nobody knows how " + name + " is: " + out_of_touch_
                    : "how " + name + " is, is known again: " + std::string(wire_name(life().state));
        run_.note(text);
        announce(EventType::server_status, "agent", text, detail.dump());
    }
    changed().notify_all();
}

void Server::report_health(std::uint64_t run, Health health, std::string why) {
    if (run != run_.number() || !run_.is_alive()) return;
    if (health_ != health) {
        health_ = health;
        std::string message = in_quotes(spec_->name) + " is " + std::string(wire_name(health));
        if (!why.empty()) message += ": " + why;
        const wire::Json detail{{fields::event::health, wire_name(health)}};
        announce(EventType::server_health, "agent", std::move(message), detail.dump());
        changed().notify_all();
    }
    if (health == Health::unhealthy) feed(InputKind::unhealthy, "policy");
}

}  // namespace mcpm
