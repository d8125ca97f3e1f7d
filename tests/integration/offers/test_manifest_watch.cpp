// A real MCP server whose lists change, watched through a real session and kept in a real store.
#include "agent/offers/manifest_watch.hpp"
#include "common/wire.hpp"
#include "tests/integration/mcp/served.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct Watched {
    explicit Watched(std::vector<std::string> options = {}) : child(everything(std::move(options))) {
        id = house.define("web");
        REQUIRE(house.start("web"));
        mcp::Callbacks callbacks;
        callbacks.ready = [this](const std::string& server, std::uint64_t run) { watch->look(server, run); };
        callbacks.notified = [this](const std::string& server, std::string_view line) {
            ++notices;
            watch->on_notification(server, line);
        };
        sessions = std::make_unique<mcp::Sessions>(house.loop, std::move(callbacks));
        open_watch();
        attach();
    }
    ~Watched() {
        house.run(watch->close());
        house.run(sessions->close());
    }
    void open_watch() {
        watch = std::make_unique<ManifestWatch>(house.loop, *sessions, *house.store, *house.supervisor, log,
                                                Duration(50));
        house.run(watch->load());
    }
    void attach() {
        auto pipes = child.pipes();
        mcp::Attachment attachment;
        attachment.server_id = id;
        attachment.server_name = "web";
        attachment.run = 1;
        attachment.input = std::move(pipes.input);
        attachment.output = std::move(pipes.output);
        sessions->attach(std::move(attachment));
    }
    bool is_healthy() { return house.status("web").health == Health::healthy; }
    void grow() {
        const auto grown = house.run(
            sessions->call(id, "tools/call", R"({"name":"grow","arguments":{}})", mcp::CallOptions{}));
        REQUIRE(grown);
    }
    bool offers(std::string_view tool) const {
        return watch->kept(id) && watch->kept(id)->tools.find(tool) != std::string::npos;
    }
    std::ptrdiff_t differences() {
        const auto types = house.event_types();
        return std::count(types.begin(), types.end(), "server:manifest-changed");
    }

    Child child;
    House house;
    AgentLog log{LogLevel::error};
    std::string id;
    int notices = 0;
    std::unique_ptr<mcp::Sessions> sessions;
    std::unique_ptr<ManifestWatch> watch;
};

}  // namespace

TEST_CASE(
    "What a server offers is kept with all that answers a handshake, in memory and for the next agent") {
    for (const char* era : {"legacy", "modern"}) {
        CAPTURE(era);
        Watched watched({"--era", era, "--page", "3"});
        REQUIRE(watched.house.until([&] { return watched.is_healthy(); }));
        const auto kept = watched.watch->kept(watched.id);
        REQUIRE(kept);
        CHECK(kept->server_version == "1.0");
        CHECK(kept->tools.find("echo") != std::string::npos);
        CHECK(kept->prompts.find("greet") != std::string::npos);
        CHECK(kept->resources.find("test://text") != std::string::npos);
        CHECK(kept->resource_templates.find("test://item/{id}") != std::string::npos);
        const auto facts = wire::parse(kept->facts);
        REQUIRE(facts);
        for (const char* key : {"protocolVersion", "era", "serverInfo", "capabilities", "instructions"}) {
            CHECK(facts->contains(key));
        }
        watched.house.run(watched.watch->close());
        watched.open_watch();
        REQUIRE(watched.watch->kept(watched.id));
        CHECK(watched.watch->kept(watched.id)->facts == kept->facts);
        CHECK(watched.watch->kept(watched.id)->digest == kept->digest);
    }
}

TEST_CASE("Lists that change while the server runs are asked for again, once for many notices") {
    Watched watched({"--era", "legacy"});
    REQUIRE(watched.house.until([&] { return watched.is_healthy(); }));
    const auto before = watched.watch->kept(watched.id);
    for (int times = 0; times < 5; ++times) watched.grow();
    REQUIRE(watched.house.until([&] { return watched.notices == 5 && watched.offers("extra4"); }));
    CHECK(watched.house.until([&] { return watched.differences() > 0; }));
    CHECK(watched.differences() == 1);
    CHECK(before->tools.find("extra0") == std::string::npos);
    watched.grow();
    CHECK(watched.house.until([&] { return watched.offers("extra5"); }));
}

TEST_CASE("A removed server is forgotten") {
    Watched watched({"--era", "legacy"});
    REQUIRE(watched.house.until([&] { return watched.is_healthy(); }));
    const auto other = watched.house.define("other");
    const auto removed = watched.id;
    watched.sessions->detach(removed, 1, Error{ErrorCode::cancelled, "removed"});
    REQUIRE(watched.house.run(watched.house.supervisor->remove("web", "uid:1000")));
    watched.id = other;
    REQUIRE(watched.house.start("other"));
    watched.attach();
    REQUIRE(watched.house.until([&] { return watched.house.status("other").health == Health::healthy; }));
    CHECK(watched.offers("echo"));
    CHECK_FALSE(watched.watch->kept(removed));
    const auto manifests = watched.house.run(watched.house.store->load_manifests());
    REQUIRE(manifests);
    CHECK(manifests->size() == 1);
}

TEST_CASE("Whoever waits for what a server offers since its start finds it kept") {
    Watched watched({"--era", "legacy"});
    REQUIRE(watched.house.until([&] { return watched.sessions->facts(watched.id).has_value(); }));
    watched.house.run(watched.watch->looked_at(watched.id, std::chrono::seconds(20)));
    CHECK(watched.offers("echo"));
    // Nothing is due: nobody waits.
    watched.house.run(watched.watch->looked_at(watched.id, std::chrono::seconds(20)));
    watched.house.run(watched.watch->looked_at("srv_unknown", std::chrono::seconds(20)));
}
