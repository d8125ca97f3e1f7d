#include "agent/supervisor/server.hpp"

#include "agent/supervisor/past_ends.hpp"
#include "agent/supervisor/run_text.hpp"
#include "common/fields/event_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm {

Server::Server(ServerSurroundings& surroundings, StoredServer stored)
    : around_(surroundings),
      id_(std::move(stored.id)),
      spec_(std::make_shared<const ServerSpec>(std::move(stored.spec))),
      created_at_(stored.created_at),
      updated_at_(stored.updated_at),
      stored_desired_(stored.desired),
      last_run_(std::make_shared<std::uint64_t>(stored.last_run)),
      timer_(surroundings.loop),
      changed_(surroundings.loop) {
    life_.desired = stored.desired;
    record_.run = stored.last_run;
}

namespace {

ServerSpec own_spec(ServerSpec spec) {
    spec.restart.mode = RestartMode::never;
    spec.lazy = false;
    return spec;
}

}  // namespace

Server::Server(const Server& of, std::string owner, std::shared_ptr<OwnRunHooks> hooks)
    : around_(of.around_),
      id_(of.id_),
      spec_(std::make_shared<const ServerSpec>(own_spec(of.spec()))),
      created_at_(of.created_at_),
      updated_at_(of.updated_at_),
      last_run_(of.last_run_),
      owner_(owner.empty() ? "somebody" : std::move(owner)),
      own_hooks_(std::move(hooks)),
      timer_(around_.loop),
      changed_(around_.loop) {}

// ---- looking ----

std::optional<Error> Server::last_error() const {
    return last_error_ ? std::optional<Error>(*last_error_) : std::nullopt;
}

bool Server::is_at_rest() const {
    return life_.presence == Presence::none &&
           (life_.state == ServerState::stopped || life_.state == ServerState::failed);
}

ServerView Server::view() const {
    ServerOutline known = outline();
    return {std::move(known.id), *spec_, std::move(known.status), created_at_, updated_at_};
}

ServerOutline Server::outline() const {
    ServerOutline view{id_, spec_, {}, created_at_, updated_at_};
    ServerStatus& status = view.status;
    status.state = life_.state;
    status.desired = life_.desired;
    status.reason = life_.reason;
    status.last_error = last_error();
    if (is_outdated_ && life_.state == ServerState::running && status.reason == Reason::none)
        status.reason = Reason::restart_pending;
    if (life_.presence == Presence::alive && !out_of_touch_.empty()) {
        status.reason = Reason::engine_lost;
        status.last_error = Error{ErrorCode::unavailable, out_of_touch_, StartStage::running};
    }
    status.run = record_.run;
    status.restart_count = life_.restarts;
    status.last_exit = last_exit_;
    status.health = status.reason == Reason::engine_lost ? Health::unknown : health_;
    if (life_.presence == Presence::alive && instance_) {
        status.pid = instance_->pid();
        status.started_at = record_.started_at;
    }
    if (life_.state == ServerState::waiting && life_.timer) {
        status.next_retry_at = now_utc() + std::chrono::duration_cast<Duration>(*life_.timer - Clock::now());
    }
    for (const auto& own : own_runs_) {
        if (own->life_.presence != Presence::alive || !own->instance_) continue;
        status.own_runs.push_back(
            {own->record_.run, own->instance_->pid(), own->owner_, own->record_.started_at});
    }
    return view;
}

StoredServer Server::stored() const {
    return {id_, *spec_, life_.desired, created_at_, updated_at_, *last_run_};
}

// ---- changing ----

void Server::set_spec(ServerSpec spec, Timestamp updated_at) {
    spec_ = std::make_shared<const ServerSpec>(std::move(spec));
    updated_at_ = updated_at;
    compare_definitions();
    feed(InputKind::redefined, "agent");
    changed_.notify_all();
}

void Server::compare_definitions() {
    is_outdated_ = launched_mark_ != 0 && launched_mark_ != start_mark(*spec_);
}

Lease Server::hold() {
    if (users_++ == 0) feed(InputKind::held, "agent");
    return Lease(weak_from_this());
}

void Server::release() {
    if (--users_ == 0) feed(InputKind::released, "agent");
}

void Lease::end() {
    const auto server = std::exchange(server_, {}).lock();
    if (server) server->release();
}

void Server::feed(InputKind kind, std::string_view actor) {
    Input input;
    input.kind = kind;
    feed(std::move(input), actor);
}

