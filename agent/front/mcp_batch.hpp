// Several messages in one body or line: JSON-RPC batches, which 2024-11-05 has on stdio and 2025-03-26
// everywhere, and no revision after them.
#pragma once

#include "agent/front/mcp_headers.hpp"
#include "agent/gateway/client.hpp"
#include "agent/gateway/gateway.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::front {

struct Front;

/// An array, whatever is in it.
bool is_batch(const gateway::Message& message);

struct Batch {
    std::vector<gateway::MessagePtr> messages;
    std::optional<McpRefusal> refusal;  // then there are no messages
};
/// 1 to 100 messages, none of which opens a session.
Batch read_batch(std::string_view text);

/// Takes all in order; requests answer into `out`.
std::vector<gateway::ExchangePtr> begin_batch(gateway::Gateway& gateway, const gateway::ClientPtr& client,
                                              std::vector<gateway::MessagePtr> messages,
                                              const std::shared_ptr<gateway::Outbox>& out);

/// Ends an outbox that several requests share.
Task<> finish_when_done(std::vector<gateway::ExchangePtr> open, std::shared_ptr<gateway::Outbox> out);

/// A batch of a client whose messages all go one way: the answers come as one array when the last is there,
/// whatever else its calls bring at once.
void take_batch(Front& front, const gateway::ClientPtr& client, const gateway::Message& message);

}  // namespace mcpm::front
