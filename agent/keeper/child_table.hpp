// The children the keeper holds, in one block of memory reserved at the start: pages are touched as the table
// fills, nothing is ever moved or grown. A child is known by its handle, which is never given twice.
#pragma once

#include "agent/keeper/protocol.hpp"

#include <cstddef>
#include <cstdint>

namespace mcpm::keeper {

/// What the agent has yet to be told about a child.
enum class Announce : std::uint8_t { nothing, kept, spawned };

/// Plain bytes: handed over as it is when the keeper re-executes itself.
struct Child {
    std::uint64_t handle = 0;   // 0 = a free place
    std::uint64_t request = 0;  // of the spawn it came from, while Announce::spawned
    std::int64_t ended_at = 0;
    std::int32_t pid = -1;
    std::int32_t pidfd = -1;
    std::int32_t input = -1;
    std::int32_t output = -1;
    std::int32_t error_output = -1;
    std::int32_t record = -1;
    std::int32_t exit_code = -1;
    std::int32_t exit_signal = 0;
    Announce announce = Announce::nothing;
    bool ended = false;
    bool exit_told = false;
    bool released = false;  // reap it when it ends
    char tag[tag_limit] = {};
    /// Behind what earlier versions saved, their padding included.
    alignas(8) std::int32_t warden = -1;  // our end of the pair with it; says the exit
    std::int32_t warden_pid = 0;          // 0: it has none
};

class ChildTable {
  public:
    /// Ends the program when there is no memory for it: nothing can work then.
    ChildTable();
    ~ChildTable();
    ChildTable(const ChildTable&) = delete;
    ChildTable& operator=(const ChildTable&) = delete;

    /// A free place with a new handle; null when the table is full.
    Child* add();
    Child* find(std::uint64_t handle);
    Child* find_pid(int pid);
    /// Closes its descriptors and frees the place.
    void remove(Child& child);

    std::size_t size() const { return size_; }
    Child* begin() { return children_; }
    /// Behind the last place ever used; free places have handle 0.
    Child* end() { return children_ + used_; }

    std::uint64_t last_handle() const { return last_handle_; }
    /// For resuming: takes over a child as it was, descriptors and all. False when the table is full.
    bool restore(const Child& child);
    void set_last_handle(std::uint64_t handle) { last_handle_ = handle; }

  private:
    Child* free_place();

    Child* children_ = nullptr;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    std::uint64_t last_handle_ = 0;
};

/// Closes it when it is one, and forgets it.
void close_descriptor(std::int32_t& descriptor);

}  // namespace mcpm::keeper
