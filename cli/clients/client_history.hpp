// What was changed in clients' files, newest last, with every byte of what was there before: in the state
// folder, for this user alone. At most 20 changes of a client and 20 of imports are kept; the oldest go.
// Blocks on the disk.
#pragma once

#include "cli/clients/client_file.hpp"
#include "cli/clients/document.hpp"
#include "cli/json_access.hpp"
#include "common/paths.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct ClientChange {
    std::string number = {};  // of the history
    std::string client;       // its id; of an import "import"
    std::string action;       // "connect", "disconnect", "import"
    std::string file;
    bool existed = false;
    std::string before = {};                // all of the file
    std::string after = {};                 // SHA-256 of it
    std::string token = {};                 // the token that was made for it
    std::vector<std::string> servers = {};  // that an import defined
    std::vector<std::string> secrets = {};  // that an import stored
    std::string group = {};                 // changes that belong together
};

class ClientHistory {
  public:
    explicit ClientHistory(const Paths& paths) : folder_(paths.state / "clients") {}

    /// Gives it its number.
    Result<> add(ClientChange& change);
    Result<> forget(const ClientChange& change);
    /// Of one client or all of them (""), oldest first; what cannot be read is left out.
    std::vector<ClientChange> all(std::string_view client) const;

  private:
    Result<> keep_bounded(std::string_view client);
    std::filesystem::path folder_;
};

/// The file as it was: written back, or removed when it was not there. conflict when it is not what we wrote.
Result<> take_back(const ClientChange& change);

/// The text, put down in the history first and then written; the history has nothing of what could not be
/// written.
Result<> change_client_file(ClientHistory& history, ClientChange& change, const ClientText& before,
                            std::string_view text);

}  // namespace mcpm::cli
