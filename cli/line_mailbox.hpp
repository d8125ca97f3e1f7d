// Lines made on other threads for one that prints them. Bounded: what does not fit is counted, and said in
// its place. Shared with threads that may outlive the reader.
#pragma once

#include "common/unique_fd.hpp"

#include <cstddef>
#include <mutex>
#include <string>

namespace mcpm::cli {

class LineMailbox {
  public:
    explicit LineMailbox(std::size_t most_bytes = 4UL << 20U);

    void put(std::string line);
    /// All that came, with "… N left out" where some were. Empty when nothing did.
    std::string take();
    /// Readable while there is something.
    int bell() const { return bell_.get(); }

  private:
    std::mutex mutex_;
    UniqueFd bell_;
    std::size_t most_bytes_;
    std::string lines_;
    std::size_t left_out_ = 0;
};

}  // namespace mcpm::cli
