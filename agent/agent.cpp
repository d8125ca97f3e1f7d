#include "agent/agent.hpp"

#include "agent/access/profile_book.hpp"
#include "agent/access/token_book.hpp"
#include "agent/api/api.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/attachment.hpp"
#include "agent/gateway_desk.hpp"
#include "agent/health_watch.hpp"
#include "agent/http/listener.hpp"
#include "agent/job_runner.hpp"
#include "agent/launch_planner.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/manifest_watch.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/package_desk.hpp"
#include "agent/remotes.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/process_runtime.hpp"
#include "agent/runtime/runtimes.hpp"
#include "agent/sd_notify.hpp"
#include "agent/settings.hpp"
#include "agent/snapshot_writer.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/units.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

namespace mcpm {

namespace {

using SignalSet = UseOutcome::as_default_on_t<asio::basic_signal_set<Executor>>;

/// Gives the answer to a stop request time to leave before the listener closes.
constexpr std::chrono::milliseconds answer_grace{300};
/// For all that is closed beside the servers; a disk may be slow.
constexpr std::chrono::seconds closing_time{60};

Event agent_event(std::string type, std::string message) {
    Event event;
    event.at = now_utc();
    event.type = std::move(type);
    event.actor = "agent";
    event.message = std::move(message);
    return event;
}

}  // namespace

/// Built from the bottom up, destroyed from the top down.
struct Agent::Rooms {
    Rooms(Loop& the_loop, AgentOptions the_options, const AgentLog& the_log)
        : loop(the_loop),
          options(std::move(the_options)),
          log(the_log),
          tasks(the_loop, report()),
          changed(the_loop) {}

    TaskGroup::Report report() {
        return [this](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); };
    }
    void ask_to_end(AgentEnd how, Supervisor::Servers what_of_servers) {
        if (end) return;
        end = how;
        servers = what_of_servers;
        changed.notify_all();
    }

    Loop& loop;
    AgentOptions options;
    const AgentLog& log;
    Workers workers{3};
    TaskGroup tasks;
    Timestamp started_at = now_utc();
    std::vector<std::string> notices;

    std::optional<AgentEnd> end;
    Supervisor::Servers servers = Supervisor::Servers::stop;
    bool ready = false;
    bool has_cgroup = false;
    Notifier changed;

    std::unique_ptr<KeeperLink> keeper;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<ProcessRuntime> processes;
    std::unique_ptr<Remotes> remotes;
    std::unique_ptr<Runtimes> runtimes;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<mcp::Sessions> sessions;
    std::unique_ptr<PackageDesk> packages;
    std::unique_ptr<Supervisor> supervisor;
    std::unique_ptr<ManifestWatch> manifests;
    std::unique_ptr<GatewayDesk> gateway;
    std::unique_ptr<HealthWatch> health;
    std::unique_ptr<SnapshotWriter> snapshot;
    std::unique_ptr<access::TokenBook> tokens;
    std::unique_ptr<access::ProfileBook> profiles;
    std::unique_ptr<api::Api> api;
    std::vector<std::unique_ptr<http::Listener>> listeners;
    std::vector<api::TcpFact> tcp;

    Task<Result<>> open_foundations();
    Task<> open_access();
    void open_logs_and_sessions();
    void open_supervisor();
    SupervisorHooks hooks();
    api::AgentControl control();
    Result<> open_listeners();
    Task<Result<LaunchPlan>> plan(std::string server_id, ServerSpec spec, std::uint64_t run);
    Task<Result<>> begin_upgrade(std::string program);
    Task<> upgrade(std::string program);
    Task<> watch_signals();
    Task<> end_after_answer(AgentEnd how, Supervisor::Servers what);
};

Agent::Agent(Loop& loop, AgentOptions options, const AgentLog& log)
    : rooms_(std::make_unique<Rooms>(loop, std::move(options), log)) {}
Agent::~Agent() = default;

