#include "agent/supervisor/run.hpp"

#include "agent/supervisor/past_ends.hpp"
#include "agent/supervisor/run_text.hpp"
#include "common/units.hpp"

namespace mcpm {

Run::Run(RunGround& ground, RunHolder& holder, Identity identity, Life life)
    : ground_(ground),
      holder_(holder),
      identity_(std::move(identity)),
      life_(std::move(life)),
      timer_(ground.loop),
      changed_(ground.loop) {
    if (!is_own()) record_.run = *identity_.last_run;
}

// ---- looking ----

std::optional<Error> Run::last_error() const {
    return last_error_ ? std::optional<Error>(*last_error_) : std::nullopt;
}

bool Run::is_at_rest() const {
    return life_.presence == Presence::none &&
           (life_.state == ServerState::stopped || life_.state == ServerState::failed);
}

ServerStatus Run::status() const {
    ServerStatus status;
    status.state = life_.state;
    status.desired = life_.desired;
    status.reason = life_.reason;
    status.last_error = last_error();
    status.run = record_.run;
    status.restart_count = life_.restarts;
    status.last_exit = last_exit_;
    if (is_alive() && instance_) {
        status.pid = instance_->pid();
        status.started_at = record_.started_at;
    }
    if (life_.state == ServerState::waiting && life_.timer) {
        status.next_retry_at = now_utc() + std::chrono::duration_cast<Duration>(*life_.timer - Clock::now());
    }
    return status;
}

// ---- changing ----

void Run::feed(InputKind kind, std::string_view actor) {
    Input input;
    input.kind = kind;
    feed(std::move(input), actor);
}

void Run::feed(Input input, std::string_view actor) {
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

double Run::chance() {
    return std::uniform_real_distribution<double>(0.0, 1.0)(ground_.random);
}

void Run::apply(Input input, std::string_view actor) {
    const LifeChange before{life_.state, life_.reason, life_.restarts, input.kind, actor};
    input.chance = chance();
    if (input.kind == InputKind::exited || input.kind == InputKind::not_ready)
        input.era_asked = std::exchange(era_asked_, false);
    const Actions actions = decide(life_, input, holder_.policy(), ground_.timing, Clock::now());
    arm();
    if (life_.state == ServerState::running && before.state != ServerState::running) note_running();
    holder_.changed(before);
    if (is_at_rest()) leases_.clear();
    for (const Action action : actions) perform(action, actor);
    changed_.notify_all();
}

void Run::perform(Action action, std::string_view actor) {
    switch (action) {
        case Action::launch:
            ground_.tasks.spawn("launch", launch(holder_.shared_from_this()));
            return;
        case Action::clean_up:
            ground_.tasks.spawn("clean up", clean_up(holder_.shared_from_this()));
            return;
        case Action::close_input:
            if (attached_) holder_.input_closing(record_.run);
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
                     in_quotes(spec().name) + " is in a crash loop: it " +
                         (last_exit_ ? describe(*last_exit_) : std::string("ended")) + " again and again");
            return;
    }
}

void Run::arm() {
    if (armed_ == life_.timer) return;
    armed_ = life_.timer;
    if (!armed_) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(*armed_);
    timer_.async_wait([this, weak = holder_.weak_from_this()](const boost::system::error_code& failed) {
        if (failed) return;
        // A timer that fired while it was being re-armed is harmless: the table looks at the time.
        if (const auto holder = weak.lock()) feed(InputKind::deadline, "agent");
    });
}

void Run::note_running() {
    era_asked_ = false;
    ++times_ready_;
    last_error_.reset();
    if (!record_.ready_at) {
        record_.ready_at = now_utc();
        ground_.journal.save_run(identity_.server_id, record_);
    }
}

void Run::announce(EventType type, std::string_view actor, std::string message, std::string detail) {
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.server_id = identity_.server_id;
    event.server_name = spec().name;
    event.actor = actor;
    event.message = std::move(message);
    event.detail = std::move(detail);
    ground_.journal.add_event(std::move(event));
}

void Run::note(std::string_view text) {
    ground_.logs.note(identity_.server_id, text, is_own() ? record_.run : 0);
}

/// What a server said may be part of an error.
Error Run::without_hidden(Error error) const {
    const auto clean = [this](std::string text) {
        return ground_.logs.without_hidden(identity_.server_id, std::move(text));
    };
    error.message = clean(std::move(error.message));
    error.details.change_texts(clean);
    error.hint = clean(std::move(error.hint));
    return error;
}

void Run::freeze() {
    frozen_ = true;
    timer_.cancel();
    armed_.reset();
    changed_.notify_all();
}

void Run::set_underway(RunFacts::Underway what) {
    if (instance_) instance_->facts().set_underway(what);
}

void Run::recall(const std::vector<RunRecord>& runs, Timestamp now) {
    std::vector<PastEnd> ends;
    for (const RunRecord& run : runs) {
        if (auto end = past_end_of(run, now)) ends.push_back(*end);
    }
    mcpm::recall(life_, ends, holder_.policy(), ground_.timing, Clock::now());
}

// ---- reports ----

void Run::report_ready(std::uint64_t number) {
    if (number == record_.run) feed(InputKind::ready, "agent");
}

void Run::report_era_asked() {
    era_asked_ = life_.state == ServerState::starting && is_alive();
}

void Run::report_not_ready(std::uint64_t number, Error why) {
    if (number != record_.run || !is_alive()) return;
    // Of a process, its time is up in a moment: the lifecycle ends it, with these words.
    const bool is_late = why.code == ErrorCode::timed_out && spec().type == ServerType::process;
    not_ready_error_ = std::make_unique<Error>(without_hidden(std::move(why)));
    if (!is_late) feed(InputKind::not_ready, "agent");
}

}  // namespace mcpm
