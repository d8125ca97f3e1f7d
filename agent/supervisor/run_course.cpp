// The course of one instance, from its launch to the last of its log lines.
#include "agent/supervisor/run.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/start_failure.hpp"
#include "common/shell_words.hpp"
#include "common/units.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

Error not_wanted(const std::string& name) {
    return {ErrorCode::cancelled, "start \"" + name + "\": it was stopped before it was launched"};
}

}  // namespace

Task<> Run::launch([[maybe_unused]] Holder holder) {
    not_ready_error_.reset();
    auto instance = co_await try_launch();
    if (instance) {
        launched(std::move(*instance));
    } else {
        launch_failed(instance.error());
    }
}

Task<Result<LaunchPlan>> Run::plan_launch() {
    std::string failure;
    try {
        ServerSpec definition = spec();
        definition_ = start_mark(definition);
        auto plan = co_await ground_.hooks.plan(identity_.server_id, std::move(definition), record_.run);
        if (plan) {
            plan->server_id = identity_.server_id;
            plan->run = record_.run;
            plan->kind = is_own() ? InstanceKind::own : InstanceKind::shared;
        }
        co_return plan;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        failure = error.what();
    } catch (const std::exception& error) {
        failure = error.what();
    }
    co_return Error{ErrorCode::internal_error, "prepare the start of \"" + spec().name + "\": " + failure};
}

Task<Result<std::unique_ptr<Instance>>> Run::try_launch() {
    if (!spec().enabled) {
        co_return Error{ErrorCode::conflict, "\"" + spec().name + "\" is disabled", StartStage::disabled,
                        "mcpm enable " + in_shell_words(spec().name)};
    }
    if (!spec().depends_on.empty()) {
        auto prepared = co_await ground_.prepare(std::shared_ptr<Run>(holder_.shared_from_this(), this));
        if (!prepared) co_return prepared.error();
    }
    const auto pass = co_await ground_.gate.enter();
    if (life_.state != ServerState::starting) co_return not_wanted(spec().name);
    record_ = RunRecord{};
    record_.run = ++*identity_.last_run;
    record_.owner = identity_.owner;
    record_.started_at = now_utc();
    auto plan = co_await plan_launch();
    if (!plan) {
        Error error = plan.error();  // error() gives a copy
        error.message = "start \"" + spec().name + "\": " + error.message;
        error.details.set(Detail::run, std::to_string(record_.run));
        co_return error;
    }
    if (life_.state != ServerState::starting) co_return not_wanted(spec().name);
    record_.command = describe_command(plan->words);
    LaunchPlan taken = std::move(*plan);
    co_return co_await ground_.runtime.launch(std::move(taken));
}

void Run::launch_failed(Error error) {
    Input input;
    input.kind = InputKind::launch_failed;
    input.cure = cure_of(error);
    if (life_.state == ServerState::starting) {
        const StartStage stage = error.details.stage();
        // A start that was refused, or waited in vain for another server, has used no run number.
        if (stage != StartStage::dependency && stage != StartStage::disabled) {
            record_.stage = stage == StartStage::none ? StartStage::resolve : stage;
            record_.reason = Ending::start_failed;
            ground_.journal.save_run(identity_.server_id, record_);
        }
        note("start failed: " + error.message);
        fail_start(std::move(error));
    }
    feed(std::move(input), "agent");
}

void Run::fail_start(Error error) {
    error = without_hidden(std::move(error));
    announce(EventType::server_start_failed, "agent", error.message, error.details.json());
    last_error_ = std::make_unique<Error>(std::move(error));
    ++failed_starts_;
}

void Run::launched(std::unique_ptr<Instance> instance) {
    instance_ = std::move(instance);
    record_.started_at = instance_->started_at();
    record_.pid = instance_->pid();
    record_open_ = true;
    ground_.logs.begin_run(identity_.server_id, record_.run,
                           "run " + std::to_string(record_.run) + " started" +
                               (is_own() ? " for " + owner() + ": " : ": ") + record_.command,
                           kind());
    ground_.journal.save_run(identity_.server_id, record_);
    instance_->facts().set_definition(definition_);
    feed(InputKind::launched, "agent");
    attach(false);
    ground_.tasks.spawn("watch", watch(holder_.shared_from_this()));
}

void Run::adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record) {
    instance_ = std::move(instance);
    if (record) record_ = *record;
    record_.run = instance_->run();
    if (instance_->started_at() != Timestamp{}) record_.started_at = instance_->started_at();
    record_.pid = instance_->pid();
    *identity_.last_run = std::max(*identity_.last_run, record_.run);
    record_open_ = true;
    definition_ = instance_->facts().definition();
    Input adopted;
    adopted.kind = InputKind::adopted;
    // Without a record nothing speaks against it.
    adopted.was_ready = !record || record_.ready_at.has_value();
    feed(std::move(adopted), "agent");
    attach(true);
    ground_.tasks.spawn("watch", watch(holder_.shared_from_this()));
}

void Run::attach(bool resumed) {
    Pipes& pipes = instance_->pipes();
    if (pipes.error_output) {
        ground_.logs.capture(identity_.server_id, record_.run, LogStream::error_output,
                             std::move(pipes.error_output), &instance_->facts(), resumed, kind());
    }
    // A server that is already being stopped gets no session; its output is still drained.
    if (spec().transport != Transport::none && life_.state != ServerState::stopping) {
        attached_ = true;
        if (holder_.attached(*instance_, resumed) == RunHolder::Output::kept) return;
    }
    if (pipes.output) {
        ground_.logs.capture(identity_.server_id, record_.run, LogStream::standard_output,
                             std::move(pipes.output), &instance_->facts(), resumed, kind());
    }
}

