#include "agent/access/profile_book.hpp"

#include "agent/access/profile_json.hpp"

#include <utility>

namespace mcpm::access {

namespace {

constexpr std::size_t most_profiles = 1000;

Error no_such_profile(const std::string& name) {
    return Error{ErrorCode::not_found, "there is no profile '" + name + "'", {}, "mcpm profile list"};
}

Result<Profile> read_body(const std::string& body) {
    const auto json = wire::parse(body);
    if (!json) return json.error();
    return profile_of(*json);
}

}  // namespace

Task<Result<std::size_t>> ProfileBook::open() {
    const auto loaded = co_await store_.load_profiles();
    if (!loaded) co_return loaded.error();
    std::size_t left_out = 0;
    for (const auto& row : *loaded) {
        auto profile = read_body(row.body);
        if (profile) {
            profiles_[row.name] = KnownProfile{std::move(*profile), row.created_at, row.updated_at};
        } else {
            ++left_out;
        }
    }
    co_return left_out;
}

std::optional<Profile> ProfileBook::find(std::string_view name) const {
    const auto* known = look(name);
    if (known == nullptr) return std::nullopt;
    return known->profile;
}

const KnownProfile* ProfileBook::look(std::string_view name) const {
    const auto found = profiles_.find(name);
    return found == profiles_.end() ? nullptr : &found->second;
}

Task<Result<>> ProfileBook::put(Profile profile, Timestamp created_at, Timestamp now) {
    StoredProfile row{profile.name, to_json(profile).dump(), created_at, now};
    auto saved = co_await store_.save_profile(std::move(row));
    if (saved) profiles_[profile.name] = KnownProfile{profile, created_at, now};
    co_return saved;
}

Task<Result<>> ProfileBook::create(Profile profile, Timestamp now) {
    if (look(profile.name) != nullptr)
        co_return Error{ErrorCode::conflict,
                        "making profile '" + profile.name + "': a profile of that name exists"};
    if (profiles_.size() >= most_profiles)
        co_return Error{ErrorCode::conflict, "making profile '" + profile.name + "': there are 1000 already"};
    auto stored = co_await put(std::move(profile), now, now);
    co_return stored;
}

Task<Result<>> ProfileBook::replace(Profile profile, Timestamp now) {
    const auto* known = look(profile.name);
    if (known == nullptr) co_return no_such_profile(profile.name);
    auto stored = co_await put(std::move(profile), known->created_at, now);
    co_return stored;
}

Task<Result<>> ProfileBook::remove(std::string name) {
    if (look(name) == nullptr) co_return no_such_profile(name);
    auto removed = co_await store_.remove_profile(name);
    if (removed) profiles_.erase(name);
    co_return removed;
}

}  // namespace mcpm::access