void Server::feed(Input input, std::string_view actor) {
    if (frozen_) return;
    struct FeedEnd {
        std::vector<Letter>& inbox;
        bool& feeding;
        ~FeedEnd() {
            inbox = {};
            feeding = false;
        }
    };
    // What an action causes at once (a hook that reports ready) is decided after the action's own input.
    inbox_.push_back({std::move(input), std::string(actor)});
    if (feeding_) return;
    feeding_ = true;
    const FeedEnd end{inbox_, feeding_};
    for (std::size_t next = 0; next < inbox_.size(); ++next) {
        const Letter letter = std::move(inbox_[next]);
        apply(letter.input, letter.actor);
    }
}

double Server::chance() {
    return std::uniform_real_distribution<double>(0.0, 1.0)(around_.random);
}

void Server::apply(Input input, std::string_view actor) {
    const ServerState before = life_.state;
    const Reason reason_before = life_.reason;
    const std::uint64_t restarts_before = life_.restarts;
    input.chance = chance();
    if (input.kind == InputKind::exited || input.kind == InputKind::not_ready)
        input.era_asked = std::exchange(era_asked_, false);
    const Actions actions = decide(life_, input, policy(), around_.timing, Clock::now());
    arm();
    // What was known about the health of a process ends with it.
    if (life_.presence != Presence::alive) {
        health_ = Health::unknown;
        out_of_touch_.clear();
    }
    if (life_.state == ServerState::running && before != ServerState::running) note_running();
    if (life_.state != before || life_.reason != reason_before || life_.restarts != restarts_before) {
        announce_change(before, reason_before, actor);
        announce_sleep(before, reason_before, input.kind, actor);
    }
    if (is_at_rest()) leases_.clear();
    for (const Action action : actions) perform(action, actor);
    changed_.notify_all();
}

void Server::perform(Action action, std::string_view actor) {
    switch (action) {
        case Action::launch:
            around_.tasks.spawn("launch", launch(shared_from_this()));
            return;
        case Action::clean_up:
            around_.tasks.spawn("clean up", clean_up(shared_from_this()));
            return;
        case Action::close_input:
            if (attached_) tell_input_closing();
            instance_->pipes().input.reset();
            instance_->close_input();
            return;
        case Action::terminate:
            instance_->terminate();
            return;
        case Action::kill:
            instance_->kill();
            return;
        case Action::announce_crash_loop:
            announce(EventType::server_crash_loop, actor,
                     in_quotes(spec_->name) + " is in a crash loop: it " +
                         (last_exit_ ? describe(*last_exit_) : std::string("ended")) + " again and again");
            return;
    }
}

void Server::arm() {
    if (armed_ == life_.timer) return;
    armed_ = life_.timer;
    if (!armed_) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(*armed_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& failed) {
        if (failed) return;
        // A timer that fired while it was being re-armed is harmless: the table looks at the time.
        if (const auto self = weak.lock()) self->feed(InputKind::deadline, "agent");
    });
}

void Server::announce_change(ServerState before, Reason reason_before, std::string_view actor) {
    if (is_own()) return;  // its start and its end are told, and the server's status is another matter
    // Cleaning up after a crash takes a moment that nobody asked to be told about; its outcome follows.
    const bool cleaning = life_.state == ServerState::stopping && life_.presence == Presence::ended;
    if (cleaning && life_.reason == reason_before) return;
    wire::Json detail;
    detail[fields::event::status] = wire_name(life_.state);
    detail[fields::event::from] = wire_name(before);
    std::string message = in_quotes(spec_->name) + " is " + std::string(wire_name(life_.state));
    if (life_.state == ServerState::waiting) message = in_quotes(spec_->name) + " waits to be started again";
    if (life_.reason != Reason::none) {
        detail[fields::event::reason] = text_of(life_.reason);
        message += " (" + std::string(text_of(life_.reason)) + ")";
    }
    announce(EventType::server_status, actor, std::move(message), detail.dump());
}

void Server::announce_sleep(ServerState before, Reason reason_before, InputKind input,
                            std::string_view actor) {
    if (life_.reason == Reason::asleep && reason_before != Reason::asleep) {
        announce(EventType::server_asleep, actor, in_quotes(spec_->name) + " sleeps until the first request");
    } else if (input == InputKind::wake && life_.state == ServerState::starting && before != life_.state) {
        announce(EventType::server_woken, actor, in_quotes(spec_->name) + " was woken");
    }
}

