#include "cli/line_mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace mcpm::cli {

LineMailbox::LineMailbox(std::size_t most_bytes)
    : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), most_bytes_(most_bytes) {}

void LineMailbox::put(std::string line) {
    const std::lock_guard lock(mutex_);
    if (lines_.size() + line.size() > most_bytes_)
        ++left_out_;
    else
        lines_ += line;
    const std::uint64_t one = 1;
    (void)!::write(bell_.get(), &one, sizeof one);
}

std::string LineMailbox::take() {
    const std::lock_guard lock(mutex_);
    std::uint64_t rung = 0;
    (void)!::read(bell_.get(), &rung, sizeof rung);
    std::string lines = std::exchange(lines_, {});
    if (const auto left_out = std::exchange(left_out_, 0); left_out > 0)
        lines += "… " + std::to_string(left_out) + " left out: lines came faster than they are shown\n";
    return lines;
}

}  // namespace mcpm::cli