Task<Result<>> Agent::Rooms::open_foundations() {
    auto link = co_await KeeperLink::open(loop, std::move(options.keeper));
    if (!link) co_return link.error();
    keeper = std::move(*link);
    auto opened = co_await StateStore::open(loop, options.paths.database());
    if (!opened) co_return opened.error();
    store = std::move(opened->store);
    notices = std::move(opened->notices);
    const std::string data_id = data_id_of(options.paths.data);
    auto cgroups = CgroupTree::find(data_id, keeper->keeper_pid());
    has_cgroup = cgroups.is_usable();
    processes = std::make_unique<ProcessRuntime>(loop, *keeper, data_id, std::move(cgroups));
    remotes = std::make_unique<Remotes>(loop, workers);
    runtimes = std::make_unique<Runtimes>(std::map<ServerType, Runtime*>{
        {ServerType::process, processes.get()}, {ServerType::remote, &remotes->runtime()}});
    packages = std::make_unique<PackageDesk>(loop, workers, *keeper, options.paths, options.config, log);
    co_return Result<>{};
}

/// Without tokens nobody comes in by TCP, and the socket serves on: no reason to end.
Task<> Agent::Rooms::open_access() {
    tokens = std::make_unique<access::TokenBook>(loop, *store);
    profiles = std::make_unique<access::ProfileBook>(*store);
    const auto tokens_read = co_await tokens->open();
    if (!tokens_read) notices.push_back(tokens_read.error().message);
    const auto left_out = co_await profiles->open();
    if (!left_out) notices.push_back(left_out.error().message);
    if (left_out && *left_out > 0)
        notices.push_back(fmt::format("{} profiles are left out: they can't be read", *left_out));
}

void Agent::Rooms::open_logs_and_sessions() {
    logs = std::make_unique<LogStore>(loop, options.paths.logs(), limits_of(options.config.logs),
                                      [this](const std::string& server_id, const std::string& message) {
                                          log.warning(fmt::format("log of {}: {}", server_id, message));
                                          Event event = agent_event("server:log", message);
                                          event.server_id = server_id;
                                          if (supervisor) supervisor->add_event(std::move(event));
                                      });
    mcp::Callbacks callbacks;
    callbacks.ready = [this](const std::string& server_id, std::uint64_t run) {
        if (GatewayDesk::is_own(server_id)) {
            gateway->own_opened();
        } else {
            supervisor->report_ready(server_id, run);
            manifests->look(server_id, run);
        }
        gateway->gateway().session_opened(server_id);
    };
    callbacks.requested = [this](const std::string& server_id, const mcp::MessageScan& request) {
        return gateway->gateway().on_request(server_id, request);
    };
    callbacks.failed = [this](const std::string& server_id, std::uint64_t run, Error why) {
        if (GatewayDesk::is_own(server_id)) return gateway->own_failed(server_id, std::move(why));
        logs->note(server_id, why.message);
        supervisor->report_not_ready(server_id, run, std::move(why));
    };
    callbacks.noise = [this](const std::string& server_id, std::string_view line) {
        logs->append(server_id.substr(0, server_id.find('#')), LogStream::standard_output, line);
    };
    callbacks.notified = [this](const std::string& server_id, std::string_view notification) {
        if (!GatewayDesk::is_own(server_id)) manifests->on_notification(server_id, notification);
        gateway->gateway().on_notification(server_id, notification);
    };
    sessions = std::make_unique<mcp::Sessions>(loop, std::move(callbacks));
}

Task<Result<LaunchPlan>> Agent::Rooms::plan(std::string server_id, ServerSpec spec, std::uint64_t run) {
    if (spec.type == ServerType::remote) {
        const auto prepared = co_await remotes->prepare();
        if (!prepared) co_return prepared.error();
    }
    const LaunchPlanner* planner = co_await packages->planner();
    co_return planner->plan(server_id, spec, run);
}

