#include "agent/gateway/scopes.hpp"
#include "tests/support/fake_directory.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;

namespace {

/// A directory whose servers are never started.
struct Table : FakeDirectory {
    explicit Table(Loop& loop)
        : FakeDirectory(
              loop, [](const std::string&, const std::string&) {}, [](const std::string&) { return false; }) {
    }

    Target& add(const std::string& name, const std::string& tools = "[]") {
        Entry& entry = entries["srv_" + name];
        entry.target.id = "srv_" + name;
        entry.target.name = name;
        auto now = std::make_shared<Kept>();
        now->tools = tools;
        now->digest = tools;
        entry.kept = std::move(now);
        changed();
        return entry.target;
    }
};

struct Fixture {
    Loop loop{1};
    Table table{loop};
    Scopes scopes{table};
};

Scope one(std::string name, std::string profile = {}) {
    return Scope{Scope::Kind::server, std::move(name), false, std::move(profile)};
}
Scope profile(std::string name) {
    return Scope{Scope::Kind::profile, std::move(name)};
}

std::string names(const std::vector<TargetPtr>& targets) {
    std::string text;
    for (const auto& target : targets) text += target->name + " ";
    return text;
}

}  // namespace

TEST_CASE("A server is found by its name and by its id, until the directory says something else") {
    Fixture f;
    f.table.add("files");
    const auto found = f.scopes.find("files");
    REQUIRE(found);
    CHECK(f.scopes.find("srv_files") == found);
    CHECK(f.scopes.find("notes") == nullptr);
    f.table.entries.clear();
    CHECK(f.scopes.find("files") == found);  // nothing was said to have changed
    f.table.changed();
    CHECK(f.scopes.find("files") == nullptr);
}

TEST_CASE("An address reaches one server, a profile's choice, or all") {
    Fixture f;
    for (const char* name : {"b", "a", "c"}) f.table.add(name);
    f.table.profiles["work"] = {Choice{"c", {}}, Choice{"gone", {}}, Choice{"a", {}}};
    CHECK(names(f.scopes.members({})) == "a b c ");
    CHECK(names(f.scopes.members(one("b"))) == "b ");
    CHECK(names(f.scopes.members(profile("work"))) == "c a ");
    CHECK(names(f.scopes.members(profile("none"))).empty());
    CHECK(f.scopes.reaches({}, "srv_b"));
    CHECK(f.scopes.reaches(one("b"), "srv_b"));
    CHECK_FALSE(f.scopes.reaches(one("b"), "srv_a"));
    CHECK_FALSE(f.scopes.reaches(profile("work"), "srv_b"));
    CHECK(f.scopes.is_known({}));
    CHECK(f.scopes.is_known(profile("work")));
    CHECK_FALSE(f.scopes.is_known(profile("none")));
    CHECK_FALSE(f.scopes.is_known(one("none")));
}

TEST_CASE("A profile narrows what its server offers and never widens it") {
    Fixture f;
    f.table.add("files").tools = ToolRules{{"read", "write"}, {"erase"}, {}};
    f.table.profiles["work"] = {Choice{"files", ToolRules{{"read", "erase", "send"}, {"w*"}, {}}}};
    const auto target = f.scopes.target_of(one("files", "work"));
    REQUIRE(target);
    CHECK(is_allowed(*target, "read"));
    for (const char* tool : {"write", "erase", "send"}) CHECK_FALSE(is_allowed(*target, tool));
    CHECK(is_allowed(*f.scopes.target_of(one("files")), "write"));
    CHECK(f.scopes.target_of(one("files", "play")) == nullptr);
}

