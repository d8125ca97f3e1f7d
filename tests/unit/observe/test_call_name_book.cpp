#include "agent/observe/call_name_book.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::observe;

TEST_CASE("Calls that are alike share what they name") {
    CallNameBook book;
    const auto first = book.of({"srv_a", "web", "echo", "claude", "uid:1000"});
    CHECK(first == book.of({"srv_a", "web", "echo", "claude", "uid:1000"}));
    CHECK(first->server_id == "srv_a");
    CHECK(first->server == "web");
    CHECK(first->tool == "echo");
    CHECK(first->client == "claude");
    CHECK(first->principal == "uid:1000");
    CHECK(first != book.of({"srv_b", "web", "echo", "claude", "uid:1000"}));
    CHECK(first != book.of({"srv_a", "new", "echo", "claude", "uid:1000"}));
    CHECK(first != book.of({"srv_a", "web", "add", "claude", "uid:1000"}));
    CHECK(first != book.of({"srv_a", "web", "echo", "codex", "uid:1000"}));
    CHECK(first != book.of({"srv_a", "web", "echo", "claude", "token:ci"}));
    CHECK(book.size() == 6);
}

TEST_CASE("Names are cut at a whole character") {
    CallNameBook book;
    const std::string tool = std::string(CallNameBook::longest_text - 1, 'a') + "\u00fc and more";
    const auto names = book.of({"srv_a", "web", tool, "claude", "uid:1000"});
    CHECK(names->tool == std::string(CallNameBook::longest_text - 1, 'a'));
    CHECK(names == book.of({"srv_a", "web", tool, "claude", "uid:1000"}));
}

TEST_CASE("A full book begins anew, and what calls hold stays theirs") {
    CallNameBook book(3);
    const auto kept = book.of({"srv_0", "web", "echo", "", ""});
    for (int n = 1; n < 10; ++n) {
        const std::string id = "srv_" + std::to_string(n);
        CHECK(book.of({id, "web", "echo", "", ""})->server_id == id);
        CHECK(book.size() <= 3);
    }
    CHECK(kept->server_id == "srv_0");
}
