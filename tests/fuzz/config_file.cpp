// Any bytes as config.yaml.
#include "common/config_file.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto nothing = [](const char*) { return std::optional<std::string>(); };
    static_cast<void>(mcpm::parse_config({reinterpret_cast<const char*>(data), size}, nothing));
    return 0;
}
