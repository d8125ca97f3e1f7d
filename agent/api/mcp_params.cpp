#include "agent/api/mcp_params.hpp"

#include "agent/door/answer.hpp"
#include "common/json_scan.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm::api {

namespace {

Error bad(std::string message) {
    return Error{ErrorCode::validation_error, std::move(message)};
}

/// The one member that the body may have; absent when the body is empty or an empty object.
Result<mcp::JsonSlice> only_member(std::string_view body, std::string_view name) {
    if (body.empty()) return mcp::JsonSlice{};
    if (!mcp::is_well_formed(body)) {
        const auto parsed = wire::parse(body);  // says where
        return parsed ? bad("body: not well-formed JSON") : parsed.error();
    }
    const auto start = body.find_first_not_of(" \t\r\n");
    if (body[start] != '{') return bad("body: a JSON object is expected");
    const auto value = mcp::member(body, name);
    const auto parsed = wire::parse(body);
    if (!parsed) return parsed.error();
    for (const auto& [key, ignored] : parsed->items()) {
        if (key != name)
            return bad("body: unknown field '" + key + "', only '" + std::string(name) + "' is expected");
    }
    return value;
}

}  // namespace

Result<std::string> named_call_params(std::string_view name, std::string_view body) {
    const auto arguments = only_member(body, "arguments");
    if (!arguments) return arguments.error();
    if (*arguments && arguments->type != mcp::JsonType::object)
        return bad("arguments: a JSON object is expected");
    std::string params = R"({"name":)" + door::dump(name);
    params += R"(,"arguments":)";
    params += *arguments ? arguments->text : std::string_view("{}");
    params += '}';
    return params;
}

Result<std::string> resource_params(std::string_view body) {
    const auto uri = only_member(body, "uri");
    if (!uri) return uri.error();
    if (uri->type != mcp::JsonType::string)
        return bad("uri: the URI of a resource, as a string, is expected");
    std::string params = R"({"uri":)";
    params += uri->text;
    params += '}';
    return params;
}

}  // namespace mcpm::api
