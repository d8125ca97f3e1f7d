// The profiles: held in memory, truth in the store. Says nothing of whether their servers exist; they may
// come and go.
#pragma once

#include "agent/store/state_store.hpp"
#include "common/error.hpp"
#include "common/profile.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::access {

struct KnownProfile {
    Profile profile;
    Timestamp created_at{}, updated_at{};
};

class ProfileBook {
  public:
    explicit ProfileBook(StateStore& store) : store_(store) {}

    /// Reads the store. One that cannot be read is left out; how many is said by the return.
    Task<Result<std::size_t>> open();

    std::optional<Profile> find(std::string_view name) const;
    /// Null when there is none; valid until the next change.
    const KnownProfile* look(std::string_view name) const;
    const std::map<std::string, KnownProfile, std::less<>>& all() const { return profiles_; }

    /// conflict: the name is taken, or there are 1,000. The profile has been validated.
    Task<Result<>> create(Profile profile, Timestamp now);
    Task<Result<>> replace(Profile profile, Timestamp now);  // not_found
    Task<Result<>> remove(std::string name);                 // not_found

  private:
    Task<Result<>> put(Profile profile, Timestamp created_at, Timestamp now);

    StateStore& store_;
    std::map<std::string, KnownProfile, std::less<>> profiles_;
};

}  // namespace mcpm::access