TEST_CASE("A tool that was renamed has one name, and no other tool can take it") {
    Fixture f;
    f.table.add("files").tools.rename = {{"read", "look"}};
    const auto target = f.scopes.target_of(one("files"));
    CHECK(shown_name(*target, "read") == "look");
    CHECK(real_name(*target, "look") == "read");
    CHECK(shown_name(*target, "write") == "write");
    CHECK(is_allowed(*target, "read"));
    CHECK_FALSE(is_allowed(*target, "look"));  // a tool that the server calls so
    CHECK_FALSE(is_allowed(*target, " write"));
}

TEST_CASE("A catalog is made once and again when an offer, a rule or a state is another") {
    Fixture f;
    f.table.add("files", R"([{"name":"read"}])");
    const Catalog* const first = &f.scopes.catalog({});
    CHECK(first->tool("files__read") != nullptr);
    const std::string before = f.scopes.offers_digest({});
    CHECK(f.scopes.catalog({}).digest() == before);
    f.table.add("files", R"([{"name":"read"},{"name":"write"}])");
    CHECK(f.scopes.offers_digest({}) != before);
    CHECK(f.scopes.catalog({}).tool("files__write") != nullptr);
    f.table.entries["srv_files"].target.tools.deny = {"write"};
    f.table.changed();
    CHECK(f.scopes.catalog({}).tool("files__write") == nullptr);
    f.table.entries["srv_files"].is_up = false;
    CHECK(f.scopes.catalog({}).tool("files__read") == nullptr);
    std::string real;
    CHECK(f.scopes.catalog({}).by_prefix("files__read", real) != nullptr);
    CHECK(real == "read");
}

TEST_CASE("What search looks through is made with its catalog") {
    Fixture f;
    f.table.add("files", R"([{"name":"read","description":"Read a file"}])");
    const auto& findable = f.scopes.tools_to_find({});
    REQUIRE(findable.tools.size() == 1);
    CHECK(findable.index.find("read file", 5).size() == 1);
    f.table.add("notes", R"([{"name":"write","description":"Write a note"}])");
    CHECK(f.scopes.tools_to_find({}).tools.size() == 2);
    CHECK(f.scopes.tools_to_find({}).tools[1]->text.find("notes__write") != std::string::npos);
}

TEST_CASE("The catalogs of profiles that are gone are not kept") {
    Fixture f;
    f.table.add("files", R"([{"name":"read"}])");
    for (int i = 0; i < 20; ++i) {
        const std::string name = "p" + std::to_string(i);
        f.table.profiles[name] = {Choice{"files", {}}};
        CHECK(f.scopes.catalog(profile(name)).tool("files__read") != nullptr);
        f.table.profiles.erase(name);
    }
    f.scopes.catalog({});
    CHECK(f.scopes.size() == 1);
    f.table.profiles["work"] = {Choice{"files", {}}};
    f.scopes.catalog(profile("work"));
    f.scopes.catalog({});
    CHECK(f.scopes.size() == 2);
}

TEST_CASE("A resource belongs to the server whose mark it has, and one server's are its own") {
    Fixture f;
    f.table.add("files");
    CHECK(f.scopes.mark(one("files"), "srv_files").empty());
    CHECK(f.scopes.mark({}, "srv_files") == "mcpm+files:");
    CHECK(f.scopes.owner_of_uri({}, "mcpm+files:file:///a")->id == "srv_files");
    CHECK(f.scopes.owner_of_uri({}, "file:///a") == nullptr);
    CHECK(f.scopes.owner_of_uri(one("files"), "file:///a")->id == "srv_files");
}

TEST_CASE("A tool's schema is found under the name that clients of that address see") {
    Fixture f;
    f.table.add("files", R"([{"name":"read","inputSchema":{"x":1}}])").tools.rename = {{"read", "look"}};
    CHECK(f.scopes.tool_schema(one("files"), "look") == R"({"x":1})");
    CHECK(f.scopes.tool_schema({}, "files__look") == R"({"x":1})");
    CHECK(f.scopes.tool_schema({}, "files__read").empty());
    CHECK(f.scopes.tool_schema(one("none"), "look").empty());
}
