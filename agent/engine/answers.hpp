// The engine's answers -> our words. Foreign bytes: nothing in them throws, and what is missing is left as it
// is. Pure.
#pragma once

#include "agent/engine/types.hpp"
#include "common/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::engine {

/// "1.41".
std::optional<ApiVersion> parse_api_version(std::string_view text);
std::string format_api_version(ApiVersion version);

/// Of GET /version; `api` is the version we agreed on. unavailable when there is none both know.
Result<EngineInfo> read_version(std::string_view body, std::string address);
Result<Created> read_created(std::string_view body);
Result<ContainerState> read_state(std::string_view body);
Result<std::vector<ContainerRow>> read_rows(std::string_view body);
Result<ImageInfo> read_image(std::string_view body);
/// Of GET /distribution/{name}/json.
Result<std::string> read_registry_digest(std::string_view body);
/// One line of GET /events; nothing for what is no event of a container.
std::optional<ContainerEvent> read_event(std::string_view line);

}  // namespace mcpm::engine
