// mcpm as an MCP server on stdio (`mcpm __mcp`): what an assistant may ask of the agent. The agent offers it
// at /mcp/mcpm when `gateway.mcpm` is on; the gateway speaks both eras to its clients. One call at a time.
// Installing waits for a person's yes, asked of the client by elicitation; a secret is named, never given.
#pragma once

#include "cli/agent_client.hpp"
#include "cli/json_access.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::cli {

class OwnServer {
  public:
    /// The next line, or nothing at the end of input.
    using ReadLine = std::function<std::optional<std::string>()>;
    using WriteLine = std::function<void(const std::string& line)>;

    OwnServer(AgentClient& agent, ReadLine read_line, WriteLine write_line)
        : agent_(agent), read_line_(std::move(read_line)), write_line_(std::move(write_line)) {}

    /// Until the end of input.
    void serve();

    AgentClient& agent() { return agent_; }
    /// cancelled when the person did not agree, unavailable when the client cannot ask.
    Result<> ask_person(const std::string& question);

  private:
    std::optional<Json> next_message();
    void answer(const Json& message);
    Json result_of(const std::string& method, const Json& params, bool& is_known);
    Json call(const Json& params);

    AgentClient& agent_;
    ReadLine read_line_;
    WriteLine write_line_;
    std::deque<Json> waiting_;  // came while a person was asked
    Json call_id_ = nullptr;
    bool can_ask_ = false;
    unsigned asked_ = 0;
};

/// The tools, as tools/list has them.
Json own_tools();

}  // namespace mcpm::cli
