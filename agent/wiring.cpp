// What each room is told of others, and how.
#include "agent/agent_rooms.hpp"
#include "agent/launch/job_runner.hpp"
#include "agent/observe/sources.hpp"
#include "common/database_place.hpp"
#include "common/risks.hpp"

#include <unistd.h>

#include <utility>

namespace mcpm {

SupervisorHooks Agent::Rooms::hooks() {
    SupervisorHooks hooks;
    hooks.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return start_plans->plan(std::move(server_id), std::move(spec), run);
    };
    hooks.end_outside = [this](std::string server_id, std::uint64_t run, ServerSpec spec) {
        return outside->end_of_run(std::move(server_id), run, std::move(spec));
    };
    links->take_part(hooks);
    return hooks;
}

HealthWatch::Commands Agent::Rooms::health_commands() {
    HealthWatch::Commands commands;
    commands.plan = [this](std::string server_id, ServerSpec spec, std::uint64_t run) {
        return start_plans->plan(std::move(server_id), std::move(spec), run);
    };
    commands.run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
    commands.vitals = [this](std::string server_id) {
        return observe::vitals_of(workers, *supervisor, std::move(server_id));
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

std::vector<metrics::HistogramFigure> Agent::Rooms::own_times() {
    std::vector<metrics::HistogramFigure> figures{loop_lag->figure(), keeper->figure()};
    health->add_figures(figures);
    return figures;
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
        facts.database = database_of(options.paths, options.config);
        facts.notices = announcements.notices();
        facts.has_cgroup = has_cgroup;
        facts.tcp = reach->tcp();
        facts.server_environment = packages->server_environment();
        return facts;
    };
    control.ask_engine = [this] { return observe::ask_engine(*engine); };
    control.call_timeout = options.config.call_timeout;
    control.connections = [this] { return reach->counters(); };
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
    const auto command_line = std::make_shared<CommandLine>(loop, *keeper);
    control.ask_command_line = [command_line](std::vector<std::string> words) {
        // As long as the packages of all that is taken over may need.
        return command_line->ask(std::move(words), std::chrono::minutes(10));
    };
    control.is_own_command = [command_line](int pid) { return command_line->is_asked(pid); };
    control.check_policy = [this](const ServerSpec& spec) {
        return check_policy(spec, options.config.refused_risks);
    };
    control.own_times = [this] { return own_times(); };
    return control;
}

}  // namespace mcpm
