#include "cli/clients/document_edit.hpp"
#include "cli/clients/document_place.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

std::string problem(DocumentFormat format, const std::string& text) {
    const auto read = read_document(format, text);
    return read ? "" : read.error().message;
}

std::string put(DocumentFormat format, const std::string& text, const Json& entry,
                std::vector<std::string> path = {"s"}) {
    const auto edited = with_entry(format, text, {std::move(path), "m"}, entry);
    return edited ? *edited : "refused: " + edited.error().message;
}

std::string take(DocumentFormat format, const std::string& text) {
    const auto edited = without_entry(format, text, {{"s"}, "m"});
    return edited ? *edited : "refused: " + edited.error().message;
}

using enum DocumentFormat;
const Json entry{{"a", 1}};

}  // namespace

TEST_CASE("JSON that is none is refused with line and column") {
    CHECK(problem(jsonc, "{\n  \"a\": 1\n  \"b\": 2\n}") == "3:3: expected , or }");
    CHECK(problem(jsonc, "{\"a\": 1, \"a\": 2}") == "1:10: the key \"a\" is there twice");
    CHECK(problem(jsonc, "{\"a\": tru}") == "1:7: expected a value");
    CHECK(problem(jsonc, "{\"a\": \"b}") == "1:10: a text without its closing quote");
    CHECK(problem(jsonc, "{\"a\": /* b}") == "1:7: a comment without an end");
    CHECK(problem(jsonc, "{} {}") == "1:4: something stands behind the end");
    CHECK(problem(jsonc, "{\"a\": \"\xff\"}") == "1:10: not UTF-8");
    CHECK(problem(jsonc, "{,}") == "1:2: expected a key in double quotes, or }");
    CHECK(problem(jsonc, std::string(100, '[')).ends_with("more than 64 levels of nesting"));
    CHECK(problem(jsonc, "{\"a\": \"\\x\"}").ends_with("an escape that JSON does not have"));
    CHECK(problem(jsonc, "{\"a\"") == "1:5: expected :");
}

TEST_CASE("TOML that is none is refused with line and column") {
    CHECK(problem(toml, "a = 1\na = 2\n") == "2:1: \"a\" is there twice");
    CHECK(problem(toml, "[t]\nb = 1\n[t]\n") == "3:1: \"t\" is there twice");
    CHECK(problem(toml, "a = \n") == "1:5: expected a value");
    CHECK(problem(toml, "a = \"b\n") == "1:5: a text without its closing quote");
    CHECK(problem(toml, "a = '''b") == "1:5: a text without its closing quotes");
    CHECK(problem(toml, "a 1\n") == "1:3: expected =");
    CHECK(problem(toml, "[t\n") == "1:3: expected ]");
    CHECK(problem(toml, "a = 1 b = 2\n") == "1:7: expected the end of the line");
    CHECK(problem(toml, "a = [1 2]\n").starts_with("1:8: expected , or ]"));
    CHECK(problem(toml, "a = \"\\q\"\n").ends_with("an escape that TOML does not have"));
    CHECK(problem(toml, "a = 1\na.b = 2\n") == "2:1: \"b\" is there twice");
}

TEST_CASE("TOML is read as it is meant") {
    const auto read = read_document(
        toml,
        "a.b = \"x\\u00e9\" # c\r\n'q r' = '''\none\ntwo'''\nd = 1979-05-27 07:32:00\n"
        "l = [ 1, # one\n 'two', ]\n[[t]]\nn = \"\"\"\\\n   joined\"\"\"\n[t.u]\nv = {w = true}\n[[t]]\n");
    REQUIRE(read.has_value());
    CHECK(
        compact(to_json(*read, toml)) ==
        R"({"a":{"b":"xé"},"q r":"one\ntwo","d":"1979-05-27 07:32:00","l":[1,"two"],"t":[{"n":"joined","u":{"v":{"w":true}}},{}]})");
}

