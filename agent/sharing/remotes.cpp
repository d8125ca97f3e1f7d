#include "agent/sharing/remotes.hpp"

#include "agent/mcp/http_peer.hpp"

#include <memory>
#include <utility>

namespace mcpm {

Task<Result<>> Remotes::prepare() {
    auto prepared = co_await client_.prepare();
    if (prepared) co_return Result<>{};
    Error error = prepared.error();
    error.code = ErrorCode::cannot_launch;
    error.details = StartStage::resolve;
    co_return error;
}

void Remotes::introduce(const RemoteTarget& remote, mcp::Attachment& attachment) {
    mcp::HttpTarget target{remote.url, {remote.headers.begin(), remote.headers.end()}, remote.transport};
    if (target.transport == Transport::sse) attachment.hint = mcp::EraHint::handshake_only;
    attachment.make_peer = [this, target = std::move(target)](mcp::Peer::Events events) {
        return std::make_shared<mcp::HttpPeer>(loop_, client_, target, std::move(events));
    };
}

}  // namespace mcpm
