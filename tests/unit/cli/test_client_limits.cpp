#include "cli/clients/client_limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

OfferedTools tools_of(std::size_t count, std::size_t length = 8) {
    OfferedTools tools;
    for (std::size_t i = 0; i < count; ++i) {
        std::string name = "s__" + std::to_string(i);
        name.resize(std::max(length, name.size()), 'x');
        tools.names.push_back(std::move(name));
    }
    return tools;
}

}  // namespace

TEST_CASE("each client's limit of tools is checked at its own number, and what to do is said") {
    unsigned limited = 0;
    for (const ClientRow& client : all_clients()) {
        INFO(client.id);
        if (client.most_tools == 0) {
            CHECK(limit_notes(client, "mcpm", tools_of(2000)).empty());
            continue;
        }
        ++limited;
        CHECK(limit_notes(client, "m", tools_of(client.most_tools)).empty());
        const auto notes = limit_notes(client, "m", tools_of(client.most_tools + 1));
        REQUIRE(notes.size() == 1);
        CHECK(notes.front().find(std::to_string(client.most_tools + 1)) != std::string::npos);
        CHECK(notes.front().find("client connect --profile") != std::string::npos);
    }
    CHECK(limited >= 2);
}

TEST_CASE("each client's limit of a tool's name counts the name of the entry, and one of them is shown") {
    unsigned limited = 0;
    for (const ClientRow& client : all_clients()) {
        if (client.longest_name == 0) continue;
        INFO(client.id);
        ++limited;
        const std::string entry = "mcpm";
        const std::size_t longest = client.longest_name - entry.size();
        CHECK(limit_notes(client, entry, tools_of(1, longest)).empty());
        const auto tools = tools_of(1, longest + 1);
        const auto notes = limit_notes(client, entry, tools);
        REQUIRE(notes.size() == 1);
        CHECK(notes.front().find(tools.names.front()) != std::string::npos);
        CHECK(notes.front().find("mcpm tools rename") != std::string::npos);
    }
    CHECK(limited >= 1);
}
