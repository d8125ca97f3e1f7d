#include "agent/api/openapi.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

using namespace mcpm;
using wire::Json;

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& character : out) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    }
    return out;
}

const Json& operation_of(const Json& document, const api::RouteRow& row) {
    return document.at("paths").at(std::string(row.pattern)).at(lower(row.method));
}

/// Every "$ref" leads somewhere.
void check_references(const Json& document, const Json& part) {
    if (part.is_object() && part.contains("$ref")) {
        const auto where = part.at("$ref").get<std::string>();
        REQUIRE(where.starts_with("#/"));
        CHECK(document.contains(Json::json_pointer(where.substr(1))));
    }
    if (!part.is_structured()) return;
    for (const auto& child : part) check_references(document, child);
}

}  // namespace

TEST_CASE("The document lists each route of the table and no other") {
    const auto document = api::openapi(api::routes());
    std::size_t listed = 0;
    for (const auto& [path, methods] : document.at("paths").items()) listed += methods.size();
    CHECK(listed == api::routes().size());
    for (const auto& row : api::routes()) {
        CAPTURE(row.pattern);
        CHECK(operation_of(document, row).at("summary") == row.summary);
    }
}

TEST_CASE("Each operation has what OpenAPI 3.1 asks for") {
    const auto document = api::openapi(api::routes());
    CHECK(document.at("openapi") == "3.1.0");
    CHECK_FALSE(document.at("info").at("title").get<std::string>().empty());
    CHECK_FALSE(document.at("info").at("version").get<std::string>().empty());
    std::set<std::string> names;
    for (const auto& row : api::routes()) {
        CAPTURE(row.method);
        CAPTURE(row.pattern);
        const auto& operation = operation_of(document, row);
        CHECK(names.insert(operation.at("operationId").get<std::string>()).second);
        CHECK_FALSE(operation.at("responses").empty());
        CHECK(operation.contains("requestBody") == !row.body.empty());
        for (const auto& [status, answer] : operation.at("responses").items())
            CHECK(answer.contains("description"));
    }
    check_references(document, document);
}

TEST_CASE("Values of a path are required, those of a query are described") {
    const auto document = api::openapi(api::routes());
    for (const auto& row : api::routes()) {
        CAPTURE(row.pattern);
        const auto& parameters = operation_of(document, row).at("parameters");
        const auto braces = std::count(row.pattern.begin(), row.pattern.end(), '{');
        CHECK(parameters.size() == row.parameters.size() + static_cast<std::size_t>(braces));
        std::set<std::pair<std::string, std::string>> seen;
        for (const auto& parameter : parameters) {
            const auto where = parameter.at("in").get<std::string>();
            CHECK(seen.emplace(where, parameter.at("name").get<std::string>()).second);
            CHECK(parameter.at("schema").contains("type"));
            if (where == "path") CHECK(parameter.at("required") == true);
            if (where == "query") CHECK_FALSE(parameter.at("description").get<std::string>().empty());
        }
    }
}

TEST_CASE("A choice lists its values, a count is a whole number") {
    const api::RouteRow row{"GET",
                            "/api/x/{id}",
                            "X",
                            nullptr,
                            {{"for", api::ParameterKind::choice, "what", "a|b"},
                             {"limit", api::ParameterKind::count, "how many"},
                             {"follow", api::ParameterKind::flag, "whether"}}};
    const auto document = api::openapi(std::span(&row, 1));
    const auto& parameters = document.at("paths").at("/api/x/{id}").at("get").at("parameters");
    REQUIRE(parameters.size() == 4);
    CHECK(parameters[0].at("name") == "id");
    CHECK(parameters[1].at("schema").at("enum") == Json{"a", "b"});
    CHECK(parameters[2].at("schema").at("type") == "integer");
    CHECK(parameters[2].at("schema").at("minimum") == 0);
    CHECK(parameters[3].at("schema").at("enum").size() == 4);
}

TEST_CASE("What answers otherwise than by the envelope is said") {
    const auto document = api::openapi(api::routes());
    const auto& paths = document.at("paths");
    CHECK(paths.at("/api/feedback").at("post").at("responses").contains("201"));
    const auto& deploy = paths.at("/api/templates/{id}/deploy").at("post").at("responses");
    CHECK(deploy.contains("200"));
    CHECK(deploy.contains("201"));
    CHECK(paths.at("/metrics").at("get").at("responses").at("200").at("content").contains("text/plain"));
    const auto& post = paths.at("/mcp/{server}").at("post").at("responses");
    CHECK(post.at("200").at("content").contains("text/event-stream"));
    CHECK_FALSE(post.at("202").contains("content"));
    CHECK(paths.at("/ws").at("get").at("responses").contains("101"));
}

TEST_CASE("The table is consistent: methods, paths, choices") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& row : api::routes()) {
        CAPTURE(row.pattern);
        CHECK(seen.emplace(row.method, row.pattern).second);
        const bool has_handler = row.handler != nullptr;
        CHECK(has_handler);
        CHECK(row.pattern.starts_with('/'));
        for (const auto& parameter : row.parameters)
            CHECK((parameter.kind == api::ParameterKind::choice) == !parameter.choices.empty());
    }
}
