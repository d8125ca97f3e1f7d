// The room secrets; libsodium lives here and nowhere else. It may include the store and async. It never gives
// a value to anybody but the start of a server whose definition names it.
//
// The secrets: given by a person, sealed on disk (agent/secrets/secret_files.hpp), lent to servers when they
// are started. Remembers what it lent to whom, so that it can be hidden in what is printed of that server;
// that memory is short and bounded, and the values are held nowhere else. Owned by the root. One change at a
// time, off the loop.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/secrets/secret_files.hpp"
#include "common/error.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::secrets {

/// Variable -> value.
using Values = std::map<std::string, std::string>;

class Vault {
  public:
    explicit Vault(SecretFiles files) : files_(std::make_shared<const SecretFiles>(std::move(files))) {}

    Task<Result<std::vector<Entry>>> list();
    Task<Result<>> put(std::string name, std::string value, Timestamp now);
    Task<Result<>> remove(std::string name);

    /// The values of a definition's secrets (variable -> name), to the server: all or the first that fails
    /// (not_found, wrong_state, unavailable).
    Task<Result<Values>> lend(std::string server_id, std::map<std::string, std::string> names);
    /// Values that are kept elsewhere and were given to the server (variable -> reference): hidden likewise.
    void note_given(const std::string& server_id, const std::map<std::string, std::string>& references,
                    const Values& values) {
        remember(server_id, references, values);
    }
    /// What the server was lent since the agent began, the newest last.
    std::vector<std::string> lent_to(const std::string& server_id) const;

    /// A secret that was removed: what was lent of it is wiped, of a server that runs with it at its next
    /// start.
    void forget(std::string_view name, const std::function<bool(const std::string& server_id)>& runs);

    /// A server was removed: what it was lent is wiped.
    void forget_server(const std::string& server_id);

  private:
    struct Lent {
        std::string secret, value;
        bool is_removed = false;
    };
    void remember(const std::string& server_id, const std::map<std::string, std::string>& names,
                  const Values& values);

    std::shared_ptr<const SecretFiles> files_;
    std::map<std::string, std::vector<Lent>> lent_;
    Workers workers_{1};
};

}  // namespace mcpm::secrets
