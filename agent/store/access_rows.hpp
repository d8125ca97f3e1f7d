// The SQL of tokens and profiles. Runs on the store's thread.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::store {

std::vector<StoredToken> load_tokens(Connection& connection);
void save_token(Connection& connection, const StoredToken& token);
void touch_token(Connection& connection, const std::string& name, Timestamp used_at);
Result<> remove_token(Connection& connection, const std::string& name);

std::vector<StoredProfile> load_profiles(Connection& connection);
void save_profile(Connection& connection, const StoredProfile& profile);
Result<> remove_profile(Connection& connection, const std::string& name);

}  // namespace mcpm::store