SupervisorHooks Agent::Rooms::hooks() {
    SupervisorHooks hooks;
    hooks.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    hooks.attached = [this](const std::string& server_id, const ServerSpec& spec, Instance& instance,
                            bool resumed) {
        auto attachment = attachment_of(server_id, spec, instance, resumed, *remotes);
        if (attachment) sessions->attach(std::move(*attachment));
    };
    hooks.input_closing = [this](const std::string& server_id, std::uint64_t run) {
        sessions->close_input(server_id, run);
    };
    hooks.detached = [this](const std::string& server_id, std::uint64_t run, const Exit& exit) {
        const Error why = session_end(exit);
        sessions->detach(server_id, run, why);
        if (gateway) gateway->gateway().session_ended(server_id, why);
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
                                            std::move(find_profile), log);
    HealthWatch::Commands commands;
    commands.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return plan(std::move(server_id), std::move(spec), run);
    };
    commands.run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
    health = std::make_unique<HealthWatch>(loop, *supervisor, *sessions, *store, std::move(commands), log);
    snapshot = std::make_unique<SnapshotWriter>(loop, workers, *supervisor, options.paths.snapshot(), log);
}

Task<> Agent::Rooms::end_after_answer(AgentEnd how, Supervisor::Servers what) {
    co_await sleep_for(answer_grace);
    ask_to_end(how, what);
}

/// The keeper becomes what it is given, and every server dies with a keeper that is none: asked first.
Task<Result<>> Agent::Rooms::begin_upgrade(std::string asked) {
    auto program = packages->program_for_upgrade(asked);
    if (!program) co_return program.error();
    Job job;
    job.program = *program;
    job.arguments = {"--version"};
    job.time_limit = std::chrono::seconds(5);
    auto running = run_job(loop, *keeper, std::move(job));
    const auto said = co_await std::move(running);
    if (!said || said->exit.code != 0 || !said->output.starts_with("mcpmd ")) {
        co_return Error{ErrorCode::validation_error,
                        fmt::format("upgrade to {}: it is not mcpmd (asked for its --version, it {})",
                                    *program, said ? "did not say so" : said.error().message)};
    }
    tasks.spawn("upgrade", upgrade(std::move(*program)));
    co_return Result<>{};
}

Task<> Agent::Rooms::upgrade(std::string program) {
    co_await sleep_for(answer_grace);
    std::string named = program;
    const auto upgraded = co_await keeper->upgrade_keeper(std::move(program));
    if (!upgraded) {
        log.error(upgraded.error().message);
        supervisor->add_event(agent_event("agent:upgrade-failed", upgraded.error().message));
        co_return;
    }
    log.info("the keeper runs " + named);
    ask_to_end(AgentEnd::replaced, Supervisor::Servers::leave);
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
    control.last_check = [this](const std::string& server_id) { return health->last_check(server_id); };
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
    control.prepare = [this](ServerSpec spec) { return packages->prepare(std::move(spec)); };
    control.upgrade = [this](ServerView server, api::AgentControl::Upgrade what, std::string version) {
        return packages->upgrade(std::move(server), what, std::move(version));
    };
    return control;
}

Result<> Agent::Rooms::open_listeners() {
    auto served = sort_sockets(std::move(options.listeners), options.passed_by, options.config.http);
    tcp = std::move(served.tcp);
    for (const auto& fact : tcp) {
        if (!fact.is_listening) log.warning(fact.error);
    }
    for (auto& socket : served.sockets) {
        auto listener = http::Listener::start(loop, std::move(socket), limits_of(options.config.http),
                                              api->endpoint(), report(), api->head_check());
        if (!listener) return listener.error();
        listeners.push_back(std::move(*listener));
    }
    return {};
}

Task<> Agent::Rooms::watch_signals() {
    SignalSet signals(loop.get_executor(), SIGTERM, SIGINT, SIGHUP);
    for (;;) {
        const auto [error, signal] = co_await signals.async_wait();
        if (error) co_return;
        if (signal == SIGHUP) continue;
        log.info(fmt::format("stopping: signal {}", signal));
        ask_to_end(AgentEnd::stopped, Supervisor::Servers::stop);
    }
}

