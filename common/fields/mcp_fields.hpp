// Words of MCP that answers have within: what servers say is given on as it is.
#pragma once

namespace mcpm::fields::mcp {

inline constexpr const char* name = "name";
inline constexpr const char* title = "title";
inline constexpr const char* description = "description";
inline constexpr const char* uri = "uri";
inline constexpr const char* uri_template = "uriTemplate";
inline constexpr const char* input_schema = "inputSchema";
inline constexpr const char* is_error = "isError";
inline constexpr const char* content = "content";
inline constexpr const char* structured_content = "structuredContent";
inline constexpr const char* contents = "contents";
inline constexpr const char* messages = "messages";
inline constexpr const char* role = "role";
inline constexpr const char* properties = "properties";
inline constexpr const char* required = "required";
inline constexpr const char* arguments = "arguments";
inline constexpr const char* error = "error";
inline constexpr const char* message = "message";
inline constexpr const char* result = "result";
inline constexpr const char* params = "params";
inline constexpr const char* tools = "tools";
inline constexpr const char* prompts = "prompts";

}  // namespace mcpm::fields::mcp
