#include "agent/agent.hpp"

#include "agent/agent_rooms.hpp"
#include "agent/definitions/own_definition.hpp"
#include "agent/launch/desktop.hpp"
#include "agent/launch/engine_context.hpp"
#include "agent/launch/job_runner.hpp"
#include "agent/launch/own_variables.hpp"
#include "agent/mcp/tool_check.hpp"
#include "agent/observe/counting.hpp"
#include "agent/observe/sources.hpp"
#include "agent/process/exposure.hpp"
#include "agent/process/limit_notices.hpp"
#include "agent/process/memory_trim.hpp"
#include "agent/process/sd_notify.hpp"
#include "agent/process/startup.hpp"
#include "agent/process/watchdog.hpp"
#include "agent/settings.hpp"
#include "agent/store/store_watch.hpp"
#include "common/database_place.hpp"
#include "common/environment_check.hpp"
#include "common/own_program.hpp"
#include "common/secret_values.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

/// For all that is closed beside the servers; a disk may be slow.
constexpr std::chrono::seconds closing_time{60};

}  // namespace

Agent::Agent(Loop& loop, AgentOptions options, const AgentLog& log)
    : rooms_(std::make_unique<Rooms>(loop, std::move(options), log)) {}
Agent::~Agent() = default;

void Agent::Rooms::report_fault(const std::string& what) {
    log.error(what);
    for (const auto& tell : told_of_faults) tell(what);
}

Task<Result<>> Agent::Rooms::open_foundations() {
    auto link = co_await KeeperLink::open(loop, std::move(options.keeper));
    if (!link) co_return link.error();
    keeper = std::move(*link);
    closers.push("keeper", [this] { return close_keeper(); });
    closers.push("tasks", [this] { return close_tasks(); });
    const auto database = database_of(options.paths, options.config);
    auto held = hold_database(options.paths, database);
    if (!held) co_return held.error();
    database_lock = std::move(held->lock);
    if (!held->notice.empty()) announcements.note(std::move(held->notice));
    auto opened = co_await StateStore::open(loop, database);
    if (!opened) co_return opened.error();
    store = std::move(opened->store);
    push_closer("store", store);
    for (auto& notice : opened->notices) announcements.note(std::move(notice));
    vault = std::make_unique<secrets::Vault>(
        secrets::SecretFiles(options.paths.secrets(), options.paths.secrets_key()),
        options.paths.state / "secret-names");
    vault->set_notice_sink([this](std::string text) { announcements.note(std::move(text)); });
    // What took the database may have taken the values too.
    store->set_notice_sink([this](std::string text) {
        announcements.note(std::move(text));
        if (!ending.how()) tasks.spawn("looking at the secrets at once", vault->look());
    });
    co_return Result<>{};
}

/// Without tokens nobody comes in by TCP, and the socket serves on: no reason to end.
Task<> Agent::Rooms::open_access() {
    tokens = std::make_unique<access::TokenBook>(loop, *store);
    push_closer("tokens", tokens);
    profiles = std::make_unique<access::ProfileBook>(*store);
    const auto tokens_read = co_await tokens->open();
    if (!tokens_read) announcements.note(tokens_read.error().message);
    const auto left_out = co_await profiles->open();
    if (!left_out) announcements.note(left_out.error().message);
    if (left_out && *left_out > 0)
        announcements.note(fmt::format("{} profiles are left out: they can't be read", *left_out));
}

void Agent::Rooms::open_logs() {
    logs = std::make_unique<LogStore>(loop, options.paths.logs(), limits_of(options.config.logs),
                                      [this](const std::string& server_id, const std::string& message) {
                                          log.warning(fmt::format("log of {}: {}", server_id, message));
                                          announcements.say(EventType::server_log, message, server_id);
                                      });
    push_closer("logs", logs);
    clean_log = std::make_shared<const AgentLog::Clean>(
        [this](std::string message) { return logs->without_any_hidden(std::move(message)); });
    log.clean_with(clean_log);
    JobRunner run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
    elsewhere = std::make_unique<Elsewhere>(workers, std::move(run), all_own_variables());
    lending = std::make_unique<Lending>(*vault, *logs, log, *elsewhere);
}

