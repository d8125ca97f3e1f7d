#include "agent/runtime/container_runtime.hpp"

#include "agent/runtime/container_instance.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

// With optimisation, g++ 12 sees a coroutine frame's own operator delete and not its operator new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace mcpm {

namespace {

constexpr unsigned names_tried = 8;
constexpr const char* endpoint_name = "mcpm.endpoint";

Timestamp now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// Time heals what the engine's absence causes, and nothing else.
Error at_stage(Error error, const char* stage) {
    const bool passes = error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out;
    if (error.message.find("port is already allocated") != std::string::npos ||
        error.message.find("address already in use") != std::string::npos) {
        stage = "port";
    } else if (passes && std::string_view(stage) != "image") {
        stage = "engine";
    }
    error.code = ErrorCode::cannot_launch;
    error.details = fmt::format(R"({{"stage":"{}"{}}})", stage, passes ? R"(,"errno":"EAGAIN")" : "");
    return error;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string label_of(const std::map<std::string, std::string>& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

bool has_records(const std::filesystem::path& folder) {
    std::error_code failed;
    return std::filesystem::directory_iterator(folder, failed) != std::filesystem::directory_iterator();
}

engine::PullPolicy policy_of(PullPolicy policy) {
    switch (policy) {
        case PullPolicy::always:
            return engine::PullPolicy::always;
        case PullPolicy::never:
            return engine::PullPolicy::never;
        case PullPolicy::missing:
            break;
    }
    return engine::PullPolicy::missing;
}

/// What the next agent must know to reach its MCP endpoint: "TRANSPORT PORT URL", the URL perhaps only a
/// path.
std::string endpoint_label(const LaunchPlan& plan) {
    if (plan.remote.url.empty()) return {};
    const auto& ports = plan.container.ports;
    const unsigned port = ports.empty() ? 0U : ports.front().container_port;
    return fmt::format("{} {} {}", wire_name(plan.remote.transport), port, plan.remote.url);
}

/// Where the engine published the first port that was asked for.
std::optional<RemoteTarget> endpoint_of(const engine::ContainerState& state) {
    std::istringstream words(label_of(state.labels, endpoint_name));
    std::string transport;
    unsigned wanted = 0;
    RemoteTarget target;
    if (!(words >> transport >> wanted >> target.url)) return std::nullopt;
    target.transport = transport == wire_name(Transport::sse) ? Transport::sse : Transport::http;
    for (const auto& port : state.ports) {
        if (port.container_port != wanted || port.protocol != "tcp" || port.host_port == 0) continue;
        std::string host = port.host_address;
        if (host.empty() || host == "0.0.0.0" || host == "::") host = "127.0.0.1";
        if (host.find(':') != std::string::npos) host = "[" + host + "]";
        target.url = fmt::format("http://{}:{}{}", host, port.host_port, target.url);
        break;
    }
    return target;
}

}  // namespace

ContainerRuntime::ContainerRuntime(Loop& loop, engine::Engine& engine, ContainerSettings settings)
    : shared_(std::make_shared<Shared>(loop, engine, std::move(settings))) {}

ContainerRuntime::~ContainerRuntime() = default;

/// A pinned image is the one of its id; one that is gone from here comes back by its digest.
Task<Result<engine::ImageInfo>> ContainerRuntime::resolve(std::shared_ptr<Shared> shared,
                                                          const LaunchPlan& plan) {
    const engine::PullPolicy policy = policy_of(plan.image.policy);
    if (plan.image.pin && policy != engine::PullPolicy::always) {
        auto here = co_await shared->engine.inspect_image(plan.image.pin->id);
        if (here || here.error().code != ErrorCode::not_found) co_return here;
        if (plan.image.pin->digest.empty() || policy == engine::PullPolicy::never) {
            Error error = here.error();
            error.message = fmt::format("image {} is pinned to {}, which is not here any more",
                                        plan.image.reference, plan.image.pin->id.substr(0, 19));
            error.hint = "mcpm upgrade NAME takes the image that has that name now";
            co_return error;
        }
    }
    const bool by_digest = plan.image.pin && policy != engine::PullPolicy::always;
    std::string reference = by_digest ? plan.image.pin->digest : plan.image.reference;
    std::string platform = plan.container.platform;
    engine::OnProgress silent;
    auto found = co_await shared->engine.resolve_image(std::move(reference), std::move(platform), policy,
                                                       std::move(silent));
    if (!found) co_return found.error();
    if (!plan.image.pin || plan.image.pin->id != found->id) {
        ImagePin pin{found->id, found->digests.empty() ? std::string() : found->digests.front(), now()};
        if (shared->settings.pinned) shared->settings.pinned(plan.server_id, plan.image.reference, pin);
    }
    co_return found;
}

Task<Result<std::string>> ContainerRuntime::create(std::shared_ptr<Shared> shared, const LaunchPlan& plan,
                                                   std::string image_id) {
    engine::ContainerPlan container = plan.container;
    container.image = std::move(image_id);
    container.platform.clear();  // the image is chosen by its id
    container.labels["mcpm.server"] = plan.server_id;
    container.labels["mcpm.data"] = shared->settings.data_id;
    container.labels["mcpm.run"] = std::to_string(plan.run);
    container.labels["mcpm.kind"] = plan.kind == InstanceKind::own ? "own" : "shared";
    if (auto endpoint = endpoint_label(plan); !endpoint.empty())
        container.labels[endpoint_name] = std::move(endpoint);
    const std::string name = fmt::format("mcpm-{}-{}", plan.server_id.substr(4), plan.run);
    for (unsigned number = 1;; ++number) {
        container.name = number == 1 ? name : fmt::format("{}-{}", name, number);
        engine::ContainerPlan asked = container;
        auto created = co_await shared->engine.create(std::move(asked));
        if (created) co_return created->id;
        // A stranger has that name: it is left alone.
        if (created.error().code != ErrorCode::conflict || number == names_tried)
            co_return at_stage(created.error(), "container");
    }
}

Task<Result<>> ContainerRuntime::start(std::shared_ptr<Shared> shared, RunPointer run) {
    auto attached = co_await shared->engine.attach(run->id);
    if (!attached) co_return at_stage(attached.error(), "container");
    run->pump->attach(std::move(*attached));
    const auto started = co_await shared->engine.start(run->id);
    if (!started) co_return at_stage(started.error(), "container");
    const auto state = co_await shared->engine.inspect(run->id);
    if (!state) co_return at_stage(state.error(), "container");
    if (state->pid > 0) run->pid = state->pid;
    if (state->started_at) run->started_at = *state->started_at;
    run->target = endpoint_of(*state);
    co_return Result<>{};
}

Task<ContainerRuntime::Launched> ContainerRuntime::launch(LaunchPlan plan) {
    const auto shared = shared_;
    if (!is_server_id(plan.server_id))
        co_return Error{ErrorCode::internal_error, "start a server: its id cannot be part of a name"};
    ::mkdir(shared->settings.records.c_str(), 0700);
    const auto ended = co_await Shared::end_leftovers(shared);
    if (!ended) co_return at_stage(ended.error(), "engine");
    auto image = co_await resolve(shared, plan);
    // An engine that is there may still not reach the registry.
    if (!image) co_return at_stage(image.error(), shared->engine.info() ? "image" : "engine");
    const std::string path = shared->facts_path(plan.server_id, plan.run);
    auto facts = RunFacts::create_file(path);
    if (!facts) co_return facts.error();
    auto shown = facts->share();
    if (!shown) co_return shown.error();
    auto pump = ContainerPump::create(shared->loop, shared->tasks, std::move(*shown));
    if (!pump) co_return pump.error();
    const auto run = std::make_shared<ContainerRun>(shared->loop, std::move(*facts));
    run->server_id = plan.server_id;
    run->run = plan.run;
    run->kind = plan.kind;
    run->started_at = now();
    run->facts_path = path;
    run->pump = *pump;
    auto id = co_await create(shared, plan, image->id);
    if (!id) {
        ::unlink(path.c_str());
        co_return id.error();
    }
    run->id = *id;
    shared->keep(run);
    auto instance = std::make_unique<ContainerInstance>(shared, run);
    const auto started = co_await start(shared, run);
    if (!started) {
        co_await shared->engine.remove(run->id);
        ::unlink(path.c_str());
        co_return started.error();
    }
    // It may have ended before its events were listened to.
    shared->look_at(run);
    co_return std::unique_ptr<Instance>(std::move(instance));
}

Task<std::unique_ptr<Instance>> ContainerRuntime::take_over(std::shared_ptr<Shared> shared,
                                                            engine::ContainerRow row) {
    const std::string server_id = label_of(row.labels, "mcpm.server");
    const auto number = number_of(label_of(row.labels, "mcpm.run"));
    if (!is_server_id(server_id) || !number || row.phase == engine::Phase::created) co_return nullptr;
    const auto state = co_await shared->engine.inspect(row.id);
    if (!state || !state->started_at) co_return nullptr;
    const std::string path = shared->facts_path(server_id, *number);
    auto facts = RunFacts::adopt_file(path);
    if (!facts) co_return nullptr;  // nobody knows how far it was heard
    auto shown = facts->share();
    if (!shown) co_return nullptr;
    auto pump = ContainerPump::create(shared->loop, shared->tasks, std::move(*shown));
    if (!pump) co_return nullptr;
    const auto run = std::make_shared<ContainerRun>(shared->loop, std::move(*facts));
    run->id = row.id;
    run->server_id = server_id;
    run->run = *number;
    run->kind = label_of(row.labels, "mcpm.kind") == "own" ? InstanceKind::own : InstanceKind::shared;
    run->started_at = *state->started_at;
    run->facts_path = path;
    run->pump = *pump;
    if (state->pid > 0) run->pid = state->pid;
    run->target = endpoint_of(*state);
    if (!state->is_alive()) run->exit = exit_of(*state);
    const StreamBytes taken{run->facts.taken(OutputStream::standard_output),
                            run->facts.taken(OutputStream::error_output)};
    shared->keep(run);
    auto instance = std::make_unique<ContainerInstance>(shared, run);
    const auto listening = co_await Shared::listen_again(shared, run, taken);
    if (!listening) co_return nullptr;
    co_return std::unique_ptr<Instance>(std::move(instance));
}

Task<Result<Runtime::Adopted>> ContainerRuntime::adopt() {
    const auto shared = shared_;
    Adopted adopted;
    if (!has_records(shared->settings.records)) {
        shared->has_cleaned = true;
        co_return adopted;
    }
    const auto rows = co_await shared->engine.list("mcpm.data", shared->settings.data_id);
    // Without an engine nothing can be taken over; the next launch ends what is left.
    if (!rows) co_return adopted;
    for (const engine::ContainerRow& row : *rows) {
        engine::ContainerRow taken = row;
        auto instance = co_await take_over(shared, std::move(taken));
        if (instance) adopted.instances.push_back(std::move(instance));
    }
    const auto ended = co_await Shared::end_leftovers(shared);
    if (ended) adopted.ended = *ended;
    co_return adopted;
}

Task<Result<unsigned>> ContainerRuntime::Shared::end_leftovers(std::shared_ptr<Shared> self) {
    unsigned ended = 0;
    if (self->has_cleaned) co_return ended;
    const auto rows = co_await self->engine.list("mcpm.data", self->settings.data_id);
    if (!rows) co_return rows.error();
    if (self->has_cleaned) co_return ended;  // another launch was first
    self->has_cleaned = true;
    for (const engine::ContainerRow& row : *rows) {
        if (self->runs.contains(row.id)) continue;
        const auto removed = co_await self->engine.remove(row.id);
        if (!removed) {
            self->has_cleaned = false;
            co_return removed.error();
        }
        ++ended;
    }
    co_return ended;
}

Shortcomings ContainerRuntime::shortcomings(const ServerSpec& /*spec*/) const {
    return {};
}

Task<> ContainerRuntime::close() {
    shared_->watch.reset();
    shared_->tasks.cancel_all();
    co_await shared_->tasks.drain();
}

}  // namespace mcpm