TEST_CASE("A member of JSON goes behind the last one, as the file is written") {
    CHECK(put(jsonc, "{\"s\": {\"x\": 1}}", entry) == "{\"s\": {\"x\": 1, \"m\": {\"a\":1}}}");
    CHECK(put(jsonc, "{\n\t\"s\": {\n\t\t\"x\": 1 // one\n\t}\n}\n", entry) ==
          "{\n\t\"s\": {\n\t\t\"x\": 1, // one\n\t\t\"m\": {\n\t\t\t\"a\": 1\n\t\t}\n\t}\n}\n");
    CHECK(put(jsonc, "{\n  \"s\": {\n    \"x\": 1, // one\n  },\n}", entry) ==
          "{\n  \"s\": {\n    \"x\": 1, // one\n    \"m\": {\n      \"a\": 1\n    },\n  },\n}");
    CHECK(put(jsonc, "{\r\n  \"x\": 1\r\n}\r\n", entry) ==
          "{\r\n  \"x\": 1,\r\n  \"s\": {\r\n    \"m\": {\r\n      \"a\": 1\r\n    }\r\n  }\r\n}\r\n");
    CHECK(put(jsonc, "{\"s\": null}", entry).find("\"m\"") != std::string::npos);
    CHECK(put(jsonc, "{\n  // nothing yet\n}", entry) ==
          "{\n  // nothing yet\n  \"s\": {\n    \"m\": {\n      \"a\": 1\n    }\n  }\n}");
}

TEST_CASE("A member of JSON goes with its comma, and no comment of others does") {
    CHECK(take(jsonc, "{\"s\": {\"m\": 1, \"x\": 2}}") == "{\"s\": {\"x\": 2}}");
    CHECK(take(jsonc, "{\"s\": {\"x\": 2, \"m\": 1}}") == "{\"s\": {\"x\": 2}}");
    CHECK(take(jsonc, "{\"s\": {\n  \"x\": 2, // two\n  \"m\": 1\n}}") == "{\"s\": {\n  \"x\": 2 // two\n}}");
    CHECK(take(jsonc, "{\"s\": {\n  \"m\": 1, // mine\n  \"x\": 2\n}}") ==
          "{\"s\": {\n  // mine\n  \"x\": 2\n}}");
    CHECK(take(jsonc, "{\"s\": {\n  \"m\": 1\n}}") == "{\"s\": {}}");
}

TEST_CASE("YAML is edited by lines, and what is written in braces is refused with what to do") {
    CHECK(put(yaml, "s:\n  x:\n    b: 1\n\n# end\nt: 2\n", entry) ==
          "s:\n  x:\n    b: 1\n  m:\n    a: 1\n\n# end\nt: 2\n");
    CHECK(put(yaml, "s: {}  # none\nt: 1\n", entry) == "s:  # none\n  m:\n    a: 1\nt: 1\n");
    CHECK(put(yaml, "s:\nt: 1\n", entry) == "s:\n  m:\n    a: 1\nt: 1\n");
    CHECK(put(yaml, "t: |\n  s:\n    x\n", entry) == "t: |\n  s:\n    x\ns:\n  m:\n    a: 1\n");
    CHECK(put(yaml, "s: {x: {b: 1}}\n", entry).starts_with("refused: "));
    CHECK(put(yaml, "s: &anchor\n  x: 1\nt: *anchor\n", entry).starts_with("refused: "));
    CHECK(put(yaml, "- a\n", entry) == "refused: the file is not a map");
    CHECK(take(yaml, "s:\n  m:\n    a: 1\n  x: 2\n") == "s:\n  x: 2\n");
    CHECK(take(yaml, "s:\n  m: |\n    # text\n\n    more\nt: 1\n") == "s: {}\nt: 1\n");
}