void Agent::Rooms::open_runtimes() {
    const std::string owner_id = owner_id_of(options.paths.data);
    auto cgroups = CgroupTree::find(owner_id, keeper->keeper_pid());
    has_cgroup = cgroups.is_usable();
    processes = std::make_unique<ProcessRuntime>(loop, *keeper, owner_id, std::move(cgroups));
    push_closer("processes", processes);
    packages =
        std::make_unique<PackageDesk>(loop, workers, *keeper, *processes, options.paths, options.config, log);
    push_closer("packages", packages);
    const auto& network = options.config.network;
    remotes = std::make_unique<Remotes>(loop, workers,
                                        outgoing::Network{network.proxy, network.no_proxy, network.ca_file});
    push_closer("remotes", remotes);
    engine =
        std::make_unique<engine::Engine>(loop, engine_context(loop, workers, *keeper, network.image_mirror));
    containers = std::make_unique<ContainerRuntime>(loop, workers, *engine, container_settings(owner_id));
    push_closer("containers", containers);
    runtimes =
        std::make_unique<Runtimes>(std::map<ServerType, Runtime*>{{ServerType::process, processes.get()},
                                                                  {ServerType::container, containers.get()},
                                                                  {ServerType::remote, &remotes->runtime()}});
    outside = std::make_unique<OutsideContainers>(
        loop, *keeper, options.paths.data / "servers",
        [this](std::string server_id, ServerSpec spec) {
            return packages->plan(std::move(server_id), std::move(spec), 0, {});
        },
        [this](const std::string& server_id) { return attachments->living_runs(server_id); });
    start_plans = std::make_unique<StartPlans>([this] { return remotes->prepare(); }, *lending, *packages,
                                               *outside, options.config.refused_risks);
}

void Agent::Rooms::open_sessions() {
    links = std::make_unique<SessionLinks>(*logs);
    auto callbacks = links->callbacks();
    if (signals::exports_measures()) durations = std::make_unique<traces::DurationBook>();
    callbacks.durations = durations.get();
    sessions = std::make_unique<mcp::Sessions>(loop, std::move(callbacks));
    push_closer("sessions", sessions);
}

void Agent::Rooms::open_signals() {
    signals::Signals::Sources sources{*supervisor, remotes->client(), workers, *logs, *vault};
    sources.desktop = desktop_notices(loop, *keeper, desktop_program);
    if (durations) sources.measures = [this] { return durations->measures(); };
    signals = std::make_unique<signals::Signals>(loop, options.config, options.paths, sources, log);
    push_closer("signals", signals);
    told_of_faults.emplace_back([this](const std::string& what) { signals->report_fault(what); });
}

