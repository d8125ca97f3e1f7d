#include "agent/definitions/image_upgrade.hpp"

#include "common/units.hpp"

#include <utility>
#include <variant>

namespace mcpm {

namespace {

std::string name_of(const ImagePin& pin) {
    return pin.digest.empty() ? pin.id : pin.digest;
}

/// The name without what follows it: "host:1/owner/name@sha256:…" -> "host:1/owner/name".
std::string repository_of(const ImagePin& pin) {
    return pin.digest.substr(0, pin.digest.find('@'));
}

/// What the registry says; when it cannot be asked, a note about that and nothing else.
Task<UpgradeOutcome> ask_registry(engine::Engine& engine, ImageSource source) {
    UpgradeOutcome outcome;
    const auto digest = co_await engine.registry_digest(source.image);
    if (digest)
        outcome.available = repository_of(*source.pin) + "@" + *digest;
    else
        outcome.note = "the registry could not be asked, so this is what the engine has under that name: " +
                       digest.error().message;
    co_return outcome;
}

}  // namespace

Task<Result<UpgradeOutcome>> upgrade_image(engine::Engine& engine, ServerView server, Upgrade what,
                                           std::string version) {
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
    if (what == Upgrade::perform && may_pull) {
        std::string platform = server.spec.container.platform;
        engine::OnProgress silent;
        const auto pulled = co_await engine.pull(source.image, std::move(platform), std::move(silent));
        if (!pulled) co_return pulled.error();
    }
    std::string note;
    if (what == Upgrade::check && may_pull && source.pin) {
        auto asked = co_await ask_registry(engine, source);
        asked.current = name_of(*source.pin);
        if (!asked.available.empty()) co_return asked;
        note = std::move(asked.note);
    }
    const auto found = co_await engine.inspect_image(source.image);
    if (!found) co_return found.error();
    const ImagePin now{found->id, found->digests.empty() ? std::string() : found->digests.front(), now_utc()};
    UpgradeOutcome outcome;
    outcome.note = std::move(note);
    outcome.current = source.pin ? name_of(*source.pin) : std::string();
    outcome.available = name_of(now);
    const bool is_same = source.pin && source.pin->id == now.id;
    if (is_same) outcome.available = outcome.current;
    if (is_same || what == Upgrade::check) co_return outcome;
    source.pin = now;
    outcome.installed = std::move(server.spec);
    co_return outcome;
}

}  // namespace mcpm
