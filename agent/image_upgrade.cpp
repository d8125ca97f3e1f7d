#include "agent/image_upgrade.hpp"

#include "common/units.hpp"

#include <utility>
#include <variant>

namespace mcpm {

namespace {

std::string name_of(const ImagePin& pin) {
    return pin.digest.empty() ? pin.id : pin.digest;
}

}  // namespace

Task<Result<api::UpgradeOutcome>> upgrade_image(engine::Engine& engine, ServerView server,
                                                api::AgentControl::Upgrade what, std::string version) {
    auto& source = std::get<ImageSource>(server.spec.source);
    const std::string attempted = "upgrade " + server.spec.name;
    if (!version.empty()) {
        co_return Error{
            ErrorCode::validation_error,
            attempted + ": the version of an image is part of its name",
            {},
            "mcpm update NAME --image " + source.image.substr(0, source.image.find(':')) + ":" + version};
    }
    // One that was only built here cannot be pulled.
    const bool is_local = source.pin && source.pin->digest.empty();
    const bool may_pull = server.spec.container.pull != PullPolicy::never && !is_local;
    if (what == api::AgentControl::Upgrade::perform && may_pull) {
        std::string platform = server.spec.container.platform;
        engine::OnProgress silent;
        const auto pulled = co_await engine.pull(source.image, std::move(platform), std::move(silent));
        if (!pulled) co_return pulled.error();
    }
    const auto found = co_await engine.inspect_image(source.image);
    if (!found) co_return found.error();
    const ImagePin now{found->id, found->digests.empty() ? std::string() : found->digests.front(), now_utc()};
    api::UpgradeOutcome outcome;
    outcome.current = source.pin ? name_of(*source.pin) : std::string();
    outcome.available = name_of(now);
    const bool is_same = source.pin && source.pin->id == now.id;
    if (is_same) outcome.available = outcome.current;
    if (is_same || what == api::AgentControl::Upgrade::check) co_return outcome;
    source.pin = now;
    outcome.installed = std::move(server.spec);
    co_return outcome;
}

}  // namespace mcpm
