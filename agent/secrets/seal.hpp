// One value sealed at rest: XChaCha20-Poly1305 (libsodium), its name and its times bound as associated data,
// so that neither can be changed and no sealed value passes for another's. Pure but for random numbers; knows
// no file.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::secrets {

/// In memory of its own that is not swapped out and not dumped; wiped when it goes.
class Key {
  public:
    static constexpr std::size_t bytes = 32;
    static Key make();
    /// Nothing when it is not as long as a key.
    static std::optional<Key> from(std::string_view text);
    Key(Key&& other) noexcept : text_(std::exchange(other.text_, nullptr)) {}
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    Key& operator=(Key&&) = delete;
    ~Key();

    std::string_view text() const { return {text_, bytes}; }

  private:
    Key();
    char* text_;
};

struct Times {
    Timestamp created;
    Timestamp updated;
    bool operator==(const Times&) const = default;
};

/// What is longer than the value it holds by this much is no sealed value.
inline constexpr std::size_t most_overhead = 128;

std::string seal(const Key& key, std::string_view name, const Times& times, std::string_view value);
/// Nothing when it was changed, is another's, or was sealed with another key.
std::optional<std::string> unseal(const Key& key, std::string_view name, std::string_view sealed);
/// Readable without the key, and proven only by unseal(); nothing when it is no sealed value.
std::optional<Times> times_of(std::string_view sealed);

/// Overwrites what it holds, then empties it.
void wipe(std::string& text);

}  // namespace mcpm::secrets
