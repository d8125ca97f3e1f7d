// The values of secrets, lent to servers when they are started; from then on their logs do without them.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/task.hpp"
#include "agent/launch/elsewhere.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/secrets/vault.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>

namespace mcpm {

class Lending {
  public:
    /// All outlive it.
    Lending(secrets::Vault& vault, LogStore& logs, const AgentLog& log, Elsewhere& elsewhere)
        : vault_(vault), logs_(logs), log_(log), elsewhere_(elsewhere) {}

    Task<Result<secrets::Values>> lend(std::string server_id, ServerSpec spec);
    /// What an agent before this one lent to servers that live on, as far as it is still the value.
    Task<> lend_again(StateStore& store);
    /// A server was removed: what it was lent is wiped.
    void forget_server(const std::string& server_id) { vault_.forget_server(server_id); }

  private:
    void hide(const std::string& server_id, const ServerSpec& spec);
    Task<Result<secrets::Values>> fetch(std::string server_id, std::map<std::string, std::string> references);

    secrets::Vault& vault_;
    LogStore& logs_;
    const AgentLog& log_;
    Elsewhere& elsewhere_;
};

}  // namespace mcpm
