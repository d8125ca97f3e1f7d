// A stream of any length sealed by a passphrase: Argon2id makes the key of it, secretstream
// (XChaCha20-Poly1305) seals frame after frame, so that none can be changed, moved, repeated or left out, and
// an end that was cut off is seen. A text that everybody may read, the head, is bound to it. Knows no file.
#pragma once

#include "agent/secrets/seal.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::secrets {

/// What makes a key of a passphrase. Not secret; kept with what was sealed.
struct Stretching {
    std::string salt = {};
    std::uint64_t passes = 0;
    std::uint64_t memory = 0;  // bytes

    static Stretching make();
};

/// validation_error when the rules cannot be ours: a file does not decide that gigabytes are worked through.
Result<Key> stretch(std::string_view passphrase, const Stretching& rules);

inline constexpr std::size_t frame_bytes = 64UL << 10;  // of what is sealed
inline constexpr std::size_t frame_overhead = 17;
inline constexpr std::size_t prelude_bytes = 24;

enum class Frame { more, last };

class StreamSealer {
  public:
    StreamSealer(const Key& key, std::string_view head);
    /// Comes before the first frame.
    const std::string& prelude() const { return prelude_; }
    std::string seal(std::string_view plain, Frame frame);

  private:
    struct State;
    std::shared_ptr<State> state_;
    std::string head_, prelude_;
};

class StreamOpener {
  public:
    StreamOpener(const Key& key, std::string_view head, std::string_view prelude);
    struct Opened {
        std::string plain;
        Frame frame = Frame::more;
    };
    /// Nothing when it was changed, is not the next one, or was sealed by another passphrase.
    std::optional<Opened> open(std::string_view sealed);

  private:
    struct State;
    std::shared_ptr<State> state_;
    std::string head_;
};

}  // namespace mcpm::secrets
