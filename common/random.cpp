#include "common/random.hpp"

#include "common/encodings.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>

namespace mcpm {

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
        const auto got = ::getrandom(bytes.data() + filled, count - filled, 0);
        if (got < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "ask the kernel for random bytes");
        if (got > 0) filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string random_hex(std::size_t count) {
    return in_hex(random_bytes(count));
}

}  // namespace mcpm

// What std::random_device of libstdc++ asks for. glibc has it since 2.36; with this one the agent also runs
// where glibc is older (Ubuntu 22.04). In this file, because every program links it.
extern "C" std::uint32_t arc4random() noexcept {
    std::uint32_t number = 0;
    const std::string bytes = mcpm::random_bytes(sizeof number);
    bytes.copy(reinterpret_cast<char*>(&number), sizeof number);
    return number;
}
