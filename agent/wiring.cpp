#include "agent/agent_rooms.hpp"
#include "agent/launch/job_runner.hpp"
#include "agent/launch/launch_planner.hpp"
#include "agent/settings.hpp"
#include "agent/sharing/attachment.hpp"
#include "agent/wiring_observe.hpp"
#include "common/risks.hpp"
#include "common/secret_values.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace mcpm {

Event agent_event(std::string type, std::string message) {
    Event event;
    event.at = now_utc();
    event.type = std::move(type);
    event.actor = "agent";
    event.message = std::move(message);
    return event;
}

void Agent::Rooms::open_logs_and_sessions() {
    logs = std::make_unique<LogStore>(loop, options.paths.logs(), limits_of(options.config.logs),
                                      [this](const std::string& server_id, const std::string& message) {
                                          log.warning(fmt::format("log of {}: {}", server_id, message));
                                          Event event = agent_event("server:log", message);
                                          event.server_id = server_id;
                                          if (supervisor) supervisor->add_event(std::move(event));
                                      });
    clean_log = std::make_shared<const AgentLog::Clean>(
        [this](std::string message) { return logs->without_any_hidden(std::move(message)); });
    log.clean_with(clean_log);
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
        if (!gateway::is_own_key(server_id) && decode_string(request.method) == "roots/list") {
            // What it asks for is kept with what it offers, for the time when it is not there.
            const auto kept = manifests->kept(server_id);
            if (!kept || !mcp::read_facts_text(kept->facts).asks_roots) manifests->look_again(server_id);
        }
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
    sessions = std::make_unique<mcp::Sessions>(loop, std::move(callbacks));
}

namespace {

/// The policy may be younger than the definition.
Error refused_by_policy(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = R"({"stage":"policy"})";
    return error;
}

/// What a disk that is busy or full keeps back today may be there in a minute.
Error cannot_lend(Error error) {
    const bool passes = error.code == ErrorCode::unavailable;
    error.code = ErrorCode::cannot_launch;
    error.details = passes ? R"({"stage":"secret","errno":"EAGAIN"})" : R"({"stage":"secret"})";
    return error;
}

}  // namespace

/// What its definition has in plain and what it was lent is not in what is written about a server.
void Agent::Rooms::hide_secrets(const std::string& server_id, const ServerSpec& spec) {
    HiddenValues hidden;
    hidden.add(wire::secret_values(spec));
    hidden.add(vault->lent_to(server_id));
    if (!hidden.empty()) logs->hide(server_id, std::move(hidden));
}

namespace {

/// There is never a second copy of a server: it waits until the engine takes the first one away.
Error cannot_start_beside(Error error) {
    error.code = ErrorCode::cannot_launch;
    error.details = R"({"stage":"left-over","errno":"EAGAIN"})";
    return error;
}

}  // namespace

/// The values of its secrets to a server; from then on its log does without them.
Task<Result<secrets::Values>> Agent::Rooms::lend(std::string server_id, ServerSpec spec) {
    hide_secrets(server_id, spec);
    if (spec.secrets.empty()) co_return secrets::Values{};
    auto lent = co_await vault->lend(server_id, spec.secrets);
    hide_secrets(server_id, spec);
    co_return lent;
}

/// What an agent before this one lent to servers that live on, as far as it is still the value.
Task<> Agent::Rooms::lend_again() {
    const auto known = co_await vault->list();
    const bool has_none = known && known->empty();
    const auto stored = co_await store->load_servers();
    if (!stored) co_return;  // the supervisor says so
    for (const StoredServer& server : *stored) {
        if (has_none) {
            hide_secrets(server.id, server.spec);
            continue;
        }
        const auto lent = co_await lend(server.id, server.spec);
        if (!lent) log.warning(fmt::format("\"{}\": {}", server.spec.name, lent.error().message));
    }
}

Task<Result<LaunchPlan>> Agent::Rooms::plan(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (spec.type == ServerType::remote) {
        const auto prepared = co_await remotes->prepare();
        if (!prepared) co_return prepared.error();
    }
    auto values = co_await lend(server_id, spec);
    if (!values) co_return cannot_lend(values.error());
    if (auto allowed = check_policy(spec, options.config.refused_risks); !allowed)
        co_return refused_by_policy(allowed.error());
    const auto intact = co_await packages->check(spec);
    if (!intact) co_return intact.error();
    const LaunchPlanner* planner = co_await packages->planner();
    auto ending = end_left_containers(server_id, spec, run);
    const auto alone = co_await std::move(ending);
    if (!alone) co_return cannot_start_beside(alone.error());
    co_return planner->plan(server_id, spec, run, *values);
}

