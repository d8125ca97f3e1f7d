#include "common/json_walk.hpp"
#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

/// Two servers with two tools each, one of them of the same name.
struct Two {
    explicit Two(House& house) : files(house.running("files")), notes(house.running("notes")) {
        house.keep("files", R"([{"name":"read","description":"Read a file"},{"name":"find"}])",
                   R"([{"uri":"file:///a","name":"a"}])");
        house.keep("notes", R"([{"name":"read","description":"Read a note"},{"name":"write"}])");
    }
    FakeServer& files;
    FakeServer& notes;
};

std::string names_in(const std::string& list) {
    std::string names;
    mcp::for_each_element(list, [&](const mcp::JsonSlice& entry) {
        names += decode_string(mcp::member(entry.text, "name")) + " ";
    });
    return names;
}

}  // namespace

TEST_CASE("Many servers as one list their tools under their names, without asking any") {
    House house;
    Two two(house);
    const auto client = house.session(all());
    auto list = house.ask(client, "tools/list");
    CHECK(names_in(member_of(list.result(), "tools")) == "files__read files__find notes__read notes__write ");
    CHECK(two.files.heard.empty());
    CHECK(member_of(house.ask(client, "resources/list").result(), "resources").find("mcpm+files:file:///a") !=
          std::string::npos);
}

TEST_CASE("A call of many servers as one goes to the one that its name says, under the server's own name") {
    House house;
    Two two(house);
    const auto client = house.session(all());
    auto call = house.ask(client, "tools/call", R"({"name":"notes__read","arguments":{"n":1}})");
    CHECK(two.files.count("tools/call") == 0);
    CHECK(two.notes.last("tools/call").params.starts_with(R"({"name":"read","arguments":{"n":1})"));
    two.notes.answer(two.notes.last("tools/call"),
                     R"({"content":[{"type":"resource_link","uri":"note:1","name":"n"}]})");
    house.settle();
    CHECK(call.result().find(R"("uri":"mcpm+notes:note:1")") != std::string::npos);
    CHECK(house.ask(client, "tools/call", R"({"name":"read"})").error_code() == "-32602");
}

TEST_CASE("A server that is down hides none of the others and says why it does not answer") {
    House house;
    Two two(house);
    house.directory.entries["srv_notes"].is_up = false;
    house.stop("srv_notes");
    const auto client = house.session(all());
    CHECK(names_in(member_of(house.ask(client, "tools/list").result(), "tools")) ==
          "files__read files__find ");
    house.directory.refuses_to_start = Error{ErrorCode::wrong_state, "it is stopped"};
    CHECK(house.ask(client, "tools/call", R"({"name":"notes__read"})").error().find("it is stopped") !=
          std::string::npos);
}

