#include "agent/observe/call_measures.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::observe;

namespace {

ServerOutline outline(std::string name) {
    ServerOutline server;
    server.id = "srv_" + name;
    ServerSpec spec;
    spec.name = std::move(name);
    server.spec = std::make_shared<const ServerSpec>(std::move(spec));
    return server;
}

void call(gateway::Usage& usage, const std::string& server_id, const std::string& tool) {
    usage.note({server_id, {}, tool, {}, {}, std::chrono::microseconds(1'500)});
}

}  // namespace

TEST_CASE("Each tool that was called is a point with its server's name, its count and its sum") {
    gateway::Usage usage;
    const std::vector servers{outline("files"), outline("silent"), outline("web")};
    call(usage, "srv_files", "read");
    call(usage, "srv_files", "read");
    call(usage, "srv_web", "get");
    const auto measures = call_measures(servers, usage);
    REQUIRE(measures.size() == 1);
    CHECK(measures.front().name == traces::server_duration);
    const auto& points = measures.front().points;
    REQUIRE(points.size() == 2);
    CHECK(points[0].count == 2);
    CHECK(points[0].sum == doctest::Approx(0.003));
    CHECK(points[0].counts.size() == measures.front().bounds.size() + 1);
    CHECK(points[0].attributes.back().second == "files");
    CHECK(points[1].attributes.back().second == "web");
}

TEST_CASE("A server has points for so many tools, and no further server follows after 2,000 points") {
    gateway::Usage usage;
    std::vector<ServerOutline> servers;
    for (int number = 0; number < 12; ++number) {
        servers.push_back(outline("s" + std::to_string(number)));
        for (std::size_t tool = 0; tool < most_tools_measured + 10; ++tool)
            call(usage, servers.back().id, "tool" + std::to_string(tool));
    }
    CHECK(call_measures(servers, usage).front().points.size() == 10 * most_tools_measured);
}
