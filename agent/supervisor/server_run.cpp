// One run of a server from launch to the last of its log lines.
#include "agent/supervisor/own_run.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/server.hpp"
#include "agent/supervisor/start_failure.hpp"
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

Task<> Server::launch([[maybe_unused]] std::shared_ptr<Server> self) {
    not_ready_error_.reset();
    auto instance = co_await try_launch();
    if (instance) {
        launched(std::move(*instance));
    } else {
        launch_failed(instance.error());
    }
}

Task<Result<LaunchPlan>> Server::plan_launch() {
    std::string failure;
    try {
        ServerSpec spec = *spec_;
        launched_mark_ = start_mark(spec);
        auto plan = co_await around_.hooks.plan(id_, std::move(spec), record_.run);
        if (plan) {
            plan->server_id = id_;
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
    co_return Error{ErrorCode::internal_error, "prepare the start of \"" + spec_->name + "\": " + failure};
}

Task<Result<std::unique_ptr<Instance>>> Server::try_launch() {
    if (!spec_->enabled) {
        co_return Error{ErrorCode::conflict, "\"" + spec_->name + "\" is disabled", StartStage::disabled,
                        "mcpm enable " + spec_->name};
    }
    if (!spec_->depends_on.empty()) {
        auto prepared = co_await around_.prepare(shared_from_this());
        if (!prepared) co_return prepared.error();
    }
    const auto pass = co_await around_.gate.enter();
    if (life_.state != ServerState::starting) co_return not_wanted(spec_->name);
    record_ = RunRecord{};
    record_.run = ++*last_run_;
    record_.owner = owner_;
    record_.started_at = now_utc();
    auto plan = co_await plan_launch();
    if (!plan) {
        Error error = plan.error();  // error() gives a copy
        error.message = "start \"" + spec_->name + "\": " + error.message;
        error.details.set(Detail::run, std::to_string(record_.run));
        co_return error;
    }
    if (life_.state != ServerState::starting) co_return not_wanted(spec_->name);
    record_.command = describe_command(plan->words);
    LaunchPlan taken = std::move(*plan);
    co_return co_await around_.runtime.launch(std::move(taken));
}

void Server::launch_failed(Error error) {
    Input input;
    input.kind = InputKind::launch_failed;
    input.cure = cure_of(error);
    if (life_.state == ServerState::starting) {
        const StartStage stage = error.details.stage();
        // A start that was refused, or waited in vain for another server, has used no run number.
        if (stage != StartStage::dependency && stage != StartStage::disabled) {
            record_.stage = stage == StartStage::none ? StartStage::resolve : stage;
            record_.reason = Ending::start_failed;
            around_.journal.save_run(id_, record_);
        }
        note("start failed: " + error.message);
        fail_start(std::move(error));
    }
    feed(std::move(input), "agent");
}

void Server::fail_start(Error error) {
    error = without_hidden(std::move(error));
    announce(EventType::server_start_failed, "agent", error.message, error.details.json());
    last_error_ = std::make_unique<Error>(std::move(error));
    ++failed_starts_;
}

void Server::launched(std::unique_ptr<Instance> instance) {
    instance_ = std::move(instance);
    record_.started_at = instance_->started_at();
    record_.pid = instance_->pid();
    record_open_ = true;
    around_.logs.begin_run(id_, record_.run,
                           "run " + std::to_string(record_.run) + " started" +
                               (is_own() ? " for " + owner_ + ": " : ": ") + record_.command,
                           run_kind());
    around_.journal.save_run(id_, record_);
    instance_->facts().set_definition(launched_mark_);
    compare_definitions();
    feed(InputKind::launched, "agent");
    attach(false);
    around_.tasks.spawn("watch", watch(shared_from_this()));
}

void Server::adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record) {
    instance_ = std::move(instance);
    if (record) record_ = *record;
    record_.run = instance_->run();
    if (instance_->started_at() != Timestamp{}) record_.started_at = instance_->started_at();
    record_.pid = instance_->pid();
    *last_run_ = std::max(*last_run_, record_.run);
    record_open_ = true;
    launched_mark_ = instance_->facts().definition();
    compare_definitions();
    Input adopted;
    adopted.kind = InputKind::adopted;
    // Without a record nothing speaks against it.
    adopted.was_ready = !record || record_.ready_at.has_value();
    feed(std::move(adopted), "agent");
    report_touch(record_.run, instance_->out_of_touch());
    attach(true);
    around_.tasks.spawn("watch", watch(shared_from_this()));
}

void Server::attach(bool resumed) {
    Pipes& pipes = instance_->pipes();
    if (pipes.error_output) {
        around_.logs.capture(id_, record_.run, LogStream::error_output, std::move(pipes.error_output),
                             &instance_->facts(), resumed, run_kind());
    }
    // A server that is already being stopped gets no session; its output is still drained.
    if (spec_->transport != Transport::none && life_.state != ServerState::stopping) {
        attached_ = true;
        if (is_own()) return;  // its owner takes the pipes
        if (around_.hooks.attached) around_.hooks.attached(id_, *spec_, *instance_, resumed);
    }
    if (pipes.output) {
        around_.logs.capture(id_, record_.run, LogStream::standard_output, std::move(pipes.output),
                             &instance_->facts(), resumed, run_kind());
    }
}

void Server::tell_input_closing() {
    if (own_hooks_) {
        const auto told = own_hooks_->input_closing;
        if (told) told();
    } else if (around_.hooks.input_closing) {
        around_.hooks.input_closing(id_, record_.run);
    }
}

void Server::tell_exited(const Exit& exit) {
    if (!std::exchange(attached_, false)) return;
    if (own_hooks_) {
        const auto told = own_hooks_->exited;  // its owner may go away while it is told
        if (told) told(exit);
    } else if (around_.hooks.detached) {
        around_.hooks.detached(id_, record_.run, exit);
    }
}

Task<> Server::watch([[maybe_unused]] std::shared_ptr<Server> self) {
    const Exit exit = co_await instance_->wait();
    last_exit_ = exit;
    tell_exited(exit);
    Input input;
    input.kind = InputKind::exited;
    input.exit = exit;
    feed(std::move(input), "agent");
}

Task<> Server::clean_up([[maybe_unused]] std::shared_ptr<Server> self) {
    auto swept = co_await instance_->sweep(around_.timing.sweep_limit);
    if (swept && around_.hooks.end_outside) {
        ServerSpec spec = *spec_;
        auto ended = co_await around_.hooks.end_outside(id_, record_.run, std::move(spec));
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
        announce(EventType::server_may_be_left, "agent", in_quotes(spec_->name) + ": " + what);
    }
    if (*swept > 0) {
        note(std::to_string(*swept) + " processes that were left were ended");
    }
    const auto began = Clock::now();
    co_await around_.logs.drained(id_, record_.run, around_.timing.drain_limit);
    const bool drained = Clock::now() - began < around_.timing.drain_limit;
    close_record();
    if (is_own()) {
        // The rest of it lives as long as its owner, who may look at its facts, and as its log is written.
        instance_->pipes() = Pipes{};
        if (!drained) around_.tasks.spawn("bury", bury(self, nullptr, record_.run));
    } else if (drained) {
        instance_.reset();
    } else {
        around_.tasks.spawn("bury", bury(self, std::move(instance_), record_.run));
    }
    feed(InputKind::gone, "agent");
}

/// The capture of a pipe that somebody else still holds uses the instance's facts: they live as long as it
/// does.
Task<> Server::bury([[maybe_unused]] std::shared_ptr<Server> self,
                    [[maybe_unused]] std::unique_ptr<Instance> instance, std::uint64_t run) {
    constexpr Duration round = std::chrono::hours(1);
    for (;;) {
        const auto began = Clock::now();
        co_await around_.logs.drained(id_, run, round);
        if (Clock::now() - began < round) co_return;
    }
}

void Server::close_record() {
    if (!std::exchange(record_open_, false)) return;
    launched_mark_ = 0;
    is_outdated_ = false;
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
    around_.logs.end_run(id_, record_.run, "run " + std::to_string(record_.run) + " ended: it " + what,
                         run_kind());
    around_.journal.save_run(id_, record_);
    announce(EventType::server_exited, "agent",
             is_own() ? "the own process of " + owner_ + " of \"" + spec_->name + "\" " + what
                      : "\"" + spec_->name + "\" " + what);
    if (!life_.was_ready && !asked) fail_start(start_error());
    if (life_.was_ready && life_.ending == Ending::not_ready && not_ready_error_) {
        last_error_ = std::make_unique<Error>(*not_ready_error_);
        last_error_->message = in_quotes(spec_->name) + " was lost: " + last_error_->message;
        last_error_->details.set(StartStage::running);
    }
}

Error Server::start_error() const {
    const std::string subject = "start \"" + spec_->name + "\": ";
    const std::string what = last_exit_ ? describe(*last_exit_) : std::string("ended");
    Error error{ErrorCode::died_at_start,
                subject + "it " + what +
                    (spec_->transport == Transport::stdio ? " before it answered" : " before it was ready"),
                StartStage::ready, "mcpm why " + spec_->name};
    if (life_.ending == Ending::start_timeout) {
        error.message =
            subject + "it was not ready within " + format_duration(spec_->start_timeout) + " (startTimeout)";
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
