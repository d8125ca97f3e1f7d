// Engine: what concerns images.
#include "agent/async/with_deadline.hpp"
#include "agent/engine/answers.hpp"
#include "agent/engine/engine.hpp"
#include "agent/engine/pull_progress.hpp"
#include "common/local_http.hpp"

#include <utility>

namespace mcpm::engine {

namespace {

/// Between two words of the engine while it pulls.
constexpr Duration longest_silence{300'000};
constexpr Duration patient{60'000};

}  // namespace

Task<Result<ImageInfo>> Engine::inspect_image(std::string reference) {
    Asked asked{"GET", "/images/" + percent_encode(reference) + "/json"};
    asked.attempted = "look for image " + reference;
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_image(*body);
}

Task<Result<>> Engine::pull(std::string reference, std::string platform, OnProgress progress) {
    const std::string attempted = "pull image " + reference;
    const auto target = pull_target(reference);
    std::string path = "/images/create?fromImage=" + percent_encode(target.name);
    if (!target.tag.empty()) path += "&tag=" + percent_encode(target.tag);
    if (!platform.empty()) path += "&platform=" + percent_encode(platform);
    Asked asked{"POST", std::move(path)};
    asked.attempted = attempted;
    asked.limit = patient;
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
    auto present = co_await inspect_image(reference);
    co_return present;
}

}  // namespace mcpm::engine
