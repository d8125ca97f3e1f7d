#include "agent/sharing/attachments.hpp"

#include "agent/http/client.hpp"
#include "agent/sharing/attachment.hpp"
#include "common/url.hpp"

#include <utility>

namespace mcpm {

namespace {

/// Nobody tells when a server in a container begins to listen: it is asked this often.
constexpr Duration between_attempts{100};

}  // namespace

void Attachments::attach(const std::string& server_id, const ServerSpec& spec, Instance& instance,
                         bool resumed) {
    auto attachment = attachment_of(server_id, spec, instance, resumed, remotes_);
    if (!attachment) return;
    const RemoteTarget* const endpoint = instance.endpoint();
    if (endpoint == nullptr || spec.type != ServerType::container)
        return sessions_.attach(std::move(*attachment));
    tasks_.spawn("wait for a container", attach_when_answered(std::move(*attachment), endpoint->url));
}

void Attachments::detach(const std::string& server_id, std::uint64_t run, const Exit& exit) {
    sessions_.detach(server_id, run, session_end(exit));
    ended_.notify_all();
}

std::set<std::uint64_t> Attachments::living_runs(const std::string& server_id) const {
    std::set<std::uint64_t> runs;
    const auto server = supervisor_.find(server_id);
    if (!server) return runs;
    if (server->status.pid) runs.insert(server->status.run);
    for (const auto& own : server->status.own_runs) runs.insert(own.run);
    return runs;
}

bool Attachments::is_wanted(const mcp::Attachment& attachment) const {
    const auto server = supervisor_.find(attachment.server_id);
    return server && server->status.run == attachment.run &&
           (server->status.state == ServerState::starting || server->status.state == ServerState::running);
}

Task<> Attachments::attach_when_answered(mcp::Attachment attachment, std::string url) {
    const auto place = parse_http_url(url);
    if (!place) co_return;  // it ended before the engine published its port; its exit says more
    const auto prepared = co_await remotes_.prepare();
    if (!prepared) {
        supervisor_.report_not_ready(attachment.server_id, attachment.run, prepared.error());
        co_return;
    }
    for (;;) {
        const auto seen = ended_.count();
        if (!is_wanted(attachment)) co_return;
        http::ClientRequest request;
        request.target = place->path;
        http::ClientAddress address;
        address.host = place->host;
        address.port = place->port;
        const http::ClientLimits limits;
        const auto stream = co_await http::ClientStream::open(std::move(address), std::move(request), limits);
        if (stream) break;
        (void)co_await ended_.wait_since(seen, between_attempts);
    }
    sessions_.attach(std::move(attachment));
}

}  // namespace mcpm
