#include "agent/definitions/package_desk.hpp"

#include "agent/launch/job_runner.hpp"
#include "agent/launch/network_variables.hpp"
#include "agent/launch/own_variables.hpp"
#include "agent/packages/login_path.hpp"
#include "common/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

namespace mcpm {

PackageDesk::PackageDesk(Loop& loop, Workers& workers, KeeperLink& keeper, Runtime& processes,
                         const Paths& paths, const Config& config, const AgentLog& log)
    : loop_(loop),
      workers_(workers),
      keeper_(keeper),
      processes_(processes),
      paths_(paths),
      configured_path_(config.path),
      network_(config.network),
      log_(log),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }),
      found_(loop) {}

void PackageDesk::start() {
    if (planner_ || finding_) return;
    finding_ = true;
    tasks_.spawn("find the login shell's PATH", find_path());
}

Task<> PackageDesk::await_planner() {
    start();
    while (!planner_) co_await found_.wait();
}

Task<Result<LaunchPlan>> PackageDesk::plan(std::string server_id, ServerSpec spec, std::uint64_t run,
                                           std::map<std::string, std::string> secrets) {
    co_await await_planner();
    auto work = [planner = planner_, id = std::move(server_id), spec = std::move(spec), run,
                 secrets = std::move(secrets)] { return planner->plan(id, spec, run, secrets); };
    co_return co_await offload(workers_, std::move(work));
}

std::map<std::string, std::string> PackageDesk::server_environment() const {
    return planner_ ? planner_->base_environment() : std::map<std::string, std::string>();
}

/// What failed is written down whole, because its error has one sentence of it.
Task<Result<JobOutcome>> PackageDesk::run_package_job(Job job) {
    const auto program = std::filesystem::path(job.program).filename().string();
    const auto what = job.arguments.empty() ? program : program + " " + job.arguments.front();
    auto outcome = co_await run_whole_job(loop_, processes_, std::move(job));
    if (!outcome || outcome->exit.code == 0) co_return outcome;
    log_.warning(fmt::format("{} failed with {}; what it said:", what, outcome->exit.code.value_or(-1)));
    std::string_view left = outcome->error_tail;
    while (!left.empty()) {
        const auto line = take_line(left);
        if (!line.empty()) log_.info(fmt::format("{}: {}", what, line));
    }
    co_return outcome;
}

Task<> PackageDesk::find_path() {
    std::string path = configured_path_;
    if (path.empty()) {
        JobRunner runner = [this](Job job) { return run_job(loop_, keeper_, std::move(job)); };
        auto environment = all_own_variables();
        const LoginPath login = co_await resolve_login_path(std::move(runner), std::move(environment));
        path = login.path;
        if (!login.problem.empty())
            log_.warning(fmt::format("PATH for servers: {}; using {}", login.problem, login.origin));
        log_.info(fmt::format("PATH for servers ({}): {}", login.origin, path));
    }
    const auto folders = paths_.data / "servers";
    if (::mkdir(folders.c_str(), 0700) != 0 && errno != EEXIST) {
        log_.warning(system_error("create " + folders.string(), errno).message);
    }
    auto writing = offload(workers_, [network = network_, file = paths_.state / "certificates.pem"] {
        return write_certificates(network, file);
    });
    const auto certificates = co_await std::move(writing);
    if (!certificates) log_.warning(certificates.error().message);
    planner_ = std::make_shared<const LaunchPlanner>(
        std::move(path), folders, network_variables(network_, certificates ? *certificates : std::string()));
    JobRunner runner = [this](Job job) { return run_package_job(std::move(job)); };
    packages_ = std::make_unique<Packages>(loop_, workers_, paths_.packages(), std::move(runner),
                                           planner_->base_environment());
    packages_->set_fetch(fetch_);
    const auto cleaned = co_await packages_->clean_leftovers();
    if (!cleaned) log_.warning(cleaned.error().message);
    found_.notify_all();
}

