// `${client.cwd}` and `${client.root}` in a definition: the folder that a client works in, and the root of
// the project that this is part of. Each client that tells its folder gets a process of its own; the shared
// one has the server's own folder in their place. In `cwd` and in arguments. Pure but for project_root().
#pragma once

#include "common/server_spec.hpp"

#include <string>
#include <string_view>

namespace mcpm {

/// Absolute paths; empty when the client did not say.
struct ClientFolder {
    std::string cwd = {}, root = {};
    bool operator==(const ClientFolder&) const = default;
};

bool wants_client_folder(const ServerSpec& spec);
ServerSpec with_client_folder(ServerSpec spec, const ClientFolder& folder);

/// What is wrong with the placeholders of a text; empty when nothing is.
std::string client_folder_problem(std::string_view text);

/// A path that may be believed: absolute, of a length that a system takes, without NUL.
bool is_client_folder(std::string_view path);

/// The nearest folder from here upwards that is a project: it has .git, .mcp.json or mcpm.yaml. The folder
/// itself when there is none.
std::string project_root(const std::string& folder);

}  // namespace mcpm
