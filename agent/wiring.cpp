// What each room is told of others, and how.
#include "agent/agent_rooms.hpp"
#include "agent/launch/job_runner.hpp"
#include "agent/wiring_observe.hpp"
#include "common/risks.hpp"

#include <unistd.h>

#include <utility>

namespace mcpm {

mcp::Callbacks Agent::Rooms::session_callbacks() {
    mcp::Callbacks callbacks;
    callbacks.ready = [this](const std::string& server_id, std::uint64_t run) {
        if (gateway::is_own_key(server_id)) {
            gateway->own_opened();
        } else {
            supervisor->report_ready(server_id, run);
            manifests->look(server_id, run);
        }
        gateway->gateway().session_opened(server_id);
    };
    callbacks.reopened = [this](const std::string& server_id) {
        gateway->gateway().session_opened(server_id);
    };
    callbacks.requested = [this](const std::string& server_id, const mcp::MessageScan& request) {
        if (!gateway::is_own_key(server_id)) manifests->on_request(server_id, request);
        return gateway->gateway().on_request(server_id, request);
    };
    callbacks.failed = [this](const std::string& server_id, std::uint64_t run, Error why) {
        if (gateway::is_own_key(server_id)) return gateway->own_failed(server_id, std::move(why));
        logs->note(server_id, why.message);
        supervisor->report_not_ready(server_id, run, std::move(why));
    };
    callbacks.noise = [this](const std::string& server_id, std::string_view line) {
        logs->append(gateway::server_of(server_id), LogStream::standard_output, line);
    };
    callbacks.notified = [this](const std::string& server_id, std::string_view notification) {
        if (!gateway::is_own_key(server_id)) manifests->on_notification(server_id, notification);
        gateway->gateway().on_notification(server_id, notification);
    };
    callbacks.learned = [this](const std::string& server_id, mcp::EraHint) {
        if (!gateway::is_own_key(server_id)) supervisor->report_era_asked(server_id);
    };
    return callbacks;
}

namespace {

/// The policy may be younger than the definition.
Error refused_by_policy(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = StartStage::policy;
    return error;
}

/// What a disk that is busy or full keeps back today may be there in a minute.
Error cannot_lend(Error error) {
    const bool passes = error.code == ErrorCode::unavailable;
    error.code = ErrorCode::cannot_launch;
    error.details = ErrorDetails(StartStage::secret, passes ? "EAGAIN" : "");
    return error;
}

/// There is never a second copy of a server: it waits until the engine takes the first one away.
Error cannot_start_beside(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = ErrorDetails(StartStage::left_over, "EAGAIN");
    return error;
}

}  // namespace

Task<Result<LaunchPlan>> Agent::Rooms::plan(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (spec.type == ServerType::remote) {
        const auto prepared = co_await remotes->prepare();
        if (!prepared) co_return prepared.error();
    }
    auto values = co_await lending->lend(server_id, spec);
    if (!values) co_return cannot_lend(values.error());
    if (auto allowed = check_policy(spec, options.config.refused_risks); !allowed)
        co_return refused_by_policy(allowed.error());
    const auto intact = co_await packages->check(spec);
    if (!intact) co_return intact.error();
    const auto alone = co_await outside->end_left(server_id, spec, run);
    if (!alone) co_return cannot_start_beside(alone.error());
    co_return co_await packages->plan(std::move(server_id), std::move(spec), run, std::move(*values));
}

SupervisorHooks Agent::Rooms::hooks() {
    SupervisorHooks hooks;
    hooks.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    hooks.attached = [this](const std::string& server_id, const ServerSpec& spec, Instance& instance,
                            bool resumed) { attachments->attach(server_id, spec, instance, resumed); };
    hooks.end_outside = [this](std::string server_id, std::uint64_t run, ServerSpec spec) {
        return outside->end_of_run(std::move(server_id), run, std::move(spec));
    };
    hooks.input_closing = [this](const std::string& server_id, std::uint64_t run) {
        sessions->close_input(server_id, run);
    };
    hooks.detached = [this](const std::string& server_id, std::uint64_t run, const Exit& exit) {
        attachments->detach(server_id, run, exit);
        gateway->gateway().session_ended(server_id);
    };
    return hooks;
}

HealthWatch::Commands Agent::Rooms::health_commands() {
    HealthWatch::Commands commands;
    commands.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    commands.run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
    commands.vitals = [this](std::string server_id) {
        return vitals_of(workers, *supervisor, std::move(server_id));
    };
    return commands;
}

ContainerSettings Agent::Rooms::container_settings(const std::string& owner_id) {
    ContainerSettings settings;
    settings.owner_id = owner_id;
    settings.records = options.paths.state / "containers";
    settings.pinned = [this](const std::string& server_id, const std::string& image, const ImagePin& pin) {
        image_pins->pin(server_id, image, pin);
    };
    settings.out_of_touch = [this](const std::string& server_id, std::uint64_t run, const std::string& why) {
        supervisor->report_touch(server_id, run, why);
    };
    settings.progress = [this](const std::string& server_id, const std::string& text) {
        progress.set(server_id, text);
    };
    settings.note = [this](const std::string& server_id, std::uint64_t run, InstanceKind kind,
                           const std::string& text) {
        logs->note(server_id, text, kind == InstanceKind::own ? run : 0);
    };
    settings.report = report();
    return settings;
}

api::AgentControl Agent::Rooms::control() {
    api::AgentControl control;
    control.facts = [this] {
        api::AgentFacts facts;
        facts.version = MCPM_VERSION;
        facts.pid = ::getpid();
        facts.keeper_pid = keeper->keeper_pid();
        facts.started_at = started_at;
        facts.paths = options.paths;
        facts.notices = announcements.notices();
        facts.has_cgroup = has_cgroup;
        facts.tcp = reach->tcp();
        facts.server_environment = packages->server_environment();
        return facts;
    };
    control.desk = desk.get();
    control.ask_engine = [this] { return ask_engine(*engine); };
    control.last_check = [this](const std::string& server_id) { return health->last_check(server_id); };
    control.progress = [this](const std::string& server_id) { return progress.of(server_id); };
    control.call_timeout = options.config.call_timeout;
    control.is_ready = [this] { return ready && !ending.how(); };
    control.request_stop = [this](Supervisor::Servers what) -> Result<> {
        const bool leave = what == Supervisor::Servers::leave;
        ending.ask_after_answer(leave ? AgentEnd::replaced : AgentEnd::stopped, what);
        return {};
    };
    control.request_restart = [this]() -> Result<> {
        ending.ask_after_answer(AgentEnd::replaced, Supervisor::Servers::leave);
        return {};
    };
    control.request_upgrade = [this](std::string program) {
        return ending.begin_upgrade(loop, *keeper, std::move(program));
    };
    control.kept = [this](const std::string& server_id) { return manifests->kept(server_id); };
    control.approval = [this](const std::string& server_id) { return manifests->approval(server_id); };
    control.approve = [this](std::string server_id, std::string tools) {
        return manifests->approve(std::move(server_id), std::move(tools));
    };
    control.offers_known = [this](std::string server_id) {
        constexpr Duration patience = std::chrono::seconds(10);
        return manifests->looked_at(std::move(server_id), patience);
    };
    control.look_again = [this](const std::string& server_id) { manifests->look_again(server_id); };
    control.check_policy = [this](const ServerSpec& spec) {
        return check_policy(spec, options.config.refused_risks);
    };
    control.signals = signals();
    return control;
}

}  // namespace mcpm
