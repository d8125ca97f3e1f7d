// MCP Apps (io.modelcontextprotocol/ui) in the aggregate: a `ui://` URI keeps its scheme, which hosts look
// for, and gets its server in front: ui://weather/card is ui://PREFIX/weather/card. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::gateway {

inline constexpr std::string_view ui_extension = "io.modelcontextprotocol/ui";

bool is_ui_uri(std::string_view uri);
/// As clients of the aggregate see it.
std::string shown_ui_uri(std::string_view uri, std::string_view prefix);
/// The server's own, and the prefix that stands in front; empty when it has none.
std::string own_ui_uri(std::string_view shown);
std::string_view prefix_of_ui_uri(std::string_view shown);

/// A tool or a result with the template rewritten that it names in `_meta` (`ui.resourceUri`, or the older
/// `ui/resourceUri`), if it does.
std::string with_shown_ui_template(std::string object, std::string_view prefix);
/// A result of a call (its `_meta`, its links and its embedded resources), or of a read (its contents).
std::string with_shown_ui_uris(std::string result, std::string_view prefix);

/// Whether a tool is for its app alone, and no model may see it (`_meta.ui.visibility`).
bool is_for_app_alone(std::string_view tool);

}  // namespace mcpm::gateway
