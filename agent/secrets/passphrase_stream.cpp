#include "agent/secrets/passphrase_stream.hpp"

#include "common/random.hpp"

#include <sodium.h>

#include <stdexcept>
#include <utility>

namespace mcpm::secrets {

namespace {

static_assert(frame_overhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(prelude_bytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(Key::bytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);

constexpr std::uint64_t most_passes = 10;
constexpr std::uint64_t most_memory = 256UL << 20;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

Stretching Stretching::make() {
    // What libsodium calls interactive: about a tenth of a second, and it fits into a small container.
    return {random_bytes(crypto_pwhash_SALTBYTES), crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE};
}

Result<Key> stretch(std::string_view passphrase, const Stretching& rules) {
    const bool is_ours = rules.salt.size() == crypto_pwhash_SALTBYTES && rules.passes >= 1 &&
                         rules.passes <= most_passes && rules.memory >= crypto_pwhash_MEMLIMIT_MIN &&
                         rules.memory <= most_memory;
    if (!is_ours)
        return Error{ErrorCode::validation_error,
                     "open by a passphrase: what the file says of its key is out of range"};
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used here");
    std::string bytes(Key::bytes, '\0');
    const int failed =
        crypto_pwhash(raw(bytes), bytes.size(), passphrase.data(), passphrase.size(), raw(rules.salt),
                      rules.passes, static_cast<std::size_t>(rules.memory), crypto_pwhash_ALG_ARGON2ID13);
    auto key = Key::from(bytes);
    wipe(bytes);
    if (failed != 0 || !key)
        return Error{ErrorCode::unavailable, "make a key of the passphrase: there is not enough memory"};
    return std::move(*key);
}

struct StreamSealer::State : crypto_secretstream_xchacha20poly1305_state {
    ~State() { sodium_memzero(this, sizeof *this); }
};
struct StreamOpener::State : crypto_secretstream_xchacha20poly1305_state {
    ~State() { sodium_memzero(this, sizeof *this); }
};

StreamSealer::StreamSealer(const Key& key, std::string_view head)
    : state_(std::make_shared<State>()), head_(head), prelude_(prelude_bytes, '\0') {
    crypto_secretstream_xchacha20poly1305_init_push(state_.get(), raw(prelude_), raw(key.text()));
}

std::string StreamSealer::seal(std::string_view plain, Frame frame) {
    std::string sealed(plain.size() + frame_overhead, '\0');
    const unsigned char tag = frame == Frame::last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                   : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    crypto_secretstream_xchacha20poly1305_push(state_.get(), raw(sealed), nullptr, raw(plain), plain.size(),
                                               raw(head_), head_.size(), tag);
    return sealed;
}

StreamOpener::StreamOpener(const Key& key, std::string_view head, std::string_view prelude)
    : state_(std::make_shared<State>()), head_(head) {
    if (prelude.size() != prelude_bytes ||
        crypto_secretstream_xchacha20poly1305_init_pull(state_.get(), raw(prelude), raw(key.text())) != 0)
        state_.reset();
}

std::optional<StreamOpener::Opened> StreamOpener::open(std::string_view sealed) {
    if (!state_ || sealed.size() < frame_overhead) return std::nullopt;
    Opened opened{std::string(sealed.size() - frame_overhead, '\0')};
    unsigned char tag = 0;
    const int failed = crypto_secretstream_xchacha20poly1305_pull(
        state_.get(), raw(opened.plain), nullptr, &tag, raw(sealed), sealed.size(), raw(head_), head_.size());
    if (failed != 0) return std::nullopt;
    if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) opened.frame = Frame::last;
    return opened;
}

}  // namespace mcpm::secrets