void Agent::Rooms::open_supervisor() {
    SupervisorOptions settings;
    settings.start_concurrency = options.config.start_concurrency;
    settings.most_own_per_server = options.config.own_per_server;
    settings.most_own = options.config.own_total;
    supervisor = std::make_unique<Supervisor>(loop, *runtimes, *logs, *store, hooks(), settings);
    announcements.join([this](Event event) { supervisor->add_event(std::move(event)); });
    attachments = std::make_unique<Attachments>(loop, tasks, *supervisor, *sessions, *remotes);
    image_pins = std::make_unique<ImagePins>(*supervisor, tasks, log);
    snapshot = std::make_unique<SnapshotWriter>(loop, workers, *supervisor, options.paths.snapshot(), log);
    push_closer("snapshot", snapshot);
    manifests = std::make_unique<ManifestWatch>(loop, *sessions, *store, *supervisor, log);
    push_closer("offers", manifests);
    HealthWatch::Commands commands = health_commands();
    health = std::make_unique<HealthWatch>(loop, *supervisor, *sessions, *store, std::move(commands),
                                           remotes->client(), log);
    push_closer("health", health);
    open_signals();
    gateway = std::make_unique<GatewayDesk>(
        loop, *supervisor, *manifests, *sessions, *logs,
        [this](std::string_view name) { return profiles->find(name); }, log,
        limits_of(options.config.gateway));
    push_closer("gateway", gateway);
    links->join(*sessions, *supervisor, *attachments, *manifests, *gateway);
    if (auto* const tracer = signals->tracer()) gateway->gateway().trace_calls(*tracer);
    if (durations) gateway->gateway().keep_durations(*durations);
    loop_lag = std::make_unique<LoopLag>(loop);
    push_closer("looking at the loop", loop_lag);
    session_file =
        std::make_unique<SessionFile>(options.paths.runtime / "sessions.json", *gateway, workers, log);
    definitions = std::make_unique<Definitions>(
        loop, *supervisor, *health, *packages, *engine,
        [this](const std::string& server_id) {
            lending->forget_server(server_id);
            sessions->forget_server(server_id);
            gateway->forget_server(server_id);
        },
        [this](std::string server_id) { return mcp::check_tools(*sessions, std::move(server_id)); });
    observe::ArgumentRecording arguments{options.config.arguments.kept, [this](const std::string& server_id) {
                                             HiddenValues hidden;
                                             if (const auto server = supervisor->find(server_id))
                                                 hidden.add(wire::secret_values(server->spec));
                                             hidden.add(vault->lent_to(server_id));
                                             return hidden;
                                         }};
    desk = observe::open_desk(loop, workers, *store, *supervisor, gateway->gateway(), *engine,
                              std::move(arguments));
    push_closer("observing", desk);
    told_of_faults.emplace_back([this](const std::string& what) {
        desk->errors.note("agent", observe::Severity::error, what, now_utc(), Clock::now());
    });
    change_watch = std::make_unique<ChangeWatch>(
        loop, workers, *supervisor, options.paths.data / "servers",
        [this](const std::string& server_id, const std::string& text) { logs->note(server_id, text); }, log);
    push_closer("watching files", change_watch);
    // Runs end before the rooms go that are told of their ends.
    closers.push("supervisor", [this] { return close_supervisor(); });
    closers.push("secrets", [this] { return vault->look(); });
}

Task<> Agent::Rooms::close_keeper() {
    log.info("the agent ends");
    keeper->close();
    co_return;
}

Task<> Agent::Rooms::close_tasks() {
    tasks.cancel_all();
    co_await tasks.drain();
}

Task<> Agent::Rooms::leave() {
    ready = false;
    if (ending.how() == AgentEnd::stopped) sd_notify_state("STOPPING=1");
    co_return;
}

Task<> Agent::Rooms::close_supervisor() {
    announcements.part();
    tasks.cancel_all();
    if (ending.how() == AgentEnd::stopped)
        keeper->announce_shutdown(std::chrono::ceil<std::chrono::seconds>(supervisor->close_limit()) +
                                  closing_time);
    co_await supervisor->close(ending.servers());
}

SessionFile::Next Agent::Rooms::next_agent() const {
    if (ending.how() == AgentEnd::replaced) return SessionFile::Next::comes;
    return ending.how() == AgentEnd::stopped ? SessionFile::Next::does_not_come
                                             : SessionFile::Next::nobody_knows;
}

void Agent::Rooms::open_api() {
    registry = std::make_unique<registry::Registry>(remotes->client(), workers,
                                                    options.paths.data / "registry", options.config.registry);
    const api::Needs needs{
        loop,    *supervisor, *definitions, *logs,  *store,  *manifests, *sessions, gateway->gateway(),
        workers, *tokens,     *profiles,    *vault, *health, *desk,      *signals,  *registry,
        progress};
    api = std::make_unique<api::Api>(needs, control(), options.config.http);
    packages->fetch_with([this](std::string address, std::uint64_t limit) {
        return registry->bytes_at(std::move(address), limit);
    });
    closers.push("api", [this] { return api->close(AgentEnding::answer_grace); });
    reach = std::make_unique<Reach>(
        loop, workers, tasks, disk, *keeper, announcements, log, options.paths, options.config.http,
        Reach::Served{api->endpoint(), api->head_check(), limits_of(options.config.http)});
    closers.push("listeners", [this] { return reach->close(AgentEnding::answer_grace); });
    closers.push("MCP sessions", [this] { return session_file->leave(next_agent()); });
    closers.push("watchers", [this] { return api->end_watching(); });
}

