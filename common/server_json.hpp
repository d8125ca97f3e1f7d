// server.json of the official MCP registry as it is written, every schema version: camel case since
// 2025-09-16, snake case before, alone or with the registry's envelope. What is read of it is for the reader
// to say: a template of the agent, or a definition that the command line imports. Pure; the text is foreign.
// https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json
#pragma once

#include "common/wire.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::server_json {

/// A member as text, also a number or a boolean; empty when there is none, or a structure.
std::string text_of(const wire::Json& object, std::string_view key);
/// A member that is true, or "true".
bool is_said(const wire::Json& object, std::string_view key);
/// A member that is a list or a map; an empty list otherwise.
const wire::Json& part_of(const wire::Json& object, std::string_view key);

/// A member by either spelling.
std::string text_in(const wire::Json& object, std::string_view camel, std::string_view snake);
bool said_in(const wire::Json& object, std::string_view camel, std::string_view snake);
const wire::Json& part_in(const wire::Json& object, std::string_view camel, std::string_view snake);

/// The server within the registry's envelope, or the document.
const wire::Json& server_of(const wire::Json& document);

/// "npm", "pypi", "oci", …
std::string kind_of(const wire::Json& package);
/// "stdio" when nothing is said.
std::string transport_of(const wire::Json& package);
/// The name of the package; of an image without its version.
std::string identifier_of(const wire::Json& package);
/// The image with its tag: the version, where the identifier has none.
std::string image_of(const wire::Json& package);
bool is_image(std::string_view kind);
/// The server's packages of the kinds that can be run here, those that are preferred first.
std::vector<const wire::Json*> packages_of(const wire::Json& server);

}  // namespace mcpm::server_json