Task<Result<ServerSpec>> PackageDesk::prepare(ServerSpec spec) {
    auto* source = std::get_if<PackageSource>(&spec.source);
    if (source == nullptr || source->pin) co_return spec;
    co_await await_planner();
    PackageSource wanted = *source;
    const std::string wanted_name = wanted.package;
    auto installed = co_await packages_->install(std::move(wanted), progress_of(wanted_name));
    if (!installed) co_return installed.error();
    log_.info(fmt::format("{} {} {}", source->package, installed->pin.version,
                          installed->is_reused ? "is installed" : "was installed"));
    source->pin = std::move(installed->pin);
    keep_said(*source, std::move(installed->notes));
    co_return spec;
}

void PackageDesk::keep_said(const PackageSource& source, std::vector<std::string> notes) {
    for (const auto& note : notes) log_.warning(fmt::format("{}: {}", source.package, note));
    constexpr std::size_t most_kept = 1000;
    if (said_.size() >= most_kept) said_.clear();
    said_[source.pin->folder] = std::move(notes);
}

std::vector<std::string> PackageDesk::said_of(const PackagePin& pin) const {
    const auto found = said_.find(pin.folder);
    return found == said_.end() ? std::vector<std::string>() : found->second;
}

Task<Result<UpgradeOutcome>> PackageDesk::upgrade(ServerView server, Upgrade what, std::string version) {
    auto* source = std::get_if<PackageSource>(&server.spec.source);
    if (source == nullptr) {
        co_return Error{
            ErrorCode::validation_error,
            fmt::format("{} is not from a package, so there is nothing to upgrade", server.spec.name)};
    }
    co_await await_planner();
    // A lock, which is an exact version with its hash and its day, moves as a whole: what the definition
    // names is not in the way of the newest.
    const bool is_lock = source->pin && source->version == source->pin->version;
    PackageSource wanted = *source;
    if (is_lock || !version.empty()) {
        wanted.version = version;
        wanted.before.clear();
        wanted.digest.clear();
    }
    PackageSource looked_up = wanted;
    auto newest = co_await packages_->latest(std::move(looked_up));
    if (!newest) co_return newest.error();
    UpgradeOutcome outcome;
    outcome.current = source->pin ? source->pin->version : "";
    outcome.available = *newest;
    const auto intact = co_await check(server.spec);
    const bool is_there = outcome.current == outcome.available && intact;
    if (what == Upgrade::check || is_there) co_return outcome;
    PackageSource chosen = wanted;
    chosen.version = *newest;
    chosen.pin.reset();
    auto installed = co_await packages_->install(std::move(chosen), progress_of(source->package));
    if (!installed) co_return installed.error();
    wanted.pin = std::move(installed->pin);
    if (is_lock) wanted.version = wanted.pin->version;
    for (const auto& note : installed->notes) outcome.note += (outcome.note.empty() ? "" : "; ") + note;
    keep_said(wanted, std::move(installed->notes));
    *source = std::move(wanted);
    outcome.installed = std::move(server.spec);
    co_return outcome;
}

Task<Result<>> PackageDesk::check(const ServerSpec& spec) {
    const auto* const source = std::get_if<PackageSource>(&spec.source);
    if (source == nullptr || !source->pin || source->pin->launcher.empty()) co_return Result<>{};
    auto look = [pin = *source->pin] { return Packages::verify(pin); };
    const auto checked = co_await offload(workers_, std::move(look));
    co_return checked;
}

Task<Result<>> PackageDesk::remove_unused(std::vector<std::string> folders_in_use) {
    co_await await_planner();
    const auto removed = co_await packages_->remove_unused(std::move(folders_in_use));
    if (!removed) co_return removed.error();
    if (*removed > 0)
        log_.info(fmt::format("{} package versions that no server uses were removed", *removed));
    co_return Result<>{};
}

/// Install scripts are named in the log before they run.
Packages::Progress PackageDesk::progress_of(const std::string& package) {
    return [this, package](std::string_view step) { log_.info(fmt::format("{}: {}", package, step)); };
}

Task<> PackageDesk::close() {
    if (packages_) co_await packages_->close();
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
