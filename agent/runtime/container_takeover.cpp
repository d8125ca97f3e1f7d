// What an agent before this one left: containers that run on are taken over, at once or when their engine is
// back; the rest is ended.
#include "agent/async/with_deadline.hpp"
#include "agent/runtime/container_instance.hpp"
#include "agent/runtime/instance_kind.hpp"
#include "agent/runtime/log_place.hpp"
#include "common/number.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace mcpm {

namespace {

constexpr std::array both{OutputStream::standard_output, OutputStream::error_output};
/// For the engine to say what there is, before the agent goes on without it.
constexpr Duration first_look{8'000};
constexpr Duration between_tries{250};
/// A log of 10 MiB.
constexpr Duration reading_time{20'000};

std::string label_of(const std::map<std::string, std::string>& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

bool is_of(const engine::ContainerRow& row, const ContainerRun& run) {
    return label_of(row.labels, "mcpm.server") == run.server_id &&
           parse_number<std::uint64_t>(label_of(row.labels, "mcpm.run")) == run.run;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed))
        names.push_back(at->path().filename().string());
    return names;
}

using Places = std::array<LogPlace, 2>;

Task<Result<>> read_through(engine::FrameStream& log, Places& places) {
    for (;;) {
        const auto piece = co_await log.read();
        if (!piece) co_return piece.error();
        if (!*piece) co_return Result<>{};
        places[(**piece).stream == engine::Stream::error ? 1 : 0].feed((**piece).bytes);
    }
}

}  // namespace

const engine::ContainerRow* row_of(const std::vector<engine::ContainerRow>& rows, const ContainerRun& run) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&run](const auto& row) { return is_of(row, run); });
    return found == rows.end() ? nullptr : &*found;
}

/// Where the engine published the first port that was asked for.
std::optional<RemoteTarget> endpoint_of(const engine::ContainerState& state) {
    std::istringstream words(label_of(state.labels, "mcpm.endpoint"));
    std::string transport;
    unsigned wanted = 0;
    RemoteTarget target;
    if (!(words >> transport >> wanted >> target.url)) return std::nullopt;
    target.transport = transport == wire_name(Transport::sse) ? Transport::sse : Transport::http;
    for (const auto& port : state.ports) {
        if (port.container_port != wanted || port.protocol != "tcp" || port.host_port == 0) continue;
        std::string host = port.host_address;
        if (host.empty() || host == "0.0.0.0" || host == "::") host = "127.0.0.1";
        target.url = "http://" + join_authority(host, port.host_port) + target.url;
        break;
    }
    return target;
}

void ContainerRun::keep_endpoint() {
    (void)facts.set_session(fmt::format("{} {}", wire_name(target->transport), target->url));
}

void ContainerRun::read_endpoint() {
    std::istringstream words(facts.session());
    std::string transport;
    RemoteTarget found;
    if (!(words >> transport >> found.url) || !found.url.starts_with("http")) return;
    found.transport = transport == wire_name(Transport::sse) ? Transport::sse : Transport::http;
    target = std::move(found);
}

ContainerRunPointer ContainerRuntime::Shared::read_record(const std::string& name) {
    const auto dash = name.rfind('-');
    if (dash == std::string::npos) return nullptr;
    const auto number = parse_number<std::uint64_t>(std::string_view(name).substr(dash + 1));
    if (!number || !is_server_id(name.substr(0, dash))) return nullptr;
    const std::string path = settings.records / name;
    auto facts = RunFacts::adopt_file(path);
    if (!facts) return nullptr;  // nobody knows how far it was heard
    auto shown = facts->share();
    if (!shown) return nullptr;
    auto pump = ContainerPump::create(loop, tasks, std::move(*shown));
    if (!pump) return nullptr;
    auto run = std::make_shared<ContainerRun>(loop, std::move(*facts));
    run->server_id = name.substr(0, dash);
    run->run = *number;
    run->kind = run->facts.is_own() ? InstanceKind::own : InstanceKind::shared;
    run->facts_path = path;
    run->pump = *pump;
    run->read_endpoint();
    return run;
}

