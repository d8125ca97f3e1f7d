// Check 120 of the gateway's checklist: every client's file, edited in place and back.
#include "cli/clients/client_entry.hpp"
#include "cli/clients/client_table.hpp"
#include "tests/support/places.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

std::string sample_of(const ClientRow& client) {
    const char* const end = client.format == DocumentFormat::yaml   ? ".yaml"
                            : client.format == DocumentFormat::toml ? ".toml"
                                                                    : ".json";
    std::ifstream file(places::source_folder() + "/tests/fixtures/clients/" + std::string(client.id) + end,
                       std::ios::binary);
    REQUIRE_MESSAGE(file, client.id);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' && !out.ends_with('\r')) out += '\r';
        out += c;
    }
    return out;
}

/// Comments before and behind, where the format has them.
std::string with_comments(const ClientRow& client, const std::string& text) {
    const bool has_mark = text.starts_with("\xef\xbb\xbf");
    const std::string_view mark = client.format == DocumentFormat::jsonc ? "//" : "#";
    return (has_mark ? "" : std::string(mark) + " first, \"quoted\" {\n") + text +
           (text.ends_with('\n') ? "" : "\n") + std::string(mark) + " last }\n";
}

std::vector<std::string> variants_of(const ClientRow& client) {
    const std::string text = sample_of(client);
    std::vector<std::string> all{text, with_crlf(text), with_comments(client, text)};
    if (!text.starts_with("\xef\xbb\xbf")) all.push_back("\xef\xbb\xbf" + text);
    std::string unended = text;
    while (unended.ends_with('\n') || unended.ends_with('\r')) unended.pop_back();
    all.push_back(unended);
    return all;
}

struct Case {
    const ClientRow* client;
    Layout layout;
    std::string text;

    EntryPlace place(const char* name) const { return entry_place(layout, name); }
    Json entry(const char* name, const char* profile = "") const {
        return *client_entry(*layout.form, name, ClientLink{"/usr/bin/mcpm", profile, "", ""});
    }
    Result<std::string> put(const std::string& into, const char* name, const char* profile = "") const {
        const Json wanted = entry(name, profile);
        return with_entry(client->format, into, place(name), wanted, members_to_drop(*layout.form, wanted));
    }
    DocumentNode read(const std::string& of) const { return *read_document(client->format, of); }
};

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const ClientRow& client : all_clients()) {
        for (const std::string& text : variants_of(client)) {
            const auto root = read_document(client.format, text);
            REQUIRE_MESSAGE(root.has_value(), client.id);
            cases.push_back({&client, layout_in(client, *client.files[0].layout, *root), text});
        }
    }
    return cases;
}

}  // namespace

TEST_CASE("Every client has a row with a place, a form and a sample") {
    CHECK(all_clients().size() >= 30);
    for (const ClientRow& client : all_clients()) {
        CAPTURE(client.id);
        CHECK_FALSE(client.files.empty());
        CHECK_FALSE(sample_of(client).empty());
        for (const ClientFile& file : client.files) {
            const auto path = expand_client_path(file.path, [](const char* name) {
                return std::string(name) == "HOME" ? std::optional<std::string>("/home/a") : std::nullopt;
            });
            CHECK(path.string().starts_with("/home/a/"));
            CHECK_FALSE(file.layout->form->command.empty());
        }
    }
}

TEST_CASE("Connecting every client's file keeps every line of it, and again changes nothing") {
    for (const Case& one : all_cases()) {
        CAPTURE(one.client->id);
        CAPTURE(one.text);
        const auto put = one.put(one.text, "mcpm");
        REQUIRE_MESSAGE(put.has_value(), (put ? "" : put.error().message));
        CAPTURE(*put);
        const auto root = one.read(*put);
        const DocumentNode* const entry = find_entry(root, one.place("mcpm"));
        REQUIRE(entry != nullptr);
        CHECK(is_our_entry(*entry));
        CHECK(entry_in_words(*entry) == "stdio");
        CHECK(our_entries(root, one.layout) == std::vector<std::string>{"mcpm"});
        CHECK(*one.put(*put, "mcpm") == *put);
    }
}

TEST_CASE("Disconnecting every client's file gives back the bytes from before") {
    for (const Case& one : all_cases()) {
        CAPTURE(one.client->id);
        const auto put = one.put(one.text, "mcpm");
        REQUIRE(put.has_value());
        const auto taken = without_entry(one.client->format, *put, one.place("mcpm"));
        REQUIRE(taken.has_value());
        // What held no entries before may be written otherwise now; the history has its bytes.
        const auto names = entry_names(one.read(one.text), one.place("mcpm"));
        if (names.empty()) {
            CHECK(entry_names(one.read(*taken), one.place("mcpm")).empty());
        } else {
            // A last line that had no end may have one now; the history has its bytes.
            const bool is_same =
                *taken == one.text || *taken == one.text + std::string(line_end_of(one.text));
            CHECK(is_same);
        }
    }
}