SupervisorHooks Agent::Rooms::hooks() {
    SupervisorHooks hooks;
    hooks.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    hooks.attached = [this](const std::string& server_id, const ServerSpec& spec, Instance& instance,
                            bool resumed) {
        auto attachment = attachment_of(server_id, spec, instance, resumed, *remotes);
        const RemoteTarget* const endpoint = instance.endpoint();
        if (attachment && endpoint != nullptr && spec.type == ServerType::container) {
            tasks.spawn("wait for a container", await_endpoint(std::move(*attachment), endpoint->url));
        } else if (attachment) {
            sessions->attach(std::move(*attachment));
        }
    };
    hooks.end_outside = [this](std::string server_id, std::uint64_t run, ServerSpec spec) {
        return end_outside(std::move(server_id), run, std::move(spec));
    };
    hooks.input_closing = [this](const std::string& server_id, std::uint64_t run) {
        sessions->close_input(server_id, run);
    };
    hooks.detached = [this](const std::string& server_id, std::uint64_t run, const Exit& exit) {
        const Error why = session_end(exit);
        sessions->detach(server_id, run, why);
        if (gateway) gateway->gateway().session_ended(server_id);
    };
    return hooks;
}

void Agent::Rooms::open_supervisor() {
    SupervisorOptions settings;
    settings.start_concurrency = options.config.start_concurrency;
    settings.most_private_per_server = options.config.private_per_server;
    settings.most_private = options.config.private_total;
    supervisor = std::make_unique<Supervisor>(loop, *runtimes, *logs, *store, hooks(), settings);
    manifests = std::make_unique<ManifestWatch>(loop, *sessions, *store, *supervisor, log);
    auto find_profile = [this](std::string_view name) {
        return profiles ? profiles->find(name) : std::optional<Profile>();
    };
    gateway = std::make_unique<GatewayDesk>(loop, *supervisor, *manifests, *sessions, *logs,
                                            std::move(find_profile), log, limits_of(options.config.gateway));
    HealthWatch::Commands commands;
    commands.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    commands.run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
    commands.vitals = [this](std::string server_id) {
        return vitals_of(workers, *supervisor, std::move(server_id));
    };
    health = std::make_unique<HealthWatch>(loop, *supervisor, *sessions, *store, std::move(commands),
                                           remotes->client(), log);
    definitions = std::make_unique<Definitions>(*supervisor, *health, *packages, *engine);
    snapshot = std::make_unique<SnapshotWriter>(loop, workers, *supervisor, options.paths.snapshot(), log);
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
        facts.notices = notices;
        facts.has_cgroup = has_cgroup;
        facts.tcp = tcp;
        return facts;
    };
    control.desk = desk.get();
    control.ask_engine = [this] { return ask_engine(*engine); };
    control.last_check = [this](const std::string& server_id) { return health->last_check(server_id); };
    control.progress = [this](const std::string& server_id) {
        const auto found = progress.find(server_id);
        return found == progress.end() ? std::string() : found->second;
    };
    control.call_timeout = options.config.call_timeout;
    control.is_ready = [this] { return ready && !end; };
    control.request_stop = [this](Supervisor::Servers what) -> Result<> {
        const bool leave = what == Supervisor::Servers::leave;
        tasks.spawn("stop", end_after_answer(leave ? AgentEnd::replaced : AgentEnd::stopped, what));
        return {};
    };
    control.request_restart = [this]() -> Result<> {
        tasks.spawn("restart", end_after_answer(AgentEnd::replaced, Supervisor::Servers::leave));
        return {};
    };
    control.request_upgrade = [this](std::string program) { return begin_upgrade(std::move(program)); };
    control.kept = [this](const std::string& server_id) { return manifests->kept(server_id); };
    control.approval = [this](const std::string& server_id) { return manifests->approval(server_id); };
    control.approve = [this](std::string server_id, std::string tools) {
        return manifests->approve(std::move(server_id), std::move(tools));
    };
    control.look_again = [this](const std::string& server_id) { manifests->look_again(server_id); };
    control.check_policy = [this](const ServerSpec& spec) {
        return check_policy(spec, options.config.refused_risks);
    };
    return control;
}

}  // namespace mcpm
