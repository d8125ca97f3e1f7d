#include "agent/runtime/container_instance.hpp"

#include "agent/async/with_deadline.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace mcpm {

namespace {

/// Of silence, before no more is expected of a container that has ended; and for the engine to let go of it.
constexpr Duration last_words{2'000};
constexpr Duration removal{20'000};
/// Of the engine, that memory was short, when it told of the end first.
constexpr Duration late_word{200};
/// At a container whose stream ended while it runs on.
constexpr Duration between_looks{500};

Exit exit_of(const engine::ContainerState& state) {
    constexpr int first_signal = 128;
    Exit exit;
    exit.at = state.finished_at.value_or(now_utc());
    exit.oom = state.was_out_of_memory;
    const int number = state.exit_code - first_signal;
    if (number > 0 && number < NSIG)
        exit.signal = number;
    else
        exit.code = state.exit_code;
    return exit;
}

}  // namespace

bool ContainerRuntime::Shared::is_podman() const {
    return engine.info() && engine.info()->is_podman;
}

Exit ContainerRuntime::Shared::ending_of(const ContainerRun& run, const engine::ContainerState& state) const {
    Exit exit = exit_of(state);
    if (exit.signal == SIGKILL && run.had_oom) exit.oom = true;
    if (!run.was_cut || !run.speaks_stdio() || !is_podman()) return exit;
    if (settings.note)
        settings.note(run.server_id, run.run, run.kind,
                      "its input was closed: Podman does that when the agent, or Podman's service, ends");
    if (exit.code == 0) exit.code.reset();
    return exit;
}

void ContainerRuntime::Shared::keep(const ContainerRunPointer& run) {
    runs.emplace(run->id, run);
    tasks.spawn("mind a container", mind(shared_from_this(), run));
    listen();
}

void ContainerRuntime::Shared::listen() {
    if (watch) return;
    engine::WatchHooks hooks;
    const std::weak_ptr<Shared> weak = weak_from_this();
    hooks.event = [weak](const engine::ContainerEvent& event) {
        if (const auto self = weak.lock()) self->on_event(event);
    };
    hooks.lost = [weak](const Error& why) {
        if (const auto self = weak.lock()) self->on_lost(why);
    };
    hooks.back = [weak](const engine::EngineInfo&) {
        if (const auto self = weak.lock()) self->on_back();
    };
    watch = engine.watch("mcpm.data", settings.owner_id, std::move(hooks));
}

Task<> ContainerRuntime::Shared::mind(std::shared_ptr<Shared> self, ContainerRunPointer run) {
    while (!run->exit && !run->is_over) {
        if (!run->pump->has_ended()) {
            co_await run->pump->changed().wait();
            continue;
        }
        self->look_at(run);
        co_await sleep_for(between_looks);
    }
}

void ContainerRuntime::Shared::forget(const ContainerRunPointer& run) {
    runs.erase(run->id);
    std::erase(awaited, run);
    if (!runs.empty() || !awaited.empty()) return;
    watch.reset();  // nothing of ours runs: the engine is left alone
    lost.reset();
}

void ContainerRuntime::Shared::on_event(const engine::ContainerEvent& event) {
    const auto found = runs.find(event.id);
    if (found == runs.end()) return;
    if (event.action == "oom") {
        found->second->had_oom = true;
        found->second->changed.notify_all();
    }
    if (event.action == "die" || event.action == "destroy") look_at(found->second);
}

void ContainerRuntime::Shared::on_lost(const Error& why) {
    lost = why;
    auto all = awaited;  // a hook may end one
    for (const auto& [id, run] : runs) all.push_back(run);
    for (const auto& run : all) {
        run->was_cut = true;
        if (!run->exit && settings.out_of_touch) settings.out_of_touch(run->server_id, run->run, why.message);
    }
}

void ContainerRuntime::Shared::on_back() {
    const bool was_lost = std::exchange(lost, std::nullopt).has_value();
    const auto all = runs;
    for (const auto& [id, run] : all) {
        look_at(run);
        if (was_lost && !run->exit && settings.out_of_touch)
            settings.out_of_touch(run->server_id, run->run, {});
    }
    if (!awaited.empty()) tasks.spawn("look for containers", settle(shared_from_this()));
}

void ContainerRuntime::Shared::look_at(const ContainerRunPointer& run) {
    if (run->id.empty() || run->exit || run->is_over || std::exchange(run->is_looked_at, true)) return;
    tasks.spawn("look at a container", look(shared_from_this(), run));
}

Task<> ContainerRuntime::Shared::look(std::shared_ptr<Shared> self, ContainerRunPointer run) {
    // One at a time, to its end: of two that listen again from the same byte on, each would bring every line.
    struct Looking {
        ContainerRun& of;
        ~Looking() { of.is_looked_at = false; }
    };
    const Looking looking{*run};
    const auto state = co_await self->engine.inspect(run->id);
    if (run->exit || run->is_over) co_return;
    if (!state && state.error().code != ErrorCode::not_found) co_return;  // `back` looks again
    if (!state) {
        run->exit = Exit{{}, {}, false, now_utc()};  // somebody removed it: how it ended nobody knows
    } else if (state->phase != engine::Phase::created && !state->is_alive()) {
        Exit exit = self->ending_of(*run, *state);
        if (exit.signal == SIGKILL && !exit.oom && !run->was_killed) {
            co_await run->changed.wait_for(late_word);
            exit = self->ending_of(*run, *state);
        }
        if (run->is_over) co_return;
        run->exit = exit;
    }
    if (run->exit) {
        run->changed.notify_all();
        co_return;
    }
    if (!run->pump->has_ended()) co_return;
    const auto listening = co_await listen_again(self, run, run->pump->delivered());
    if (!listening && self->settings.report)
        self->settings.report("listen to a container again", listening.error().message);
}

Task<> ContainerRuntime::Shared::send_signal(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                             std::string name) {
    if (run->id.empty()) {
        run->wanted_signal = std::move(name);
        co_return;
    }
    const auto sent = co_await self->engine.signal(run->id, std::move(name));
    if (sent) co_return;
    // The container ended meanwhile, or the engine does not answer: its end is looked for either way.
    self->look_at(run);
}

std::string ContainerRuntime::Shared::facts_path(const std::string& server_id, std::uint64_t run) const {
    return settings.records / (server_id + "-" + std::to_string(run));
}

ContainerRuntime::ContainerInstance::ContainerInstance(std::shared_ptr<Shared> shared,
                                                       ContainerRunPointer run)
    : shared_(std::move(shared)), run_(std::move(run)) {}

/// The container lives on, unless it was swept.
ContainerRuntime::ContainerInstance::~ContainerInstance() {
    run_->is_over = true;
    run_->pump->close();
    shared_->forget(run_);
}

std::string ContainerRuntime::ContainerInstance::out_of_touch() const {
    if (run_->exit) return {};
    if (shared_->lost) return shared_->lost->message;
    return run_->id.empty() ? "no container engine was asked about it yet" : "";
}

Task<Exit> ContainerRuntime::ContainerInstance::wait() {
    const ContainerRunPointer run = run_;
    while (!run->exit) co_await run->changed.wait();
    co_return *run->exit;
}

void ContainerRuntime::ContainerInstance::terminate() {
    if (run_->exit) return;
    shared_->tasks.spawn("stop a container", Shared::send_signal(shared_, run_, "TERM"));
}

void ContainerRuntime::ContainerInstance::kill() {
    if (run_->exit) return;
    run_->was_killed = true;
    shared_->tasks.spawn("kill a container", Shared::send_signal(shared_, run_, "KILL"));
}

namespace {

/// As long as something still comes.
Task<> hear_out(ContainerRunPointer run) {
    StreamBytes heard = run->pump->delivered();
    while (run->pump->has_begun() && !run->pump->has_ended()) {
        const bool is_told = co_await run->pump->changed().wait_for(last_words);
        if (!is_told && run->pump->delivered() == heard) co_return;
        heard = run->pump->delivered();
    }
}

}  // namespace

Task<Result<unsigned>> ContainerRuntime::ContainerInstance::sweep(Duration limit) {
    const auto shared = shared_;
    const ContainerRunPointer run = run_;
    co_await hear_out(run);
    Result<> removed;  // nobody knows one without an id
    if (!run->id.empty()) {
        auto removing = shared->engine.remove(run->id);
        removed =
            co_await with_deadline(std::move(removing), std::max(limit, removal), "remove the container");
    }
    if (!removed) {
        co_return Error{ErrorCode::timed_out,
                        fmt::format("end what is left of {}: container {}: {}", run->server_id,
                                    run->id.substr(0, 12), removed.error().message)};
    }
    run->pump->close_output();
    ::unlink(run->facts_path.c_str());
    shared->forget(run);
    co_return 0U;
}

}  // namespace mcpm
