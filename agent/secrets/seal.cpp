#include "agent/secrets/seal.hpp"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <utility>

namespace mcpm::secrets {

namespace {

constexpr std::string_view mark = "mcpm-secret 1\n";
constexpr std::size_t time_bytes = 8;
constexpr std::size_t head_bytes = mark.size() + 2 * time_bytes;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(Key::bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(head_bytes + nonce_bytes + tag_bytes <= most_overhead);

/// May be called any number of times, from any thread.
void begin_sodium() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used here");
}

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

void append_time(std::string& out, Timestamp time) {
    const auto count = static_cast<std::uint64_t>(time.time_since_epoch().count());
    for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(count >> shift & 0xffU);
}

Timestamp time_at(std::string_view text) {
    std::uint64_t count = 0;
    for (std::size_t at = time_bytes; at > 0; --at)
        count = count << 8U | static_cast<std::uint8_t>(text[at - 1]);
    return Timestamp(Timestamp::duration(static_cast<Timestamp::rep>(count)));
}

bool is_sealed(std::string_view text) {
    return text.size() >= head_bytes + nonce_bytes + tag_bytes && text.starts_with(mark);
}

/// The head ends where it always does, so the two cannot be mistaken for another pair.
std::string bound(std::string_view head, std::string_view name) {
    return std::string(head).append(name);
}

}  // namespace

Key Key::make() {
    Key key;
    randombytes_buf(key.text_, bytes);
    return key;
}

std::optional<Key> Key::from(std::string_view text) {
    if (text.size() != bytes) return std::nullopt;
    Key key;
    std::copy(text.begin(), text.end(), key.text_);
    return key;
}

Key::Key() {
    begin_sodium();
    text_ = static_cast<char*>(sodium_malloc(bytes));
    if (text_ == nullptr) throw std::bad_alloc();
}

Key::~Key() {
    if (text_ != nullptr) sodium_free(text_);  // which wipes it
}

std::string seal(const Key& key, std::string_view name, const Times& times, std::string_view value) {
    begin_sodium();
    std::string sealed(mark);
    append_time(sealed, times.created);
    append_time(sealed, times.updated);
    const std::string with = bound(sealed, name);
    sealed.resize(head_bytes + nonce_bytes + value.size() + tag_bytes);
    unsigned char* const nonce = raw(sealed) + head_bytes;
    randombytes_buf(nonce, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, raw(value), value.size(),
                                               raw(std::string_view(with)), with.size(), nullptr, nonce,
                                               raw(key.text()));
    return sealed;
}

std::optional<std::string> unseal(const Key& key, std::string_view name, std::string_view sealed) {
    begin_sodium();
    if (!is_sealed(sealed)) return std::nullopt;
    const std::string with = bound(sealed.substr(0, head_bytes), name);
    const std::string_view nonce = sealed.substr(head_bytes, nonce_bytes);
    const std::string_view text = sealed.substr(head_bytes + nonce_bytes);
    std::string value(text.size() - tag_bytes, '\0');
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(raw(value), nullptr, nullptr, raw(text),
                                                                  text.size(), raw(std::string_view(with)),
                                                                  with.size(), raw(nonce), raw(key.text()));
    if (failed != 0) return std::nullopt;
    return value;
}

std::optional<Times> times_of(std::string_view sealed) {
    if (!is_sealed(sealed)) return std::nullopt;
    return Times{time_at(sealed.substr(mark.size())), time_at(sealed.substr(mark.size() + time_bytes))};
}

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

}  // namespace mcpm::secrets