Task<bool> Agent::open() {
    Rooms& rooms = *rooms_;
    if (const auto opened = co_await rooms.open_foundations(); !opened) {
        rooms.log.error(opened.error().message);
        rooms.end = opened.error().code == ErrorCode::conflict ? AgentEnd::misconfigured : AgentEnd::failed;
        co_return false;
    }
    co_await rooms.open_access();
    rooms.open_logs_and_sessions();
    rooms.open_supervisor();
    rooms.api = std::make_unique<api::Api>(
        rooms.loop, *rooms.supervisor, *rooms.logs, *rooms.store, *rooms.sessions, rooms.gateway->gateway(),
        rooms.workers, *rooms.tokens, *rooms.profiles, rooms.control(), rooms.options.config.http);
    rooms.tasks.spawn("signals", rooms.watch_signals());
    for (const auto& notice : rooms.notices) {
        rooms.log.warning(notice);
        rooms.supervisor->add_event(agent_event("agent:notice", notice));
    }
    co_await rooms.manifests->load();
    if (const auto opened = co_await rooms.supervisor->open(); !opened) {
        rooms.log.error(opened.error().message);
        rooms.notices.push_back(opened.error().message);
    }
    // Not before the servers are known and taken over: until then every one is "not found", and a start would
    // be a second copy. Who connects meanwhile waits in the socket's queue.
    if (const auto listening = rooms.open_listeners(); !listening) {
        rooms.log.error(listening.error().message);
        rooms.end = AgentEnd::failed;
        co_return false;
    }
    rooms.gateway->start();
    rooms.snapshot->start();
    rooms.health->start();
    rooms.ready = true;
    rooms.supervisor->add_event(agent_event("agent:started", fmt::format("agent {} started", MCPM_VERSION)));
    rooms.log.info(
        fmt::format("mcpmd {} is ready; socket {}", MCPM_VERSION, rooms.options.paths.socket().string()));
    sd_notify_state("READY=1");
    co_return true;
}

Task<> Agent::close() {
    Rooms& rooms = *rooms_;
    rooms.ready = false;
    if (rooms.end == AgentEnd::stopped) sd_notify_state("STOPPING=1");
    for (auto& listener : rooms.listeners) co_await listener->stop(answer_grace);
    if (rooms.api) co_await rooms.api->close(answer_grace);
    rooms.tasks.cancel_all();
    if (rooms.end == AgentEnd::stopped && rooms.keeper) {
        const Duration servers = rooms.supervisor ? rooms.supervisor->close_limit() : Duration{};
        rooms.keeper->announce_shutdown(std::chrono::ceil<std::chrono::seconds>(servers) + closing_time);
    }
    if (rooms.supervisor) co_await rooms.supervisor->close(rooms.servers);
    if (rooms.gateway) co_await rooms.gateway->close();
    if (rooms.health) co_await rooms.health->close();
    if (rooms.manifests) co_await rooms.manifests->close();
    if (rooms.snapshot) co_await rooms.snapshot->close();
    if (rooms.sessions) co_await rooms.sessions->close();
    if (rooms.remotes) co_await rooms.remotes->close();
    if (rooms.logs) co_await rooms.logs->close();
    if (rooms.packages) co_await rooms.packages->close();
    if (rooms.tokens) co_await rooms.tokens->close();
    if (rooms.store) co_await rooms.store->close();
    co_await rooms.tasks.drain();
    rooms.log.info("the agent ends");
    if (rooms.keeper) rooms.keeper->close();
}

Task<AgentEnd> Agent::run() {
    const bool opened = co_await open();
    while (opened && !rooms_->end) co_await rooms_->changed.wait();
    co_await close();
    co_return rooms_->end.value_or(AgentEnd::failed);
}

}  // namespace mcpm