void ContainerRuntime::Shared::await_records() {
    for (const std::string& name : names_in(settings.records))
        if (auto run = read_record(name)) awaited.push_back(std::move(run));
}

bool ContainerRuntime::Shared::is_known(const engine::ContainerRow& row) const {
    return runs.contains(row.id) ||
           std::any_of(awaited.begin(), awaited.end(), [&row](const auto& run) { return is_of(row, *run); });
}

Task<Result<Runtime::Adopted>> ContainerRuntime::adopt() {
    const auto shared = shared_;
    Adopted adopted;
    if (names_in(shared->settings.records).empty()) {
        shared->has_cleaned = true;
        co_return adopted;
    }
    shared->await_records();
    shared->is_settling = true;  // nobody else may, until it is known what there is
    auto listing = shared->engine.list("mcpm.data", shared->settings.owner_id);
    const auto rows = co_await with_deadline(std::move(listing), first_look, "list containers");
    if (rows) {
        Shared::Rows all = *rows;
        co_await Shared::recognise_all(shared, std::move(all));
        shared->drop_strays();
    } else {
        shared->lost = rows.error();
    }
    auto found = shared->awaited;
    for (const auto& [id, run] : shared->runs) found.push_back(run);
    for (auto& run : found) adopted.instances.push_back(std::make_unique<ContainerInstance>(shared, run));
    shared->is_settling = false;
    if (!found.empty()) shared->listen();
    if (!rows) co_return adopted;
    if (!shared->awaited.empty()) shared->tasks.spawn("look for containers", Shared::settle(shared));
    const auto ended = co_await Shared::end_leftovers(shared);
    if (ended) adopted.ended = *ended;
    co_return adopted;
}

/// Records whose container is gone, or was never started.
void ContainerRuntime::Shared::drop_strays() {
    std::erase_if(awaited, [](const ContainerRunPointer& run) { return run->exit.has_value(); });
    for (const std::string& name : names_in(settings.records)) {
        const std::string path = settings.records / name;
        const auto is_its = [&path](const ContainerRunPointer& run) { return run->facts_path == path; };
        const bool is_used =
            std::any_of(awaited.begin(), awaited.end(), is_its) ||
            std::any_of(runs.begin(), runs.end(), [&](const auto& known) { return is_its(known.second); });
        if (!is_used) ::unlink(path.c_str());
    }
}

Task<> ContainerRuntime::Shared::recognise_all(std::shared_ptr<Shared> self, Rows rows) {
    const auto all = self->awaited;
    for (const ContainerRunPointer& run : all) {
        if (run->is_over) continue;
        const engine::ContainerRow* const row = row_of(rows, *run);
        if (row != nullptr && row->phase != engine::Phase::created) {
            engine::ContainerRow its = *row;
            co_await recognise(self, run, std::move(its));
            continue;
        }
        // Somebody removed it, or it was never started: how it ended nobody knows.
        if (row != nullptr) run->id = row->id;
        run->exit = Exit{{}, {}, false, now_utc()};
        run->changed.notify_all();
    }
}

Task<Result<>> ContainerRuntime::Shared::recognise(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                                   engine::ContainerRow row) {
    const auto state = co_await self->engine.inspect(row.id);
    if (!state) co_return state.error();
    run->kind = value_of<InstanceKind>(label_of(row.labels, "mcpm.kind")).value_or(InstanceKind::shared);
    run->id = row.id;
    if (state->started_at) run->started_at = *state->started_at;
    if (state->pid > 0) run->pid = state->pid;
    if (auto target = endpoint_of(*state)) run->target = std::move(target);
    run->was_cut = true;
    if (!state->is_alive()) run->exit = self->ending_of(*run, *state);
    const StreamBytes taken{run->facts.taken(OutputStream::standard_output),
                            run->facts.taken(OutputStream::error_output)};
    auto listening = co_await listen_again(self, run, taken);
    if (!listening) {
        run->id.clear();
        run->exit.reset();
        co_return listening;
    }
    if (run->is_over) co_return Result<>{};
    std::erase(self->awaited, run);
    self->keep(run);
    if (run->exit) run->changed.notify_all();
    if (!run->exit && !run->wanted_signal.empty())
        self->tasks.spawn("signal a container",
                          send_signal(self, run, std::exchange(run->wanted_signal, {})));
    co_return Result<>{};
}

