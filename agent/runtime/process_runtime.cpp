#include "agent/runtime/process_runtime.hpp"

#include "agent/runtime/instance_kind.hpp"
#include "agent/runtime/process_instance.hpp"
#include "common/ascii.hpp"
#include "common/units.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <sstream>
#include <utility>

namespace mcpm {

namespace {

constexpr auto leftover_limit = std::chrono::seconds(5);
constexpr std::uint32_t pipe_bytes = 1 << 20;

bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '-' || c == '_';
    });
}

/// "SERVER RUN MILLISECONDS", and " own" for one client's: what the next agent learns a run from.
struct RunTag {
    std::string server_id;
    std::uint64_t run = 0;
    std::int64_t started_at = 0;
    InstanceKind kind = InstanceKind::shared;
};

std::string write_tag(const RunTag& tag) {
    return tag.server_id + " " + std::to_string(tag.run) + " " + std::to_string(tag.started_at) +
           (tag.kind == InstanceKind::own ? " " + std::string(name_of(tag.kind)) : "");
}

std::optional<RunTag> read_tag(const std::string& text) {
    std::istringstream words(text);
    RunTag tag;
    if (!(words >> tag.server_id >> tag.run >> tag.started_at) || !tag.server_id.starts_with("srv_"))
        return std::nullopt;
    std::string kind;
    if (words >> kind) tag.kind = value_of<InstanceKind>(kind).value_or(InstanceKind::shared);
    return tag;
}

std::string cgroup_name(const std::string& server_id, std::uint64_t run) {
    return server_id + "-" + std::to_string(run);
}

std::uint64_t most_open_files() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : RLIM_INFINITY;
}

std::vector<std::string> environment_of(const ProgramPlan& program, const RunMarks& marks) {
    auto variables = program.environment;
    variables["MCPM_OWNER"] = marks.owner;
    variables["MCPM_SERVER"] = marks.server_id;
    variables["MCPM_RUN"] = std::to_string(marks.run);
    variables["MCPM_BOOT"] = marks.boot_id;
    std::vector<std::string> lines;
    for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
    return lines;
}

}  // namespace

std::string owner_id_of(const std::filesystem::path& data_folder) {
    struct stat status {};
    if (::stat(data_folder.c_str(), &status) < 0) return "unknown";
    std::ostringstream text;
    text << std::hex << status.st_dev << '-' << status.st_ino;
    return text.str();
}

ProcessRuntime::ProcessRuntime(Loop& loop, KeeperLink& link, std::string owner_id, CgroupTree cgroups)
    : shared_(std::make_shared<Shared>(
          Shared{loop, link, std::move(owner_id), read_boot_id(), std::move(cgroups)})) {}

ProcessRuntime::~ProcessRuntime() = default;

Task<Result<std::unique_ptr<Instance>>> ProcessRuntime::launch(LaunchPlan plan) {
    const auto shared = shared_;
    if (!is_plain(plan.server_id)) {
        co_return Error{ErrorCode::internal_error, "start a server: its id cannot be part of a path"};
    }
    auto facts = RunFacts::create();
    if (!facts) co_return facts.error();
    const ProgramPlan& program = std::get<ProgramPlan>(plan.what);
    const RunMarks marks{shared->owner_id, plan.server_id, plan.run, shared->boot_id};
    const Timestamp now = now_utc();
    const RunTag tag{plan.server_id, plan.run, now.time_since_epoch().count(), plan.kind};
    SpawnRequest request;
    request.tag = write_tag(tag);
    request.program = program.program;
    request.arguments = program.arguments;
    request.environment = environment_of(program, marks);
    request.cwd = program.cwd;
    request.record = facts->duplicate();
    request.pipe_bytes = pipe_bytes;
    if (program.limits.open_files) {
        request.limits.emplace_back(RLIMIT_NOFILE, std::min(*program.limits.open_files, most_open_files()));
    }
    std::optional<RunCgroup> cgroup;
    auto made = shared->cgroups.create(cgroup_name(plan.server_id, plan.run), program.limits);
    if (made) cgroup = std::move(*made);
    if (cgroup) request.cgroup = cgroup->open_directory();
    request.below_warden = !cgroup;
    auto child = co_await shared->link.spawn(std::move(request));
    if (!child) {
        if (cgroup) cgroup->remove();
        co_return child.error();
    }
    co_return std::make_unique<ProcessInstance>(shared, marks, plan.kind, now, std::move(*child),
                                                std::move(*facts), std::move(cgroup));
}

