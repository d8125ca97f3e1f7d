// Sends and receives one protocol packet with its descriptors. Never blocks, never allocates; what it
// receives is close-on-exec and owned by the packet until it is taken. Used by both ends of the pair.
#pragma once

#include "agent/keeper/protocol.hpp"

#include <cstddef>

namespace mcpm::keeper {

/// Descriptors that came with a packet; closes what was not taken.
class Descriptors {
  public:
    Descriptors() = default;
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;
    ~Descriptors() { close_all(); }

    std::size_t count() const { return count_; }
    void add(int fd);
    /// The descriptor at `place`, now the caller's; -1 when there is none.
    int take(std::size_t place);
    void close_all();

  private:
    int fds_[descriptor_limit] = {-1, -1, -1, -1, -1};
    std::size_t count_ = 0;
};

/// received: `message` and `descriptors` are filled. malformed: wrong size, or descriptors were cut off;
/// dropped.
enum class Received { received, would_block, closed, malformed };
Received receive(int socket, Message& message, Descriptors& descriptors);

/// 0, or errno: EAGAIN and ETOOMANYREFS pass with time, all else means that the other end is gone.
/// The descriptors stay the caller's.
int send(int socket, const Message& message, const int* descriptors, std::size_t count);

}  // namespace mcpm::keeper
