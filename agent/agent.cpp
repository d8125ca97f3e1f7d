#include "agent/agent.hpp"

#include "agent/agent_rooms.hpp"
#include "agent/process/exposure.hpp"
#include "agent/process/limit_notices.hpp"
#include "agent/process/memory_trim.hpp"
#include "agent/process/sd_notify.hpp"
#include "agent/process/upgrade_program.hpp"
#include "agent/settings.hpp"
#include "agent/wiring_observe.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

namespace mcpm {

namespace {

/// Gives the answer to a stop request time to leave before the listener closes.
constexpr std::chrono::milliseconds answer_grace{300};
/// For all that is closed beside the servers; a disk may be slow.
constexpr std::chrono::seconds closing_time{60};
/// Shown with the agent; all of them are events too.
constexpr std::size_t most_notices = 50;

}  // namespace

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
    store->set_notice_sink([this](std::string text) { note(std::move(text)); });
    for (auto& notice : opened->notices) note(std::move(notice));
    vault = std::make_unique<secrets::Vault>(
        secrets::SecretFiles(options.paths.secrets(), options.paths.secrets_key()));
    const std::string data_id = data_id_of(options.paths.data);
    auto cgroups = CgroupTree::find(data_id, keeper->keeper_pid());
    has_cgroup = cgroups.is_usable();
    processes = std::make_unique<ProcessRuntime>(loop, *keeper, data_id, std::move(cgroups));
    open_containers(data_id);
    const auto& network = options.config.network;
    remotes = std::make_unique<Remotes>(loop, workers,
                                        outgoing::Network{network.proxy, network.no_proxy, network.ca_file});
    runtimes =
        std::make_unique<Runtimes>(std::map<ServerType, Runtime*>{{ServerType::process, processes.get()},
                                                                  {ServerType::container, containers.get()},
                                                                  {ServerType::remote, &remotes->runtime()}});
    packages =
        std::make_unique<PackageDesk>(loop, workers, *keeper, *processes, options.paths, options.config, log);
    co_return Result<>{};
}

/// Without tokens nobody comes in by TCP, and the socket serves on: no reason to end.
Task<> Agent::Rooms::open_access() {
    tokens = std::make_unique<access::TokenBook>(loop, *store);
    profiles = std::make_unique<access::ProfileBook>(*store);
    const auto tokens_read = co_await tokens->open();
    if (!tokens_read) note(tokens_read.error().message);
    const auto left_out = co_await profiles->open();
    if (!left_out) note(left_out.error().message);
    if (left_out && *left_out > 0)
        note(fmt::format("{} profiles are left out: they can't be read", *left_out));
}

void Agent::Rooms::note(std::string text) {
    if (!ready && std::find(notices.begin(), notices.end(), text) != notices.end()) return;
    log.warning(text);
    if (supervisor && !end) supervisor->add_event(agent_event("agent:notice", text));
    if (notices.size() == most_notices) notices.erase(notices.begin());
    notices.push_back(std::move(text));
}

Task<> Agent::Rooms::end_after_answer(AgentEnd how, Supervisor::Servers what) {
    co_await sleep_for(answer_grace);
    ask_to_end(how, what);
}

/// The keeper becomes what it is given, and every server dies with a keeper that is none: asked first.
Task<Result<>> Agent::Rooms::begin_upgrade(std::string asked) {
    auto finding = program_for_upgrade(loop, *keeper, std::move(asked));
    auto program = co_await std::move(finding);
    if (!program) co_return program.error();
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

Task<> Agent::Rooms::watch_store() {
    constexpr std::chrono::seconds look_again{10};
    for (;;) {
        co_await sleep_for(look_again);
        co_await store->look();
    }
}

Task<bool> Agent::open() {
    Rooms& rooms = *rooms_;
    if (const auto opened = co_await rooms.open_foundations(); !opened) {
        rooms.log.error(opened.error().message);
        // What lies in a place of ours is not mended by beginning again.
        const auto code = opened.error().code;
        const bool is_for_people = code == ErrorCode::conflict || code == ErrorCode::forbidden;
        rooms.end = is_for_people ? AgentEnd::misconfigured : AgentEnd::failed;
        co_return false;
    }
    co_await rooms.open_access();
    rooms.open_logs_and_sessions();
    rooms.open_supervisor();
    rooms.desk = open_desk(rooms.loop, rooms.workers, *rooms.store, *rooms.supervisor,
                           rooms.gateway->gateway(), *rooms.engine);
    rooms.tasks.spawn("count what happens", count_events(*rooms.supervisor, *rooms.desk));
    rooms.api = std::make_unique<api::Api>(rooms.loop, *rooms.supervisor, *rooms.definitions, *rooms.logs,
                                           *rooms.store, *rooms.sessions, rooms.gateway->gateway(),
                                           rooms.workers, *rooms.tokens, *rooms.profiles, *rooms.vault,
                                           rooms.control(), rooms.options.config.http);
    rooms.tasks.spawn("looking at the database", rooms.watch_store());
    rooms.tasks.spawn("signals", rooms.watch_signals());
    // What was noted before there was a supervisor to keep it.
    for (const auto& notice : rooms.notices) rooms.supervisor->add_event(agent_event("agent:notice", notice));
    for (auto& notice : limit_notices()) rooms.note(std::move(notice));
    for (auto& said : exposures(::geteuid(), rooms.options.config.http)) rooms.note(std::move(said));
    co_await rooms.manifests->load();
    co_await rooms.lend_again();
    if (const auto opened = co_await rooms.supervisor->open(); !opened) {
        rooms.note(opened.error().message);
    }
    rooms.restore_sessions();
    // Not before the servers are known and taken over: until then every one is "not found", and a start would
    // be a second copy. Who connects meanwhile waits in the socket's queue.
    if (const auto listening = rooms.open_listeners(); !listening) {
        rooms.log.error(listening.error().message);
        rooms.end = AgentEnd::failed;
        co_return false;
    }
    rooms.gateway->start();
    rooms.tasks.spawn("keep the MCP sessions", rooms.keep_sessions());
    rooms.snapshot->start();
    rooms.tasks.spawn("give memory back", trim_memory(*rooms.supervisor));
    rooms.packages->start();
    rooms.health->start();
    rooms.desk->stats.start();
    start_sending(*rooms.desk, rooms.remotes->client());
    rooms.stay_reachable();
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
    if (rooms.api) co_await rooms.api->end_watching();
    if (rooms.gateway) co_await rooms.leave_sessions();
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
    if (rooms.containers) co_await rooms.containers->close();
    if (rooms.remotes) co_await rooms.remotes->close();
    if (rooms.logs) co_await rooms.logs->close();
    if (rooms.packages) co_await rooms.packages->close();
    if (rooms.tokens) co_await rooms.tokens->close();
    if (rooms.desk) co_await rooms.desk->close();
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