Task<> Run::watch([[maybe_unused]] Holder holder) {
    const Exit exit = co_await instance_->wait();
    last_exit_ = exit;
    if (std::exchange(attached_, false)) holder_.exited(record_.run, exit);
    Input input;
    input.kind = InputKind::exited;
    input.exit = exit;
    feed(std::move(input), "agent");
}

Task<> Run::clean_up([[maybe_unused]] Holder holder) {
    auto swept = co_await instance_->sweep(ground_.timing.sweep_limit);
    if (swept && ground_.hooks.end_outside) {
        ServerSpec definition = spec();
        auto ended =
            co_await ground_.hooks.end_outside(identity_.server_id, record_.run, std::move(definition));
        if (!ended) swept = ended.error();
    }
    if (!swept) {
        note(swept.error().message);
        last_error_ = std::make_unique<Error>(swept.error());
        feed(InputKind::not_gone, "agent");
        co_return;
    }
    may_be_left_ = instance_->may_be_left();
    if (!may_be_left_.empty()) {
        const std::string what = "may be left of run " + std::to_string(record_.run) +
                                 ", or belong to another server: " + join_words(may_be_left_);
        note(what);
        announce(EventType::server_may_be_left, "agent", in_quotes(spec().name) + ": " + what);
    }
    if (*swept > 0) {
        note(std::to_string(*swept) + " processes that were left were ended");
    }
    const auto began = Clock::now();
    co_await ground_.logs.drained(identity_.server_id, record_.run, ground_.timing.drain_limit);
    const bool drained = Clock::now() - began < ground_.timing.drain_limit;
    close_record();
    auto instance = std::exchange(instance_, nullptr);
    instance->pipes() = Pipes{};
    holder_.gone(instance);
    if (!drained) ground_.tasks.spawn("outlast its log", outlast_log(holder, instance, record_.run));
    instance.reset();  // before the next one is launched
    feed(InputKind::gone, "agent");
}

/// The capture of a pipe that somebody else still holds uses the facts of the instance, which lives as long
/// as the capture does.
Task<> Run::outlast_log([[maybe_unused]] Holder holder, [[maybe_unused]] std::shared_ptr<Instance> instance,
                        std::uint64_t number) {
    constexpr Duration round = std::chrono::hours(1);
    for (;;) {
        const auto began = Clock::now();
        co_await ground_.logs.drained(identity_.server_id, number, round);
        if (Clock::now() - began < round) co_return;
    }
}

void Run::close_record() {
    if (!std::exchange(record_open_, false)) return;
    definition_ = 0;
    const std::string what = last_exit_ ? describe(*last_exit_) : std::string("ended");
    record_.exit = last_exit_;
    record_.reason = life_.ending;
    if (!life_.was_ready) record_.stage = StartStage::ready;
    const bool asked = life_.ending == Ending::asked || life_.ending == Ending::restarted ||
                       life_.ending == Ending::idle || life_.ending == Ending::era_asked;
    if (life_.ending == Ending::era_asked)
        note(
            "it ended when it was asked for its protocol era; it is started again and asked for the "
            "handshake "
            "alone");
    if (asked) record_.stage = StartStage::none;
    ground_.logs.end_run(identity_.server_id, record_.run,
                         "run " + std::to_string(record_.run) + " ended: it " + what, kind());
    ground_.journal.save_run(identity_.server_id, record_);
    announce(
        EventType::server_exited, "agent",
        (is_own() ? "the own process of " + owner() + " of " : "") + in_quotes(spec().name) + " " + what);
    if (!life_.was_ready && !asked) fail_start(start_error());
    if (life_.was_ready && life_.ending == Ending::not_ready && not_ready_error_) {
        last_error_ = std::make_unique<Error>(*not_ready_error_);
        last_error_->message = in_quotes(spec().name) + " was lost: " + last_error_->message;
        last_error_->details.set(StartStage::running);
    }
}

Error Run::start_error() const {
    const std::string subject = "start \"" + spec().name + "\": ";
    const std::string what = last_exit_ ? describe(*last_exit_) : std::string("ended");
    Error error{ErrorCode::died_at_start,
                subject + "it " + what +
                    (spec().transport == Transport::stdio ? " before it answered" : " before it was ready"),
                StartStage::ready, "mcpm why " + in_shell_words(spec().name)};
    if (life_.ending == Ending::start_timeout) {
        error.message =
            subject + "it was not ready within " + format_duration(spec().start_timeout) + " (startTimeout)";
        error.details.set(Detail::reason, std::string(text_of(Ending::start_timeout)));
        const bool spoke = not_ready_error_ && !not_ready_error_->details.text(Detail::output).empty();
        if (spoke) {
            error.message = subject + not_ready_error_->message;
            error.details.set(Detail::output, "seen");
        }
    } else if (life_.ending == Ending::not_ready && not_ready_error_) {
        error.message = subject + not_ready_error_->message;
        const std::string problem = not_ready_error_->details.text(Detail::problem);
        if (!problem.empty()) error.details.set(Detail::problem, problem);
        if (!not_ready_error_->hint.empty()) error.hint = not_ready_error_->hint;
    }
    if (last_exit_ && last_exit_->code) {
        error.details.set(Detail::exit_code, std::to_string(*last_exit_->code));
    }
    if (last_exit_ && last_exit_->signal) {
        error.details.set(Detail::signal, signal_name(*last_exit_->signal));
    }
    error.details.set(Detail::run, std::to_string(record_.run));
    return error;
}

}  // namespace mcpm
