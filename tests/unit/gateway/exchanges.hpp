// Clients and exchanges without a gateway, for the tests of this folder.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/mcp/json_rpc.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::test {

inline gateway::ClientPtr make_client(Loop& loop, const std::string& principal = "ada",
                                      gateway::Scope scope = {},
                                      gateway::Client::Kind kind = gateway::Client::Kind::stateless) {
    return std::make_shared<gateway::Client>(loop, kind, std::move(scope), principal);
}

/// A request as Gateway::begin() makes it.
inline gateway::ExchangePtr make_exchange(Loop& loop, const gateway::ClientPtr& client,
                                          std::string_view method, std::string_view params = {}) {
    const std::string text = mcp::make_request("7", method, params);
    auto exchange =
        std::make_shared<gateway::Exchange>(client, std::make_shared<const gateway::Message>(text));
    exchange->id = "7";
    exchange->method = method;
    exchange->out = std::make_shared<gateway::Outbox>(loop, gateway::Outbox::Keep::nothing);
    return exchange;
}

}  // namespace mcpm::test