TEST_CASE("A resource of many servers as one is read at its server and shown under its mark") {
    House house;
    Two two(house);
    const auto client = house.session(all());
    auto read = house.ask(client, "resources/read", R"({"uri":"mcpm+files:file:///a"})");
    CHECK(two.files.last("resources/read").params == R"({"uri":"file:///a"})");
    two.files.answer(two.files.last("resources/read"), R"({"contents":[{"uri":"file:///a","text":"x"}]})");
    house.settle();
    CHECK(read.result() == R"({"contents":[{"uri":"mcpm+files:file:///a","text":"x"}]})");
    CHECK(house.ask(client, "resources/read", R"({"uri":"file:///a"})").error_code() == "-32002");
    CHECK(house.ask(client, "resources/subscribe", R"({"uri":"mcpm+files:file:///a"})").is_answered());
    two.files.notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    house.settle();
    const auto came = House::unasked(client);
    REQUIRE(came.size() == 1);
    CHECK(came[0].find("mcpm+files:file:///a") != std::string::npos);
}

TEST_CASE("Prompts and completions go to the server that their name says") {
    House house;
    Two two(house);
    gateway::Kept kept = *house.directory.entries["srv_files"].kept;
    kept.prompts = R"([{"name":"sum"}])";
    kept.digest += "prompts";
    house.directory.entries["srv_files"].kept = std::make_shared<const gateway::Kept>(kept);
    const auto client = house.session(all());
    house.ask(client, "prompts/get", R"({"name":"files__sum"})");
    CHECK(two.files.last("prompts/get").params == R"({"name":"sum"})");
    house.ask(client, "completion/complete",
              R"({"ref":{"type":"ref/prompt","name":"files__sum"},"argument":{}})");
    CHECK(member_of(two.files.last("completion/complete").params, "ref") ==
          R"({"type":"ref/prompt","name":"sum"})");
    CHECK(house.ask(client, "prompts/get", R"({"name":"sum"})").error_code() == "-32602");
    CHECK(house.ask(client, "completion/complete", R"({"ref":{"name":"sum"}})").error_code() == "-32602");
}

TEST_CASE("A long list comes in pages") {
    House house;
    house.running("many");
    std::string tools = "[";
    for (int i = 0; i < 1500; ++i)
        tools += (i > 0 ? "," : "") + std::string(R"({"name":"t)") + std::to_string(i) + "\"}";
    house.keep("many", tools + "]");
    const auto client = house.session(all());
    const auto first = house.ask(client, "tools/list").result();
    const std::string cursor = member_of(first, "nextCursor");
    REQUIRE_FALSE(cursor.empty());
    const auto second = house.ask(client, "tools/list", R"({"cursor":)" + cursor + "}").result();
    CHECK(names_in(member_of(second, "tools")).starts_with("many__t1000 "));
    CHECK(names_in(member_of(second, "tools")).ends_with("many__t1499 "));
    CHECK(member_of(second, "nextCursor").empty());
    CHECK(house.ask(client, "tools/list", R"({"cursor":"nothing.7"})").error_code() == "-32602");
}

TEST_CASE("A profile shows its choice of servers and tools and reaches nothing else") {
    House house;
    Two two(house);
    house.directory.profiles["work"] = {gateway::Choice{"notes", ToolRules{{"read"}, {}, {}}}};
    CHECK(house.gateway.is_known(profile("work")));
    CHECK_FALSE(house.gateway.is_known(profile("play")));
    const auto client = house.session(profile("work"));
    CHECK(names_in(member_of(house.ask(client, "tools/list").result(), "tools")) == "notes__read ");
    CHECK(house.ask(client, "tools/call", R"({"name":"notes__write"})").error_code() == "-32602");
    CHECK(house.ask(client, "tools/call", R"({"name":"files__read"})").error_code() == "-32602");
    house.ask(client, "tools/call", R"({"name":"notes__read"})");
    CHECK(two.notes.count("tools/call") == 1);

    Scope narrowed = one("notes");
    narrowed.profile = "work";
    const auto bound = house.session(narrowed);
    CHECK(house.ask(bound, "tools/call", R"({"name":"write"})").error_code() == "-32602");
    narrowed.name = "files";
    CHECK_FALSE(house.gateway.is_known(narrowed));
}

TEST_CASE("Clients of many servers hear once that servers came or went") {
    House house;
    Two two(house);
    const auto client = house.session(all());
    auto open =
        house.ask_modern(all(), "subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
    house.gateway.servers_changed();
    house.gateway.servers_changed();
    house.until([&] { return client->out->next() != nullptr; });
    CHECK(House::unasked(client).size() == 3);
    CHECK(open.came().size() == 2);
    house.gateway.servers_changed();  // and nothing is another
    auto call = house.ask(client, "ping");
    CHECK(House::unasked(client).empty());
}

TEST_CASE("Search mode offers two tools in place of all: one finds, one calls") {
    House house;
    Two two(house);
    Scope scope;
    scope.search = true;
    const auto client = house.session(scope);
    CHECK(names_in(member_of(house.ask(client, "tools/list").result(), "tools")) == "find_tools call_tool ");
    auto found = house.ask(client, "tools/call",
                           R"({"name":"find_tools","arguments":{"query":"read a note","limit":1}})");
    CHECK(found.result().find("notes__read") != std::string::npos);
    CHECK(found.result().find("files__find") == std::string::npos);
    CHECK(
        house.ask(client, "tools/call", R"({"name":"find_tools","arguments":{}})").result().find("isError") !=
        std::string::npos);
    house.ask(client, "tools/call",
              R"({"name":"call_tool","arguments":{"name":"notes__write","arguments":{"t":"x"}}})");
    CHECK(two.notes.last("tools/call").params.starts_with(R"({"name":"write","arguments":{"t":"x"})"));
    CHECK(house.ask(client, "tools/call", R"({"name":"call_tool","arguments":{"name":"none"}})")
              .error()
              .find("find_tools names those that are there") != std::string::npos);
}

TEST_CASE("The schema of a tool is found by the name that its clients see") {
    House house;
    house.running("files");
    house.keep("files", R"([{"name":"read","inputSchema":{"type":"object","x":1}}])");
    CHECK(house.gateway.tool_schema(all(), "files__read") == R"({"type":"object","x":1})");
    CHECK(house.gateway.tool_schema(one("files"), "read") == R"({"type":"object","x":1})");
    CHECK(house.gateway.tool_schema(one("files"), "write").empty());
    CHECK(house.gateway.tool_schema(one("none"), "read").empty());
}

TEST_CASE("A tool that is not as it was approved is left out, and its server is looked at again") {
    House house;
    FakeServer& files = house.running("files");
    house.directory.entries["srv_files"].target.approved =
        std::make_shared<const std::string>(R"([{"name":"read","description":"Read"}])");
    house.directory.changed();
    files.results["tools/list"] =
        R"({"tools":[{"name":"read","description":"Read"},{"name":"send","description":"Send all of it"}]})";
    const auto client = house.session(one("files"));
    CHECK(names_in(member_of(house.ask(client, "tools/list").result(), "tools")) == "read ");
    CHECK(house.directory.looked_at_again == std::vector<std::string>{"srv_files"});
}

TEST_CASE("Nothing is kept of a server that was removed") {
    House house;
    FakeServer& files = house.running("files");
    files.results["tools/call"] = "{}";
    house.keep("files", R"([{"name":"read"}])");
    const auto client = house.session(all());
    house.ask(client, "tools/call", R"({"name":"files__read"})");
    REQUIRE(house.gateway.usage().of("srv_files") != nullptr);
    house.stop("srv_files");
    house.directory.entries.clear();
    house.directory.changed();
    house.gateway.servers_changed();
    house.until([&] { return house.gateway.usage().of("srv_files") == nullptr; });
}