TEST_CASE("TOML is edited by tables, wherever they stand") {
    CHECK(put(toml, "[s.x]\nb = 1\n\n# about t\n[t]\n", entry) ==
          "[s.x]\nb = 1\n\n[s.m]\na = 1\n\n# about t\n[t]\n");
    CHECK(put(toml, "s = { x = 1 }\n", entry).starts_with("refused: "));
    CHECK(take(toml, "[s.m]\na = 1\n[t]\nb = 2\n[s.m.env]\nC = 3\n") == "[t]\nb = 2\n");
    CHECK(take(toml, "[s]\nx = {}\nm = { a = 1 } # mine\n") == "[s]\nx = {}\n");
    CHECK(take(toml, "[s]\nm.a = 1\nm.b = 2\nx.a = 1\n") == "[s]\nx.a = 1\n");
}

TEST_CASE("Something else where entries belong is refused") {
    CHECK(put(jsonc, "[]", entry) == "refused: the file is not a map");
    CHECK(put(jsonc, "{\"s\": []}", entry) == "refused: s is not a map");
    CHECK(put(jsonc, "{\"s\": \"x\"}", entry) == "refused: s is not a map");
    CHECK(put(toml, "s = 1\n", entry) == "refused: s is not a map");
}

TEST_CASE("A file of ten megabytes is edited as a small one is") {
    std::string text = "{\n  \"history\": [\n";
    while (text.size() < 10'000'000)
        text += "    { \"display\": \"a line of what was typed\", \"n\": 1.5 },\n";
    text += "    null\n  ]\n}\n";
    const std::string edited = put(jsonc, text, entry);
    CHECK(edited.size() > text.size());
    CHECK(edited.starts_with(std::string_view(text).substr(0, text.size() - 10)));
    CHECK(problem(jsonc, std::string(33UL << 20, ' ')) == "longer than 32 MiB");
}

TEST_CASE("Keys know where they are written, whatever the format") {
    const auto at = [](DocumentFormat format, const std::string& text) {
        const auto root = read_document(format, text);
        REQUIRE(root.has_value());
        const auto& [key, value] = root->members.back();
        const TextPlace outer = text_place(text, key.begin);
        const TextPlace inner = text_place(text, value.members.back().first.begin);
        return std::to_string(outer.line) + ":" + std::to_string(outer.column) + " " +
               std::to_string(inner.line) + ":" + std::to_string(inner.column);
    };
    CHECK(at(jsonc, "{\n  \"x\": 1,\n  \"s\": {\"m\": 1}\n}") == "3:3 3:9");
    CHECK(at(yaml, "x: 1\ns:\n  m: 1\n") == "2:1 3:3");
    CHECK(at(toml, "x = 1\n[s.m]\na = 1\n") == "2:1 2:1");
    CHECK(at(toml, "x = 1\n[s]\nm = 1\n") == "2:1 3:1");
}

TEST_CASE("What the agent says of a field of a document is said with its file and place") {
    const std::string text = "{\n  \"name\": \"a/b\",\n  \"packages\": [{}, {\"version\": 1}]\n}";
    const auto placed = [&](const std::string& field) {
        return with_place(Error{ErrorCode::validation_error, "bad", ErrorDetails(Detail::field, field)},
                          "f.json", text)
            .message;
    };
    CHECK(placed("packages") == "f.json:3:3: bad");
    CHECK(placed("packages[1].version") == "f.json:3:21: bad");
    CHECK(placed("packages[1].nosuch") == "f.json:3:20: bad");
    CHECK(placed("packages[9]") == "f.json:3:3: bad");
    CHECK(placed("document") == "f.json:1:1: bad");
    CHECK(with_place(Error{ErrorCode::conflict, "bad"}, "f.json", text).message == "f.json: bad");
    CHECK(with_place(Error{ErrorCode::conflict, "f.json is bad"}, "f.json", text).message == "f.json is bad");
    CHECK(with_place(Error{ErrorCode::conflict, "bad", ErrorDetails(Detail::field, "x")}, "f.json", "{")
              .message == "f.json: bad");
    CHECK(check_json("f.json", text));
    CHECK(check_json("f.json", "{\n").error().message.starts_with("f.json:2:1: "));
    CHECK(check_json("f.json", "").error().message == "f.json:1:1: the file is empty");
}
