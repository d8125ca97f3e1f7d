// What the root tells containers of the rest, and the rest of containers.
#include "agent/agent_rooms.hpp"
#include "agent/http/client.hpp"
#include "agent/launch/credential_helper.hpp"
#include "agent/launch/job_runner.hpp"
#include "common/docker_context.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <map>

namespace mcpm {

namespace {

/// Between two looks whether a server in a container listens already.
constexpr Duration between_looks{100};

std::optional<http::ClientAddress> address_of(std::string_view url, std::string& path) {
    const auto host = url.find("://") + 3;
    if (url.find("://") == std::string_view::npos) return std::nullopt;
    const auto slash = url.find('/', host);
    const auto colon = url.rfind(':', slash);
    if (slash == std::string_view::npos || colon < host || colon == std::string_view::npos)
        return std::nullopt;
    http::ClientAddress address;
    address.host = url.substr(host, colon - host);
    if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
    std::from_chars(url.data() + colon + 1, url.data() + slash, address.port);
    path = url.substr(slash);
    return address;
}

}  // namespace

void Agent::Rooms::open_containers(const std::string& data_id) {
    engine::Context context;
    for (const char* name : engine_variables) {
        if (const char* value = std::getenv(name)) context.environment.emplace(name, value);
    }
    context.run_helper = [this](std::string program, std::string argument, std::string input) {
        std::map<std::string, std::string> surroundings;
        for (const char* name :
             {"PATH", "HOME", "USER", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"})
            if (const char* value = std::getenv(name)) surroundings.emplace(name, value);
        const JobRunner run = [this](Job job) { return run_job(loop, *keeper, std::move(job)); };
        return ask_credential_helper(run, std::move(surroundings), std::move(program), std::move(argument),
                                     std::move(input));
    };
    engine = std::make_unique<engine::Engine>(loop, std::move(context));
    ContainerSettings settings;
    settings.data_id = data_id;
    settings.records = options.paths.state / "containers";
    settings.pinned = [this](const std::string& server_id, const std::string& image, const ImagePin& pin) {
        pin_image(server_id, image, pin);
    };
    settings.out_of_touch = [this](const std::string& server_id, std::uint64_t run, const std::string& why) {
        if (supervisor) supervisor->report_touch(server_id, run, why);
    };
    settings.progress = [this](const std::string& server_id, const std::string& text) {
        if (text.empty())
            progress.erase(server_id);
        else
            progress[server_id] = text;
    };
    settings.note = [this](const std::string& server_id, std::uint64_t run, InstanceKind kind,
                           const std::string& text) {
        if (logs) logs->note(server_id, text, kind == InstanceKind::own ? run : 0);
    };
    settings.report = report();
    containers = std::make_unique<ContainerRuntime>(loop, *engine, std::move(settings));
}

void Agent::Rooms::pin_image(const std::string& server_id, const std::string& image, const ImagePin& pin) {
    const auto server = supervisor ? supervisor->find(server_id) : Result<ServerView>(Error{});
    if (!server) return;
    ServerSpec spec = server->spec;
    auto* const source = std::get_if<ImageSource>(&spec.source);
    if (source == nullptr || source->image != image) return;  // it was redefined meanwhile
    source->pin = pin;
    tasks.spawn("pin an image", save_pin(server_id, std::move(spec)));
}

Task<> Agent::Rooms::save_pin(std::string server_id, ServerSpec spec) {
    const auto saved = co_await supervisor->update(std::move(server_id), std::move(spec), "agent");
    if (!saved) log.warning(saved.error().message);
}

/// An engine accepts connections before the server in the container does: the session waits until HTTP is
/// answered there. The start's own deadline ends a server that never does.
Task<> Agent::Rooms::await_endpoint(mcp::Attachment attachment, std::string url) {
    std::string path;
    const auto address = address_of(url, path);
    if (!address) co_return;  // it ended before the engine published its port; its exit says more
    const auto prepared = co_await remotes->prepare();
    if (!prepared) {
        supervisor->report_not_ready(attachment.server_id, attachment.run, prepared.error());
        co_return;
    }
    for (;;) {
        const auto server = supervisor->find(attachment.server_id);
        const bool is_current =
            server && server->status.run == attachment.run &&
            (server->status.state == ServerState::starting || server->status.state == ServerState::running);
        if (!is_current) co_return;
        http::ClientRequest request;
        request.target = path;
        http::ClientLimits limits;
        http::ClientAddress place = *address;
        const auto stream = co_await http::ClientStream::open(std::move(place), std::move(request), limits);
        if (stream) break;
        co_await sleep_for(between_looks);
    }
    sessions->attach(std::move(attachment));
}

}  // namespace mcpm
