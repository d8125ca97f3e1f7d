#include "common/random.hpp"

#include "common/encodings.hpp"

#include <sys/random.h>

#include <cerrno>
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
