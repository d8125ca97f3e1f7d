#include "agent/engine/usage.hpp"

#include "agent/engine/reading.hpp"

namespace mcpm::engine {

namespace {

/// As `docker stats` counts: without the page cache that would be dropped first. cgroup v1, then v2.
std::uint64_t memory_in_use(const Json& memory) {
    const auto used = number_in<std::uint64_t>(memory, "usage");
    const Json& parts = member(memory, "stats");
    for (const char* key : {"total_inactive_file", "inactive_file"}) {
        const auto cache = number_in<std::uint64_t>(parts, key);
        if (cache != 0 && cache < used) return used - cache;
    }
    return used;
}

}  // namespace

Result<Usage> read_usage(std::string_view body) {
    const Json json = parse_json(body);
    if (!json.is_object())
        return Error{ErrorCode::internal_error, "the container engine's answer is no usage of a container"};
    Usage usage;
    const Json& memory = member(json, "memory_stats");
    usage.memory_bytes = memory_in_use(memory);
    usage.memory_limit = number_in<std::uint64_t>(memory, "limit");
    usage.cpu_ns = number_in<std::uint64_t>(member(member(json, "cpu_stats"), "cpu_usage"), "total_usage");
    usage.pids = number_in<std::uint64_t>(member(json, "pids_stats"), "current");
    const Json& networks = member(json, "networks");
    if (networks.is_object()) {
        for (const auto& [name, network] : networks.items()) {
            usage.received_bytes += number_in<std::uint64_t>(network, "rx_bytes");
            usage.sent_bytes += number_in<std::uint64_t>(network, "tx_bytes");
        }
    }
    const Json& blocks = member(member(json, "blkio_stats"), "io_service_bytes_recursive");
    if (blocks.is_array()) {
        for (const auto& row : blocks) {
            const std::string what = text_in(row, "op");
            const auto bytes = number_in<std::uint64_t>(row, "value");
            if (what == "Read" || what == "read") usage.read_bytes += bytes;
            if (what == "Write" || what == "write") usage.written_bytes += bytes;
        }
    }
    return usage;
}

}  // namespace mcpm::engine
