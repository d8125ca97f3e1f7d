#include "agent/runtime/container_runtime.hpp"

#include "agent/engine/pull_progress.hpp"
#include "agent/runtime/container_instance.hpp"
#include "agent/runtime/container_launch.hpp"
#include "agent/runtime/container_secrets.hpp"
#include "agent/runtime/instance_kind.hpp"
#include "agent/runtime/port_holder.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm {

namespace {

constexpr unsigned names_tried = 8;

bool is_of_other_platform(std::string_view message) {
    constexpr std::array<std::string_view, 4> words{"exec format error", "Exec format error",
                                                    "no matching manifest",
                                                    "does not match the specified platform"};
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return message.find(word) != std::string_view::npos; });
}

/// Time heals what the engine's absence causes, and nothing else.
Error at_stage(Error error, StartStage stage) {
    const bool passes = error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out;
    if (error.message.find("port is already allocated") != std::string::npos ||
        error.message.find("address already in use") != std::string::npos) {
        stage = StartStage::port;
    } else if (passes && stage != StartStage::image) {
        stage = StartStage::engine;
    }
    if (stage != StartStage::engine && is_of_other_platform(error.message)) stage = StartStage::platform;
    error.code = ErrorCode::cannot_launch;
    error.details = ErrorDetails(stage, passes ? "EAGAIN" : "");
    return error;
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
std::string endpoint_label(const ContainerLaunch& wanted) {
    if (wanted.endpoint.url.empty()) return {};
    const auto& ports = wanted.container.ports;
    const unsigned port = ports.empty() ? 0U : ports.front().container_port;
    return fmt::format("{} {} {}", wire_name(wanted.endpoint.transport), port, wanted.endpoint.url);
}

}  // namespace

ContainerRuntime::ContainerRuntime(Loop& loop, Workers& workers, engine::Engine& engine,
                                   ContainerSettings settings)
    : shared_(std::make_shared<Shared>(loop, workers, engine, std::move(settings))) {}

ContainerRuntime::~ContainerRuntime() = default;

/// A pinned image is the one of its id; one that is gone from here comes back by its digest.
Task<Result<engine::ImageInfo>> ContainerRuntime::resolve(std::shared_ptr<Shared> shared,
                                                          const std::string& server_id,
                                                          const ImageChoice& image, std::string platform) {
    const engine::PullPolicy policy = policy_of(image.policy);
    if (image.pin && policy != engine::PullPolicy::always) {
        auto here = co_await shared->engine.inspect_image(image.pin->id);
        if (here || here.error().code != ErrorCode::not_found) co_return here;
        if (image.pin->digest.empty() || policy == engine::PullPolicy::never) {
            Error error = here.error();
            error.message = fmt::format("image {} is pinned to {}, which is not here any more",
                                        image.reference, image.pin->id.substr(0, 19));
            error.hint = "mcpm upgrade NAME takes the image that has that name now";
            co_return error;
        }
    }
    const bool by_digest = image.pin && policy != engine::PullPolicy::always;
    std::string reference = by_digest ? image.pin->digest : image.reference;
    const auto& told = shared->settings.progress;
    engine::OnProgress tell = [&](const engine::PullProgress& now) {
        if (told) told(server_id, engine::pull_text(image.reference, now));
    };
    auto found = co_await shared->engine.resolve_image(std::move(reference), std::move(platform), policy,
                                                       std::move(tell));
    if (told) told(server_id, {});
    if (!found) co_return found.error();
    if (!image.pin || image.pin->id != found->id) {
        ImagePin pin{found->id, found->digests.empty() ? std::string() : found->digests.front(), now_utc()};
        if (shared->settings.pinned) shared->settings.pinned(server_id, image.reference, pin);
    }
    co_return found;
}

