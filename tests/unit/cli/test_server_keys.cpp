#include "cli/server_keys.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mcpm::cli;
using mcpm::wire::Json;

namespace {

void collect(const Json& schema, const std::string& prefix, std::set<std::string>& names) {
    if (!schema.is_object()) return;
    if (schema.contains("properties")) {
        for (const auto& [key, value] : schema["properties"].items()) {
            names.insert(prefix + key);
            collect(value, prefix + key + ".", names);
        }
        return;
    }
    for (const char* inner : {"items", "additionalProperties"})
        if (schema.contains(inner)) collect(schema[inner], prefix, names);
    if (schema.contains("anyOf"))
        for (const Json& form : schema["anyOf"]) collect(form, prefix, names);
}

}  // namespace

TEST_CASE("Every key that the servers file may have is described, and no other") {
    std::set<std::string> read, described;
    collect(servers_file_schema()["$defs"]["server"], "", read);
    for (const auto& key : described_server_keys()) {
        CHECK_MESSAGE(described.insert(key.name).second, key.name);
        CHECK_FALSE(key.what.empty());
    }
    CHECK(read.size() > 60);
    for (const auto& name : read) CHECK_MESSAGE(described.contains(name), name);
    for (const auto& name : described) CHECK_MESSAGE(read.contains(name), name);
}

TEST_CASE("The schema says the kinds and the words that the tables read") {
    const Json file = servers_file_schema();
    const Json& server = file["$defs"]["server"]["properties"];
    CHECK(server["transport"]["enum"] == Json::array({"stdio", "http", "sse", "none"}));
    CHECK(server["lazy"]["type"] == "boolean");
    CHECK(server["watch"]["type"] == "array");
    CHECK(server["env"]["type"] == "object");
    CHECK(server["startTimeout"]["type"] == "string");
    CHECK_FALSE(server.contains("name"));
    CHECK_FALSE(server.contains("imagePin"));
    CHECK_FALSE(server["npm"]["anyOf"][1]["properties"].contains("pin"));
    CHECK(server["health"]["description"].is_string());
}
