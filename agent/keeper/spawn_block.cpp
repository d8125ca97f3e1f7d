#include "agent/keeper/spawn_block.hpp"

#include <cstring>

namespace mcpm::keeper {

namespace {

static_assert(sizeof(char*) == sizeof(std::uint64_t), "slots hold pointers");

struct Places {
    std::size_t limits = 0;
    std::size_t arguments = 0;
    std::size_t environment = 0;
    std::size_t bytes = 0;
};

/// Counts are at most 32 bits wide, so nothing here can overflow 64 bits.
Places places_of(const SpawnHeader& header) {
    Places places;
    places.limits = sizeof(SpawnHeader);
    places.arguments = places.limits + sizeof(SpawnLimit) * std::size_t{header.limit_count};
    places.environment = places.arguments + sizeof(std::uint64_t) * (std::size_t{header.argument_count} + 1);
    places.bytes = places.environment + sizeof(std::uint64_t) * (std::size_t{header.environment_count} + 1);
    return places;
}

/// Offsets become pointers; false when one points outside the bytes or the list does not end with 0.
bool resolve(char* block, std::size_t list, std::size_t count, std::size_t bytes, std::size_t size) {
    for (std::size_t place = 0; place <= count; ++place) {
        std::uint64_t slot = 0;
        char* const at = block + list + place * sizeof slot;
        std::memcpy(&slot, at, sizeof slot);
        if (place == count) return slot == 0;
        if (slot < bytes || slot >= size) return false;
        const char* const text = block + slot;
        std::memcpy(at, &text, sizeof text);
    }
    return false;
}

void append_slots(std::string& block, std::string& bytes, std::size_t base,
                  const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
        const std::uint64_t slot = base + bytes.size();
        block.append(reinterpret_cast<const char*>(&slot), sizeof slot);
        bytes.append(text).push_back('\0');
    }
    block.append(sizeof(std::uint64_t), '\0');
}

}  // namespace

bool read_spawn_block(void* block, std::size_t size, SpawnPlan& plan) {
    if (size < sizeof(SpawnHeader) || size > spawn_block_limit) return false;
    char* const base = static_cast<char*>(block);
    SpawnHeader header;
    std::memcpy(&header, base, sizeof header);
    if (header.magic != spawn_magic || header.size != size || header.argument_count == 0) return false;
    const Places places = places_of(header);
    if (places.bytes >= size || base[size - 1] != '\0') return false;
    if (header.program < places.bytes || header.program >= size) return false;
    if (header.cwd != 0 && (header.cwd < places.bytes || header.cwd >= size)) return false;
    if (!resolve(base, places.arguments, header.argument_count, places.bytes, size)) return false;
    if (!resolve(base, places.environment, header.environment_count, places.bytes, size)) return false;
    plan.program = base + header.program;
    plan.cwd = header.cwd == 0 ? nullptr : base + header.cwd;
    plan.arguments = reinterpret_cast<char**>(base + places.arguments);
    plan.environment = reinterpret_cast<char**>(base + places.environment);
    plan.limits = reinterpret_cast<const SpawnLimit*>(base + places.limits);
    plan.limit_count = header.limit_count;
    plan.pipe_bytes = header.pipe_bytes;
    return true;
}

std::string write_spawn_block(const SpawnText& text) {
    SpawnHeader header;
    header.argument_count = static_cast<std::uint32_t>(text.arguments.size());
    header.environment_count = static_cast<std::uint32_t>(text.environment.size());
    header.limit_count = static_cast<std::uint32_t>(text.limits.size());
    header.pipe_bytes = text.pipe_bytes;
    const Places places = places_of(header);
    std::string bytes;
    header.program = places.bytes;
    bytes.append(text.program).push_back('\0');
    if (!text.cwd.empty()) {
        header.cwd = places.bytes + bytes.size();
        bytes.append(text.cwd).push_back('\0');
    }
    std::string block(sizeof header, '\0');
    for (const auto& [resource, value] : text.limits) {
        const SpawnLimit limit{static_cast<std::uint64_t>(resource), value};
        block.append(reinterpret_cast<const char*>(&limit), sizeof limit);
    }
    append_slots(block, bytes, places.bytes, text.arguments);
    append_slots(block, bytes, places.bytes, text.environment);
    block += bytes;
    header.size = block.size();
    std::memcpy(block.data(), &header, sizeof header);
    return block;
}

}  // namespace mcpm::keeper