Task<Result<std::string>> ContainerRuntime::create(std::shared_ptr<Shared> shared, const LaunchPlan& plan,
                                                   std::string image_id) {
    const ContainerLaunch& wanted = *std::get<std::shared_ptr<const ContainerLaunch>>(plan.what);
    engine::ContainerPlan container = wanted.container;
    container.image = std::move(image_id);
    container.platform.clear();  // the image is chosen by its id
    container.labels["mcpm.server"] = plan.server_id;
    container.labels["mcpm.data"] = shared->settings.owner_id;
    container.labels["mcpm.run"] = std::to_string(plan.run);
    container.labels["mcpm.kind"] = name_of(plan.kind);
    if (auto endpoint = endpoint_label(wanted); !endpoint.empty())
        container.labels["mcpm.endpoint"] = std::move(endpoint);
    const std::string name = fmt::format("mcpm-{}-{}", plan.server_id.substr(4), plan.run);
    for (unsigned number = 1;; ++number) {
        container.name = number == 1 ? name : fmt::format("{}-{}", name, number);
        engine::ContainerPlan asked = container;
        auto created = co_await shared->engine.create(std::move(asked));
        if (created) co_return created->id;
        // A stranger has that name: it is left alone.
        if (created.error().code != ErrorCode::conflict || number == names_tried)
            co_return at_stage(created.error(), StartStage::container);
    }
}

Task<std::string> ContainerRuntime::holder_of(std::shared_ptr<Shared> shared, std::uint16_t port) {
    const auto rows = co_await shared->engine.list_publishing(port);
    if (rows)
        for (const engine::ContainerRow& row : *rows)
            if (row.phase == engine::Phase::running)
                co_return fmt::format("; container {} publishes port {}", row.name, port);
    auto look = [port] { return process_listening_on(port); };
    const std::string process = co_await offload(shared->workers, std::move(look));
    if (!process.empty()) co_return fmt::format("; {} listens on port {}", process, port);
    co_return std::string();
}

Task<Result<>> ContainerRuntime::start(std::shared_ptr<Shared> shared, ContainerRunPointer run,
                                       std::string user, std::vector<engine::SecretFile> secrets) {
    const auto placed = co_await place_secrets(shared->engine, run->id, std::move(user), std::move(secrets));
    if (!placed) co_return at_stage(placed.error(), StartStage::container);
    auto attached = co_await shared->engine.attach(run->id);
    if (!attached) co_return at_stage(attached.error(), StartStage::container);
    run->pump->attach(std::move(*attached));
    const auto started = co_await shared->engine.start(run->id);
    if (!started) {
        Error error = at_stage(started.error(), StartStage::container);
        if (const auto port = taken_port(error.message)) {
            const std::string holder = co_await holder_of(shared, *port);
            error.message += holder;
        }
        co_return error;
    }
    const auto state = co_await shared->engine.inspect(run->id);
    if (!state) co_return at_stage(state.error(), StartStage::container);
    if (state->pid > 0) run->pid = state->pid;
    if (state->started_at) run->started_at = *state->started_at;
    run->target = endpoint_of(*state);
    if (run->target) run->keep_endpoint();
    co_return Result<>{};
}

Task<ContainerRuntime::Launched> ContainerRuntime::launch(LaunchPlan plan) {
    const auto shared = shared_;
    if (!is_server_id(plan.server_id))
        co_return Error{ErrorCode::internal_error, "start a server: its id cannot be part of a name"};
    ::mkdir(shared->settings.records.c_str(), 0700);
    const auto ended = co_await Shared::end_leftovers(shared);
    if (!ended) co_return at_stage(ended.error(), StartStage::engine);
    const ContainerLaunch& wanted = *std::get<std::shared_ptr<const ContainerLaunch>>(plan.what);
    auto image = co_await resolve(shared, plan.server_id, wanted.image, wanted.container.platform);
    // An engine that is there may still not reach the registry.
    if (!image)
        co_return at_stage(image.error(), shared->engine.info() ? StartStage::image : StartStage::engine);
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
    run->started_at = now_utc();
    run->facts_path = path;
    run->facts.set_own(plan.kind == InstanceKind::own);
    run->pump = *pump;
    auto id = co_await create(shared, plan, image->id);
    if (!id) {
        ::unlink(path.c_str());
        co_return id.error();
    }
    run->id = *id;
    shared->keep(run);
    auto instance = std::make_unique<ContainerInstance>(shared, run);
    std::string user = wanted.container.user.empty() ? image->user : wanted.container.user;
    auto secrets = wanted.container.secrets;
    const auto started = co_await start(shared, run, std::move(user), std::move(secrets));
    if (!started) {
        co_await shared->engine.remove(run->id);
        ::unlink(path.c_str());
        co_return started.error();
    }
    // The container may have ended before its events were listened to.
    shared->look_at(run);
    co_return std::unique_ptr<Instance>(std::move(instance));
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