void Server::announce(EventType type, std::string_view actor, std::string message, std::string detail) {
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.server_id = id_;
    event.server_name = spec_->name;
    event.actor = actor;
    event.message = std::move(message);
    event.detail = std::move(detail);
    around_.journal.add_event(std::move(event));
}

LifecyclePolicy Server::policy() const {
    LifecyclePolicy policy = policy_of(*spec_);
    // Its owner opens the session, and knows best what to do when none comes about.
    if (is_own()) policy.readiness = LifecyclePolicy::Readiness::at_once;
    return policy;
}

void Server::note(std::string_view text) {
    if (is_own()) {
        around_.logs.note(id_, text, record_.run);
    } else {
        around_.logs.note(id_, text);
    }
}

/// What a server said may be part of it.
Error Server::without_hidden(Error error) const {
    const auto clean = [this](std::string text) { return around_.logs.without_hidden(id_, std::move(text)); };
    error.message = clean(std::move(error.message));
    error.details.change_texts(clean);
    error.hint = clean(std::move(error.hint));
    return error;
}

void Server::add_own_run(std::shared_ptr<Server> own) {
    own_runs_.push_back(std::move(own));
    changed_.notify_all();
}

void Server::remove_own_run(const std::shared_ptr<Server>& own) {
    std::erase(own_runs_, own);
    changed_.notify_all();
}

void Server::note_running() {
    era_asked_ = false;
    ++times_ready_;
    last_error_.reset();
    if (!record_.ready_at) {
        record_.ready_at = now_utc();
        around_.journal.save_run(id_, record_);
    }
}

void Server::freeze() {
    frozen_ = true;
    timer_.cancel();
    armed_.reset();
    changed_.notify_all();
}

void Server::set_underway(RunFacts::Underway what) {
    if (instance_) instance_->facts().set_underway(what);
}

void Server::recall(const std::vector<RunRecord>& runs, Timestamp now) {
    std::vector<PastEnd> ends;
    for (const RunRecord& run : runs) {
        if (auto end = past_end_of(run, now)) ends.push_back(*end);
    }
    mcpm::recall(life_, ends, policy(), around_.timing, Clock::now());
}

// ---- reports ----

void Server::report_ready(std::uint64_t run) {
    if (run == record_.run) feed(InputKind::ready, "agent");
}

void Server::report_era_asked() {
    era_asked_ = life_.state == ServerState::starting && life_.presence == Presence::alive;
}

void Server::report_not_ready(std::uint64_t run, Error why) {
    if (run != record_.run || life_.presence != Presence::alive) return;
    // Of a process, its time is up in a moment: the lifecycle ends it, with these words.
    const bool is_late = why.code == ErrorCode::timed_out && spec_->type == ServerType::process;
    not_ready_error_ = std::make_unique<Error>(without_hidden(std::move(why)));
    if (!is_late) feed(InputKind::not_ready, "agent");
}

void Server::report_touch(std::uint64_t run, std::string why) {
    if (run != record_.run || life_.presence != Presence::alive || out_of_touch_ == why) return;
    const bool was_lost = std::exchange(out_of_touch_, std::move(why)).empty();
    const bool is_lost = !out_of_touch_.empty();
    if (was_lost != is_lost) {
        wire::Json detail;
        detail[fields::event::status] = is_lost ? std::string_view("unknown") : wire_name(life_.state);
        if (is_lost) detail[fields::event::reason] = text_of(Reason::engine_lost);
        const std::string name = in_quotes(spec_->name);
        const std::string text =
            is_lost ? "nobody knows how " + name + " is: " + out_of_touch_
                    : "how " + name + " is, is known again: " + std::string(wire_name(life_.state));
        note(text);
        announce(EventType::server_status, "agent", text, detail.dump());
    }
    changed_.notify_all();
}

void Server::report_health(std::uint64_t run, Health health, std::string why) {
    if (run != record_.run || life_.presence != Presence::alive) return;
    if (health_ != health) {
        health_ = health;
        std::string message = in_quotes(spec_->name) + " is " + std::string(wire_name(health));
        if (!why.empty()) message += ": " + why;
        const wire::Json detail{{fields::event::health, wire_name(health)}};
        announce(EventType::server_health, "agent", std::move(message), detail.dump());
        changed_.notify_all();
    }
    if (health == Health::unhealthy) feed(InputKind::unhealthy, "policy");
}

}  // namespace mcpm