std::unique_ptr<Instance> ProcessRuntime::take_over(KeptChild& child) {
    const auto tag = read_tag(child.tag);
    if (!tag || !is_plain(tag->server_id)) return nullptr;
    auto facts = RunFacts::adopt(std::move(child.descriptors.record));
    // A torn record costs the session's state, not the server.
    if (!facts) facts = RunFacts::create();
    if (!facts) return nullptr;
    RunMarks marks{shared_->owner_id, tag->server_id, tag->run, shared_->boot_id};
    const Timestamp started_at{std::chrono::milliseconds(tag->started_at)};
    return std::make_unique<ProcessInstance>(shared_, std::move(marks), tag->kind, started_at,
                                             std::move(child), std::move(*facts),
                                             shared_->cgroups.open(cgroup_name(tag->server_id, tag->run)));
}

Task<Result<Runtime::Adopted>> ProcessRuntime::adopt() {
    Adopted adopted;
    for (KeptChild& child : shared_->link.take_kept_children()) {
        const std::uint64_t handle = child.handle;
        const bool was_alive = !child.exit;
        if (auto instance = take_over(child)) {
            adopted.instances.push_back(std::move(instance));
            continue;
        }
        // A job of the agent before: whoever wanted it is gone.
        shared_->link.signal(handle, SIGKILL, SignalScope::group);
        shared_->link.release(handle);
        if (was_alive) ++adopted.ended;
    }
    std::set<std::string> kept_runs;
    for (const auto& instance : adopted.instances)
        kept_runs.insert(cgroup_name(instance->server_id(), instance->run()));
    adopted.ended += co_await end_leftovers(std::move(kept_runs));
    co_return adopted;
}

Task<> ProcessRuntime::close() {
    shared_->cgroups.leave();
    co_return;
}

Task<unsigned> ProcessRuntime::end_leftovers(std::set<std::string> kept_runs) {
    const auto shared = shared_;
    const auto deadline = Clock::now() + leftover_limit;
    std::set<ProcessKey> ended;
    std::set<int> kept = ancestry_of(::getpid());  // we may have been started from within a server
    kept.insert(shared->link.keeper_pid());
    kept.merge(shared->link.keepers_own());
    for (bool found = true; found && Clock::now() < deadline;) {
        std::vector<ProcessKey> leftovers;
        for (const int pid : all_pids()) {
            if (kept.contains(pid)) continue;
            const auto stat = read_proc_stat(pid);
            const auto marks = stat && stat->state != 'Z' ? read_marks(pid) : std::nullopt;
            if (!marks || marks->owner != shared->owner_id || marks->boot_id != shared->boot_id) continue;
            if (!kept_runs.contains(cgroup_name(marks->server_id, marks->run)))
                leftovers.push_back({pid, stat->start_time});
        }
        found = !leftovers.empty();
        co_await end_processes(shared->loop, leftovers, deadline, ended);
    }
    co_await end_leftover_cgroups(std::move(kept_runs), std::move(kept), deadline, ended);
    co_return static_cast<unsigned>(ended.size());
}

Task<> ProcessRuntime::end_leftover_cgroups(std::set<std::string> kept_runs, std::set<int> kept,
                                            Clock::time_point deadline, std::set<ProcessKey>& ended) {
    const auto shared = shared_;
    for (const std::string& name : shared->cgroups.names()) {
        const auto cgroup = kept_runs.contains(name) ? std::nullopt : shared->cgroups.open(name);
        if (!cgroup) continue;
        std::vector<ProcessKey> leftovers;
        for (const int pid : cgroup->pids()) {
            const auto stat = read_proc_stat(pid);
            if (stat && !kept.contains(pid) && cgroup->holds(pid))
                leftovers.push_back({pid, stat->start_time});
        }
        co_await end_processes(shared->loop, leftovers, deadline, ended);
        cgroup->remove();
    }
}

Shortcomings ProcessRuntime::shortcomings(const ServerSpec& spec) const {
    const ResourceLimits& limits = spec.resources;
    Shortcomings all = shared_->cgroups.shortcomings(limits);
    if (limits.open_files && *limits.open_files > most_open_files()) {
        all.push_back("open files limited to " + std::to_string(most_open_files()) +
                      ", the most that is allowed here");
    }
    return all;
}

}  // namespace mcpm
