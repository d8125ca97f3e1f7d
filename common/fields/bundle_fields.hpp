// Bundles of servers: the contents in the archive, and what mcpm and mcpmd say to each other to make and to
// read one.
#pragma once

namespace mcpm::fields::bundle {

inline constexpr const char* form = "form";
inline constexpr const char* made_by = "madeBy";
inline constexpr const char* platform = "platform";
inline constexpr const char* setup = "setup";
inline constexpr const char* missing = "missing";
inline constexpr const char* packages = "packages";
inline constexpr const char* place = "place";
inline constexpr const char* files = "files";
inline constexpr const char* record = "record";
inline constexpr const char* native = "native";
inline constexpr const char* images = "images";
inline constexpr const char* reference = "reference";
inline constexpr const char* id = "id";
inline constexpr const char* member = "member";
inline constexpr const char* sha256 = "sha256";
inline constexpr const char* bytes = "bytes";
inline constexpr const char* digest = "digest";

}  // namespace mcpm::fields::bundle
