// The parts of a backup by name; the program that reads one passes over a part it does not know.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcpm::backup {

inline constexpr std::string_view database_part = "mcpm.db";
inline constexpr std::string_view secrets_part = "secrets.json";  // [{"name", "value" (base64)}]
inline constexpr std::string_view config_part = "config.yaml";
inline constexpr std::string_view template_prefix = "custom-templates/";

inline constexpr std::size_t largest_secrets = 128UL << 20;
inline constexpr std::size_t largest_config = 1UL << 20;
inline constexpr std::size_t largest_template = 1UL << 20;
inline constexpr std::size_t most_templates = 1000;

}  // namespace mcpm::backup
