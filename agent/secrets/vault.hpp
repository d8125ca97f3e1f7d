// The room secrets; libsodium lives here and nowhere else. It may include store, disk and async. It never
// gives a value to anybody but the start of a server whose definition names it.
//
// The secrets: given by a person, sealed on disk (agent/secrets/secret_files.hpp), lent to servers when they
// are started. Remembers what it lent to whom, so that it can be hidden in what is printed of that server;
// that memory is short and bounded, and the values are held nowhere else. Owned by the root. One change at a
// time, off the loop.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/disk/path_watch.hpp"
#include "agent/secrets/kept_secrets.hpp"
#include "agent/secrets/secret_files.hpp"
#include "common/error.hpp"

#include <filesystem>
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
    /// Without `names_file` nothing is missed that was lost while no agent ran.
    explicit Vault(SecretFiles files, std::filesystem::path names_file = {})
        : files_(std::make_shared<const SecretFiles>(files)),
          kept_(std::make_shared<KeptSecrets>(std::move(files), std::move(names_file))) {}

    /// What people should know of lost values, and of those that were mended.
    void set_notice_sink(std::function<void(std::string)> give) { give_notice_ = std::move(give); }
    /// Looks whether the files are still those that were stored, and mends what is not so.
    Task<> look();
    /// When something happened to the files, until it is cancelled; every ten seconds while one of them can't
    /// be read or written.
    Task<> watch(Loop& loop, PathWatch& disk);
    /// The names of those whose values cannot be had, as of the last look.
    const std::vector<std::string>& lost() const { return lost_; }

    /// All secrets; those that are lost too, without times.
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

    void tell(const KeptSecrets::Look& look);
    Task<Result<Values>> read(std::map<std::string, std::string> names);

    std::shared_ptr<const SecretFiles> files_;
    std::shared_ptr<KeptSecrets> kept_;  // workers only
    std::vector<std::string> lost_;
    bool is_unsettled_ = false;  // as of the last look
    std::function<void(std::string)> give_notice_ = [](const std::string&) {};
    std::map<std::string, std::vector<Lent>> lent_;
    Workers workers_{1};
};

}  // namespace mcpm::secrets