/// Until every run of the agent before is known to live or to be over, or the engine is away again.
Task<> ContainerRuntime::Shared::settle(std::shared_ptr<Shared> self) {
    if (std::exchange(self->is_settling, true)) co_return;
    while (!self->awaited.empty() && !self->lost) {
        const auto known = self->awaited;
        auto rows = co_await self->engine.list("mcpm.data", self->settings.owner_id);
        if (rows) {
            Rows all = std::move(*rows);
            co_await recognise_all(self, std::move(all));
        }
        for (const ContainerRunPointer& run : known) {
            const bool is_settled = !run->id.empty() || run->exit;
            if (!is_settled || run->is_over) continue;
            std::erase(self->awaited, run);
            if (self->settings.out_of_touch) self->settings.out_of_touch(run->server_id, run->run, {});
        }
        if (!self->awaited.empty() && !self->lost) co_await sleep_for(between_tries);
    }
    self->is_settling = false;
}

/// The engine rotates its log: then it begins later, and what was said before may be lost.
Task<StreamBytes> ContainerRuntime::Shared::find_place(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                                       StreamBytes taken) {
    if (taken == StreamBytes{}) co_return taken;
    const auto log = co_await self->engine.logs(run->id, engine::LogReading::until_now);
    if (!log) co_return taken;
    Places places{LogPlace(run->pump->marks(both[0]), taken[0]),
                  LogPlace(run->pump->marks(both[1]), taken[1])};
    auto reading = read_through(**log, places);
    const auto read = co_await with_deadline(std::move(reading), reading_time, "read a container's log");
    if (!read) co_return taken;
    StreamBytes skipped{places[0].skipped(), places[1].skipped()};
    for (std::size_t which = 0; which < both.size(); ++which) {
        if (!places[which].is_doubtful()) continue;
        run->pump->forget_mark(both[which], taken[which]);
        if (self->settings.note)
            self->settings.note(
                run->server_id, run->run, run->kind,
                fmt::format("the container engine has rotated its own log, or lost of it: lines of "
                            "{} may be missing here, or come twice",
                            which == 0 ? "stdout" : "stderr"));
    }
    co_return skipped;
}

/// The log is the way to what was said while nobody listened: it goes on from the byte that was taken last.
Task<Result<>> ContainerRuntime::Shared::listen_again(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                                      StreamBytes taken) {
    std::unique_ptr<engine::FrameStream> input;
    // Podman has closed the input; and it makes a container that has just ended anew when somebody attaches
    // to it.
    if (!run->exit && !self->is_podman()) {
        auto attached = co_await self->engine.attach(run->id);
        if (!attached) co_return attached.error();
        input = std::move(*attached);
    }
    const StreamBytes skipped = co_await find_place(self, run, taken);
    auto log = co_await self->engine.logs(run->id, engine::LogReading::following);
    if (!log) co_return log.error();
    if (run->is_over) co_return Result<>{};
    run->pump->resume(std::move(input), std::move(*log), skipped, taken);
    co_return Result<>{};
}

Task<Result<unsigned>> ContainerRuntime::Shared::end_leftovers(std::shared_ptr<Shared> self) {
    unsigned ended = 0;
    if (self->has_cleaned) co_return ended;
    const auto rows = co_await self->engine.list("mcpm.data", self->settings.owner_id);
    if (!rows) co_return rows.error();
    if (self->has_cleaned) co_return ended;  // another launch was first
    self->has_cleaned = true;
    for (const engine::ContainerRow& row : *rows) {
        if (self->is_known(row)) continue;
        const auto removed = co_await self->engine.remove(row.id);
        if (!removed) {
            self->has_cleaned = false;
            co_return removed.error();
        }
        ++ended;
    }
    co_return ended;
}

}  // namespace mcpm