TEST_CASE("An entry of every client's file is bound to a profile, and called otherwise") {
    for (const Case& one : all_cases()) {
        CAPTURE(one.client->id);
        const auto first = one.put(one.text, "mcpm");
        REQUIRE(first.has_value());
        const auto bound = one.put(*first, "mcpm", "work");
        REQUIRE(bound.has_value());
        const auto root = one.read(*bound);
        CHECK(entry_in_words(*find_entry(root, one.place("mcpm"))) == "stdio, profile work");
        CHECK(entry_names(root, one.place("mcpm")) == entry_names(one.read(*first), one.place("mcpm")));
        const auto gone = without_entry(one.client->format, *bound, one.place("mcpm"));
        REQUIRE(gone.has_value());
        const auto renamed = one.put(*gone, "my servers");
        REQUIRE(renamed.has_value());
        CHECK(our_entries(one.read(*renamed), one.layout) == std::vector<std::string>{"my servers"});
    }
}

TEST_CASE("Every client's file that is empty or not there becomes one with our entry") {
    for (const ClientRow& client : all_clients()) {
        CAPTURE(client.id);
        for (const char* const text :
             {"", "\n", client.format == DocumentFormat::jsonc ? "{}" : "# nothing\n"}) {
            const Case one{&client, *client.files[0].layout, text};
            const auto put = one.put(text, "mcpm");
            REQUIRE_MESSAGE(put.has_value(), (put ? "" : put.error().message));
            CHECK(our_entries(one.read(*put), one.layout) == std::vector<std::string>{"mcpm"});
        }
    }
}

TEST_CASE("A URL is written where the client's file takes one, with a token, and gives way to the shim") {
    const ClientLink link{"/usr/bin/mcpm", "", "http://127.0.0.1:3000/mcp", "mcpm_abc"};
    std::size_t by_url = 0;
    for (const Case& one : all_cases()) {
        CAPTURE(one.client->id);
        const auto entry = client_entry(*one.layout.form, "mcpm", link);
        CHECK(entry.has_value() == !one.layout.form->url.empty());
        if (!entry) continue;
        ++by_url;
        const auto put = with_entry(one.client->format, one.text, one.place("mcpm"), *entry,
                                    members_to_drop(*one.layout.form, *entry));
        REQUIRE(put.has_value());
        CHECK(entry_in_words(*find_entry(one.read(*put), one.place("mcpm"))) == "http");
        CHECK(put->find("Bearer mcpm_abc") != std::string::npos);
        const auto shim = one.put(*put, "mcpm");
        REQUIRE(shim.has_value());
        CHECK(shim->find("Bearer mcpm_abc") == std::string::npos);
        CHECK(entry_in_words(*find_entry(one.read(*shim), one.place("mcpm"))) == "stdio");
    }
    CHECK(by_url >= 100);
}

TEST_CASE("What a person added to our entry stays when it is written anew") {
    const std::string text =
        R"({"mcpServers": {"mcpm": {"command": "/old/mcpm", "args": ["connect"], /* mine */ "disabled": true}}})";
    const ClientRow& cursor = **client_named("cursor");
    const Case one{&cursor, *cursor.files[0].layout, text};
    CHECK(
        *one.put(text, "mcpm") ==
        R"({"mcpServers": {"mcpm": {"command": "/usr/bin/mcpm", "args": ["connect"], /* mine */ "disabled": true}}})");
}

TEST_CASE("The newer layout of opencode is kept where the file has it") {
    const ClientRow& client = **client_named("opencode");
    const std::string text = R"({"mcp": {"servers": {"a": {"type": "local", "command": ["a"]}}}})";
    const auto root = *read_document(client.format, text);
    const Case one{&client, layout_in(client, *client.files[0].layout, root), text};
    CHECK(
        *one.put(text, "mcpm") ==
        R"({"mcp": {"servers": {"a": {"type": "local", "command": ["a"]}, "mcpm": {"type":"local","command":["/usr/bin/mcpm","connect"]}}}})");
}

TEST_CASE("A server of one's own by `mcpm connect NAME` is not ours to take out") {
    const auto root = *read_document(DocumentFormat::jsonc,
                                     R"({"command": "/usr/bin/mcpm", "args": ["connect", "files"]})");
    CHECK_FALSE(is_our_entry(root));
}

TEST_CASE("A file that is torn anywhere is refused with its place, or is edited so that it reads back") {
    for (const ClientRow& client : all_clients()) {
        CAPTURE(client.id);
        const std::string text = sample_of(client);
        for (std::size_t end = 0; end < text.size(); end += 3) {
            const Case one{&client, *client.files[0].layout, text.substr(0, end)};
            CAPTURE(end);
            const auto put = one.put(one.text, "mcpm");
            if (!put) {
                CHECK_FALSE(put.error().message.empty());
                continue;
            }
            CHECK(our_entries(one.read(*put), one.layout) == std::vector<std::string>{"mcpm"});
            CHECK(without_entry(client.format, *put, one.place("mcpm")).has_value());
        }
    }
}
