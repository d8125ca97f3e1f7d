// Engine: what concerns images.
#include "agent/async/with_deadline.hpp"
#include "agent/engine/answers.hpp"
#include "agent/engine/credentials.hpp"
#include "agent/engine/engine.hpp"
#include "agent/engine/pull_progress.hpp"
#include "agent/engine/refusal.hpp"
#include "common/local_http.hpp"
#include "common/own_file.hpp"

#include <utility>

namespace mcpm::engine {

namespace {

/// Between two words of the engine while it pulls.
constexpr Duration longest_silence{300'000};
/// An archive of many gigabytes, on a slow disk.
constexpr Duration longest_load{3'600'000};
constexpr Duration patient{60'000};
constexpr Duration helper_patience{20'000};
constexpr std::size_t longest_config = 1 << 20;

/// A few hundred bytes of the user's home; nothing when there is none.
std::string read_config(const std::string& path) {
    auto text = read_own_file(path, longest_config, {Links::followed, Owner::anybody});
    return text ? std::move(*text) : std::string();
}

}  // namespace

Task<Result<std::string>> Engine::auth_for(std::string registry) {
    const auto config = read_config(docker_config_path(context_.environment));
    if (config.empty()) co_return std::string();
    auto source = find_credentials(config, registry);
    if (!source) co_return source.error();
    auto found = source->given;
    if (!source->helper.empty() && context_.run_helper) {
        const std::string program = "docker-credential-" + source->helper;
        auto asking = context_.run_helper(program, "get", credentials_key(registry));
        const auto answer = co_await with_deadline(std::move(asking), helper_patience, "run " + program);
        // A helper that knows nothing of this registry fails: an image of it may be free for all.
        if (answer)
            if (auto helped = read_helper(*answer)) found = std::move(helped);
    }
    if (!found) co_return std::string();
    co_return registry_auth(*found, registry);
}

Task<Result<ImageInfo>> Engine::inspect_image(std::string reference) {
    Asked asked{"GET", "/images/" + percent_encode(reference) + "/json"};
    asked.attempted = "look for image " + reference;
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_image(*body);
}

Task<Result<std::string>> Engine::registry_digest(std::string reference) {
    const auto target = pull_target(mirrored(reference, context_.image_mirror));
    const std::string name = target.tag.empty() ? target.name : target.name + ":" + target.tag;
    Asked asked{"GET", "/distribution/" + percent_encode(name) + "/json"};
    asked.attempted = "ask the registry about " + reference;
    asked.limit = patient;
    const auto auth = co_await auth_for(target.registry);
    if (!auth) co_return auth.error();
    if (!auth->empty()) asked.headers.emplace_back("X-Registry-Auth", *auth);
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_registry_digest(*body);
}

Task<Result<>> Engine::pull(std::string reference, std::string platform, OnProgress progress) {
    const std::string at_mirror = mirrored(reference, context_.image_mirror);
    const bool is_mirrored = at_mirror != reference;
    const std::string attempted = "pull image " + reference + (is_mirrored ? " (" + at_mirror + ")" : "");
    const auto target = pull_target(at_mirror);
    std::string path = "/images/create?fromImage=" + percent_encode(target.name);
    if (!target.tag.empty()) path += "&tag=" + percent_encode(target.tag);
    if (!platform.empty()) path += "&platform=" + percent_encode(platform);
    Asked asked{"POST", std::move(path)};
    asked.attempted = attempted;
    asked.limit = patient;
    const auto auth = co_await auth_for(target.registry);
    if (!auth) co_return auth.error();
    if (!auth->empty()) asked.headers.emplace_back("X-Registry-Auth", *auth);
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    PullReader reader;
    for (;;) {
        auto reading = (*stream)->read();
        const auto bytes = co_await with_deadline(std::move(reading), longest_silence, attempted);
        if (!bytes) co_return bytes.error();
        if (!*bytes) break;
        const auto now = reader.feed(**bytes);
        if (now && progress) progress(*now);
    }
    if (reader.failure()) co_return refused(500, *reader.failure(), attempted);
    if (!is_mirrored || target.tag.empty()) co_return Result<>{};
    auto named = co_await tag(at_mirror, reference);
    co_return named;
}

Task<Result<>> Engine::save(std::string reference, std::function<Result<>(std::string_view)> take) {
    const std::string attempted = "save image " + reference;
    Asked asked{"GET", "/images/" + percent_encode(reference) + "/get"};
    asked.attempted = attempted;
    asked.limit = longest_silence;
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    for (;;) {
        auto reading = (*stream)->read();
        const auto bytes = co_await with_deadline(std::move(reading), longest_silence, attempted);
        if (!bytes) co_return bytes.error();
        if (!*bytes) co_return Result<>{};
        auto taken = take(**bytes);
        if (!taken) co_return taken;
    }
}

Task<Result<>> Engine::load(http::FilePart archive) {
    const std::string attempted = "load images";
    Asked asked{"POST", "/images/load?quiet=1"};
    asked.attempted = attempted;
    asked.content_type = "application/x-tar";
    asked.limit = longest_load;
    asked.file = archive;
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    PullReader reader;  // it answers as for a pull
    for (;;) {
        auto reading = (*stream)->read();
        const auto bytes = co_await with_deadline(std::move(reading), longest_load, attempted);
        if (!bytes) co_return bytes.error();
        if (!*bytes) break;
        (void)reader.feed(**bytes);
    }
    if (reader.failure()) co_return refused(500, *reader.failure(), attempted);
    co_return Result<>{};
}

Task<Result<>> Engine::tag(std::string image, std::string name) {
    const auto target = pull_target(name);
    Asked asked{"POST", "/images/" + percent_encode(image) + "/tag?repo=" + percent_encode(target.name) +
                            "&tag=" + percent_encode(target.tag)};
    asked.attempted = "name image " + image + " " + name;
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return Result<>{};
}

Task<Result<ImageInfo>> Engine::resolve_image(std::string reference, std::string platform, PullPolicy policy,
                                              OnProgress progress) {
    if (policy != PullPolicy::always) {
        auto present = co_await inspect_image(reference);
        if (present) co_return present;
        if (policy == PullPolicy::never || present.error().code != ErrorCode::not_found) co_return present;
    }
    const auto pulled = co_await pull(reference, platform, std::move(progress));
    if (!pulled) co_return pulled.error();
    // A digest is no name that an image could be given: one from the mirror has the mirror's.
    const bool is_digest = reference.find('@') != std::string::npos;
    std::string pulled_as = is_digest ? mirrored(reference, context_.image_mirror) : reference;
    auto present = co_await inspect_image(std::move(pulled_as));
    co_return present;
}

}  // namespace mcpm::engine
