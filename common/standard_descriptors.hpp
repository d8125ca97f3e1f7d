// The first thing a program does: descriptors 0, 1 and 2 that were closed by whoever started it would be
// taken by its own files, and what it prints would end up in them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace mcpm {

/// What was closed reads as ended, and takes what is written to nowhere; which of them were closed is said by
/// bits 0 to 2 of the value.
inline unsigned fill_standard_descriptors() {
    unsigned closed = 0;
    for (;;) {
        const int descriptor = ::open("/dev/null", O_RDWR | O_NOCTTY);
        if (descriptor > 2) ::close(descriptor);
        if (descriptor < 0 || descriptor > 2) break;
        closed |= 1U << static_cast<unsigned>(descriptor);
    }
    return closed;
}

}  // namespace mcpm
