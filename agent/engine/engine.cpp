#include "agent/engine/engine.hpp"

#include "agent/async/with_deadline.hpp"
#include "agent/engine/answers.hpp"
#include "agent/engine/refusal.hpp"
#include "agent/engine/tried_places.hpp"
#include "agent/engine/usage.hpp"
#include "common/docker_context.hpp"
#include "common/local_http.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace mcpm::engine {

namespace {

constexpr Duration quick{2'000};
constexpr Duration usual{10'000};
/// The engine may be busy with layers and networks.
constexpr Duration patient{60'000};
constexpr std::uint64_t longest_refusal = 64u << 10;

bool is_success(unsigned status) {
    return status / 100 == 2 || status == 101;
}

std::string short_id(const std::string& id) {
    return id.substr(0, 12);
}

Task<Result<std::string>> read_refusal(http::ClientStream& stream) {
    auto reading = stream.read_rest(longest_refusal);
    auto body = co_await with_deadline(std::move(reading), quick, "read the engine's refusal");
    co_return body;
}

}  // namespace

std::string label_filter(std::string_view label, std::string_view value) {
    std::string wanted(label);
    if (!value.empty()) wanted.append("=").append(value);
    return percent_encode(nlohmann::json{{"label", nlohmann::json::array({wanted})}}.dump());
}

Engine::Engine(Loop& loop, Context context) : loop_(loop), context_(std::move(context)) {}

Engine::~Engine() = default;

Task<Result<EngineInfo>> Engine::greet(EngineAddress found) {
    http::ClientAddress address{found.socket_path, found.host, found.port};
    http::ClientRequest request;
    request.target = "/version";
    http::ClientLimits limits;
    limits.total = usual / 2;
    auto answer = co_await http::fetch(address, std::move(request), limits);
    if (!answer) co_return answer.error();
    if (!is_success(answer->status))
        co_return refused(answer->status, answer->body, "ask " + found.text + " for its version");
    auto info = read_version(answer->body, found.text);
    if (info) address_ = std::move(address);
    co_return info;
}

Task<Result<EngineInfo>> Engine::find() {
    auto addresses = find_engine_addresses(context_.environment);
    if (!addresses) co_return addresses.error();
    std::vector<TriedPlace> tried;
    for (const auto& address : *addresses) {
        auto info = co_await greet(address);
        if (info) {
            info_ = *info;
            co_return *info;
        }
        std::error_code unknown;
        const bool is_absent =
            !address.socket_path.empty() && !std::filesystem::exists(address.socket_path, unknown);
        tried.push_back(TriedPlace{address.text, info.error().message, is_absent});
    }
    co_return Error{ErrorCode::unavailable,
                    no_engine_in_words(tried),
                    {},
                    "start Docker or Podman, or set DOCKER_HOST; `mcpm doctor` says what it finds"};
}

Task<Result<EngineInfo>> Engine::connect() {
    info_.reset();
    auto found = co_await find();
    co_return found;
}

Task<Result<>> Engine::ping() {
    if (!info_) {
        const auto found = co_await find();
        if (!found) co_return found.error();
    }
    http::ClientRequest request;
    request.target = "/_ping";
    http::ClientLimits limits;
    limits.total = quick;
    const auto answer = co_await http::fetch(address_, std::move(request), limits);
    if (!answer) co_return answer.error();
    if (!is_success(answer->status))
        co_return refused(answer->status, answer->body, "ping the container engine");
    co_return Result<>{};
}

Task<Result<std::unique_ptr<http::ClientStream>>> Engine::ask_stream(Asked asked) {
    if (!info_) {
        const auto found = co_await find();
        if (!found) co_return found.error();
    }
    http::ClientRequest request;
    request.method = asked.method;
    request.target = "/v" + format_api_version(info_->api) + asked.path;
    request.headers = std::move(asked.headers);
    request.file = asked.file;
    if (!asked.body.empty() || asked.file.bytes > 0)
        request.headers.emplace_back("Content-Type", asked.content_type);
    request.body = std::move(asked.body);
    request.upgrade = std::move(asked.upgrade);
    http::ClientLimits limits;
    limits.head = asked.limit;
    auto stream = co_await http::ClientStream::open(address_, std::move(request), limits);
    if (!stream) {
        auto error = stream.error();
        // Whoever answers there next may be another one, with another version.
        if (error.code == ErrorCode::unavailable) info_.reset();
        error.message.insert(0, asked.attempted + ": ");
        if (error.hint.empty()) error.hint = "`mcpm doctor` says which container engine answers";
        co_return error;
    }
    if (is_success((*stream)->status())) co_return stream;
    const auto body = co_await read_refusal(**stream);
    co_return refused((*stream)->status(), body ? *body : std::string(), asked.attempted);
}

Task<Result<std::string>> Engine::ask(Asked asked) {
    const Duration limit = asked.limit;
    const std::string attempted = asked.attempted;
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    auto reading = (*stream)->read_rest(http::ClientLimits{}.body);
    auto body = co_await with_deadline(std::move(reading), limit, attempted);
    co_return body;
}

Task<Result<Created>> Engine::create(ContainerPlan plan) {
    if (!info_) {
        const auto found = co_await find();
        if (!found) co_return found.error();
    }
    std::string path = "/containers/create?name=" + percent_encode(plan.name);
    if (plan.name.empty()) path = "/containers/create";
    if (!plan.platform.empty())
        path += (plan.name.empty() ? "?platform=" : "&platform=") + percent_encode(plan.platform);
    Asked asked{"POST", std::move(path)};
    asked.body = create_body(plan, info_->is_podman ? Flavour::podman : Flavour::docker);
    asked.limit = patient;
    asked.attempted = "create a container of " + plan.image;
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_created(*body);
}

Task<Result<>> Engine::start(std::string id) {
    Asked asked{"POST", "/containers/" + percent_encode(id) + "/start"};
    asked.limit = patient;
    asked.attempted = "start container " + short_id(id);
    const auto body = co_await ask(std::move(asked));
    if (body) co_return Result<>{};
    auto error = body.error();
    // What the image or the plan makes impossible is a launch that failed, not a fault of the engine's.
    if (error.code == ErrorCode::internal_error || error.code == ErrorCode::validation_error)
        error.code = ErrorCode::cannot_launch;
    co_return error;
}

Task<Result<std::unique_ptr<FrameStream>>> Engine::attach(std::string id) {
    Asked asked{"POST", "/containers/" + percent_encode(id) + "/attach?stream=1&stdin=1&stdout=1&stderr=1"};
    asked.upgrade = "tcp";
    asked.attempted = "attach to container " + short_id(id);
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    co_return std::make_unique<FrameStream>(std::move(*stream), Framing::multiplexed);
}

Task<Result<>> Engine::write_archive(std::string id, std::string folder, std::string tar) {
    Asked asked{"PUT", "/containers/" + percent_encode(id) + "/archive?path=" + percent_encode(folder)};
    asked.body = std::move(tar);
    asked.content_type = "application/x-tar";
    asked.limit = patient;
    asked.attempted = fmt::format("write into {} of container {}", folder, short_id(id));
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return Result<>{};
}

Task<Result<std::string>> Engine::read_archive(std::string id, std::string path) {
    Asked asked{"GET", "/containers/" + percent_encode(id) + "/archive?path=" + percent_encode(path)};
    asked.attempted = fmt::format("read {} of container {}", path, short_id(id));
    co_return co_await ask(std::move(asked));
}

Task<Result<>> Engine::signal(std::string id, std::string name) {
    Asked asked{"POST", "/containers/" + percent_encode(id) + "/kill?signal=" + percent_encode(name)};
    asked.attempted = fmt::format("send {} to container {}", name, short_id(id));
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return Result<>{};
}

Task<Result<ContainerState>> Engine::inspect(std::string id) {
    Asked asked{"GET", "/containers/" + percent_encode(id) + "/json"};
    asked.attempted = "inspect container " + short_id(id);
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_state(*body);
}

Task<Result<>> Engine::remove(std::string id) {
    Asked asked{"DELETE", "/containers/" + percent_encode(id) + "?force=1&v=1"};
    asked.limit = patient;
    asked.attempted = "remove container " + short_id(id);
    Asked waiting{"POST", "/containers/" + percent_encode(id) + "/wait?condition=removed"};
    waiting.limit = patient;
    waiting.attempted = asked.attempted;
    const auto body = co_await ask(std::move(asked));
    if (body || body.error().code == ErrorCode::not_found) co_return Result<>{};
    if (body.error().code != ErrorCode::conflict) co_return body.error();
    // Somebody else removes it just now; it is gone when the engine says so.
    const auto gone = co_await ask(std::move(waiting));
    if (gone || gone.error().code == ErrorCode::not_found) co_return Result<>{};
    co_return body.error();
}

Task<Result<std::vector<ContainerRow>>> Engine::list(std::string label, std::string value) {
    Asked asked{"GET", "/containers/json?all=1&filters=" + label_filter(label, value)};
    asked.attempted = "list containers";
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_rows(*body);
}

Task<Result<std::vector<ContainerRow>>> Engine::list_publishing(std::uint16_t port) {
    const nlohmann::json filters{{"publish", nlohmann::json::array({std::to_string(port)})}};
    Asked asked{"GET", "/containers/json?all=1&filters=" + percent_encode(filters.dump())};
    asked.attempted = "list containers";
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_rows(*body);
}

Task<Result<std::unique_ptr<FrameStream>>> Engine::logs(std::string id, LogReading reading) {
    std::string path = "/containers/" + percent_encode(id) + "/logs?stdout=1&stderr=1";
    if (reading == LogReading::following) path += "&follow=1";
    Asked asked{"GET", std::move(path)};
    asked.attempted = "read the log of container " + short_id(id);
    auto stream = co_await ask_stream(std::move(asked));
    if (!stream) co_return stream.error();
    co_return std::make_unique<FrameStream>(std::move(*stream), Framing::multiplexed);
}

Task<Result<Usage>> Engine::usage(std::string id) {
    Asked asked{"GET", "/containers/" + percent_encode(id) + "/stats?stream=0&one-shot=1"};
    asked.attempted = "measure container " + short_id(id);
    const auto body = co_await ask(std::move(asked));
    if (!body) co_return body.error();
    co_return read_usage(*body);
}

}  // namespace mcpm::engine
