// What a child is to be: program, arguments, environment, folder, limits. Written by the agent into a sealed
// memfd, mapped and bounds-checked by the keeper, which then points into the mapping: nothing is copied.
//
// Layout: SpawnHeader; `limit_count` SpawnLimit; argument_count + 1 slots; environment_count + 1 slots;
// bytes. A slot is 8 bytes: the offset of a NUL-terminated string in the block, which the keeper's private
// mapping turns into a pointer; the last slot of each list is 0. The last byte of the block is NUL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::keeper {

inline constexpr std::uint64_t spawn_magic = 0x314e57505350434dULL;  // "MCPSPWN1"
inline constexpr std::size_t spawn_block_limit = 8U << 20U;

struct SpawnHeader {
    std::uint64_t magic = spawn_magic;
    std::uint64_t size = 0;  // of the whole block
    std::uint32_t argument_count = 0;
    std::uint32_t environment_count = 0;
    std::uint32_t limit_count = 0;
    std::uint32_t pipe_bytes = 0;  // wished capacity of stdout and stderr; 0 = leave it
    std::uint64_t program = 0;     // offsets
    std::uint64_t cwd = 0;         // 0 = the keeper's own
};

struct SpawnLimit {
    std::uint64_t resource = 0;  // RLIMIT_*
    std::uint64_t value = 0;     // soft = hard
};

/// Points into the block it was read from.
struct SpawnPlan {
    const char* program = nullptr;
    char** arguments = nullptr;
    char** environment = nullptr;
    const char* cwd = nullptr;
    const SpawnLimit* limits = nullptr;
    std::size_t limit_count = 0;
    std::uint32_t pipe_bytes = 0;
};

/// Checks every count and offset, then turns the slots into pointers in place. False for anything that is not
/// exactly a spawn block; the block is then unusable. `block` must be 8-byte aligned.
bool read_spawn_block(void* block, std::size_t size, SpawnPlan& plan);

/// The agent's side. Strings must not contain NUL (what follows one would be lost).
struct SpawnText {
    std::string_view program;
    const std::vector<std::string>& arguments;
    const std::vector<std::string>& environment;
    std::string_view cwd;
    const std::vector<std::pair<int, std::uint64_t>>& limits;
    std::uint32_t pipe_bytes = 0;
};
std::string write_spawn_block(const SpawnText& text);

}  // namespace mcpm::keeper
