// Browsers that are signed in, kept over the agent's end: in the store's database and on its thread. Of a
// cookie only its digest is here. It is no truth about servers, and no backup has it.
#pragma once

#include "agent/async/task.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mcpm {

struct StoredSignIn {
    std::string id;           // public, random
    std::string who;          // who began it: "uid:1000", "token:laptop"
    std::string token = {};   // the token that began it; empty for a link
    std::string digest = {};  // of the cookie
    Timestamp began_at{}, expires_at{};
    Timestamp not_after{};  // whatever it is used
};

namespace store {
class Connection;
std::vector<StoredSignIn> load_sign_ins(Connection& connection);
void replace_sign_ins(Connection& connection, const std::vector<StoredSignIn>& all);
}  // namespace store

class SignInStore {
  public:
    explicit SignInStore(const StateStore& store);

    /// In place of those that were kept; in the order of the calls.
    Task<Result<>> save(std::vector<StoredSignIn> all);
    Task<Result<std::vector<StoredSignIn>>> load();

  private:
    std::shared_ptr<store::WriteQueue> queue_;
};

}  // namespace mcpm