/// What does not work out is said: the agent runs without it.
Task<> Agent::Rooms::settle_own() {
    const OwnServer what = options.config.gateway.offers_mcpm ? OwnServer::offered : OwnServer::withheld;
    ServerSpec wanted = own_definition(own_program(), options.paths);
    const auto settled = co_await settle_own_server(*supervisor, *definitions, std::move(wanted), what);
    if (!settled) announcements.note(settled.error().message);
}

/// Everybody is there: what goes on by itself begins.
void Agent::Rooms::begin() {
    gateway->start();
    tasks.spawn("keep the MCP sessions", session_file->keep());
    snapshot->start();
    tasks.spawn("give memory back", trim_memory(*supervisor));
    packages->start();
    tasks.spawn("offer mcpm itself", settle_own());
    health->start();
    change_watch->start();
    signals->start();
    desk->stats.start();
    observe::start_sending(*desk, remotes->client());
    reach->stay();
    if (auto news = signals->crash_news(); !news.empty()) announcements.note(std::move(news));
    ready = true;
    announcements.settled();
    announcements.say(EventType::agent_started, fmt::format("agent {} started", MCPM_VERSION));
    log.info(fmt::format("mcpmd {} is ready; socket {}", MCPM_VERSION, options.paths.socket().string()));
    if (const auto words = sign_in_words(options.config.http); !words.empty()) log.info(words);
    sd_notify_state("READY=1");
    closers.push("readiness", [this] { return leave(); });
}

Task<bool> Agent::Rooms::open() {
    if (const auto opened = co_await open_foundations(); !opened) {
        ending.fail(opened.error());
        co_return false;
    }
    co_await open_access();
    open_logs();
    open_runtimes();
    open_sessions();
    if (options.config.notify.has_desktop) desktop_program = co_await find_desktop_program(workers);
    open_supervisor();
    tasks.spawn("count what happens", observe::count_events(*supervisor, *desk));
    open_api();
    tasks.spawn("what happens on the disk", disk.run());
    tasks.spawn("looking at the database",
                watch_store(*store, loop, disk, database_of(options.paths, options.config)));
    tasks.spawn("looking at the secrets", vault->watch(loop, disk));
    tasks.spawn("signals", ending.watch_signals(loop, *keeper));
    tasks.spawn("feed the watchdog", feed_watchdog());
    for (auto& notice : limit_notices()) announcements.note(std::move(notice));
    for (auto& fault : environment_faults()) announcements.note(std::move(fault));
    for (auto& said : exposures(::geteuid(), options.config.http)) announcements.note(std::move(said));
    co_await manifests->load();
    co_await lending->lend_again(*store);
    if (const auto opened = co_await supervisor->open(); !opened) announcements.note(opened.error().message);
    session_file->restore();
    co_await api->open();
    // Not before the servers are known and taken over: until then every one is "not found", and a start would
    // be a second copy. Who connects meanwhile waits in the socket's queue.
    const auto listening = reach->open(std::move(options.listeners), options.passed_by, options.first_number);
    if (!listening) {
        log.error(listening.error().message);
        ending.ask(AgentEnd::failed, Supervisor::Servers::stop);
        co_return false;
    }
    begin();
    co_return true;
}

Task<AgentEnd> Agent::run() {
    Rooms& rooms = *rooms_;
    const bool opened = co_await rooms.open();
    if (opened) co_await rooms.ending.awaited();
    co_await rooms.closers.run(rooms.report());
    co_return rooms.ending.how().value_or(AgentEnd::failed);
}

}  // namespace mcpm
