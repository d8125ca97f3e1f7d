#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/definition.hpp"
#include "cli/diagnosis.hpp"
#include "cli/environment.hpp"
#include "cli/invocation.hpp"
#include "cli/mcp_content.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/spec_diff.hpp"
#include "cli/suggestion.hpp"
#include "cli/table.hpp"
#include "cli/text_width.hpp"
#include "cli/tool_arguments.hpp"
#include "cli/yaml_emitter.hpp"
#include "common/base64.hpp"
#include "common/cgroup_mount.hpp"
#include "common/exit_status.hpp"
#include "common/utf8.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

const Environment empty_environment = [](const char*) { return std::optional<std::string>{}; };
const Environment home_environment = [](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "HOME") return "/home/ann";
    return std::nullopt;
};

Json define(const std::vector<std::string>& words, const Json& current = nullptr) {
    Options options;
    Definition definition;
    definition.declare(options, current.is_null() ? DefinitionFor::add : DefinitionFor::update);
    const auto parsed = options.parse(words);
    REQUIRE(parsed);
    const auto json = definition.to_json(current, home_environment);
    REQUIRE(json);
    return *json;
}

}  // namespace

TEST_CASE("Each error code has its exit status") {
    CHECK(exit_status(ErrorCode::validation_error) == ExitStatus::wrong_usage);
    CHECK(exit_status(ErrorCode::server_not_found) == ExitStatus::not_found);
    CHECK(exit_status(ErrorCode::not_found) == ExitStatus::not_found);
    CHECK(exit_status(ErrorCode::conflict) == ExitStatus::conflict);
    CHECK(exit_status(ErrorCode::wrong_state) == ExitStatus::wrong_state);
    CHECK(exit_status(ErrorCode::unavailable) == ExitStatus::no_agent);
    CHECK(exit_status(ErrorCode::timed_out) == ExitStatus::timed_out);
    CHECK(exit_status(ErrorCode::died_at_start) == ExitStatus::failed);
}

TEST_CASE("Every command declares itself, and no name or alias means two commands") {
    std::set<std::string> seen;
    for (const std::string& word : first_words()) CHECK_MESSAGE(seen.insert(word).second, word);
    for (const CommandRow& row : all_commands()) {
        CAPTURE(row.name);
        CHECK_FALSE(row.summary.empty());
        CHECK_NOTHROW(describe(row));
    }
}

TEST_CASE("A command is found by its name, its alias and its two words") {
    const std::vector<std::string> alias{"ls"};
    const std::vector<std::string> two{"tools", "list", "web"};
    const std::vector<std::string> typo{"tools", "lst"};
    CHECK(choose_command(alias).row->name == "list");
    CHECK(choose_command(two).words == 2);
    CHECK(choose_command(typo).row == nullptr);
}

TEST_CASE("Options take values, repeat, and leave positionals alone") {
    Options options;
    bool follow = false;
    std::string tail, name, run;
    std::vector<std::string> variables, rest;
    options.flag("-f,--follow", follow, "");
    options.value("-n,--tail", "N", tail, "");
    options.value("--run", "N", run, "");
    options.list("-e,--env", "V", variables, "");
    options.positional("NAME", name, "");
    options.rest("COMMAND", rest, "");
    REQUIRE(options.parse(
        {"-fn", "5", "-e", "A=1", "web", "-e", "[a,b]", "--run", "-1", "--", "node", "--x", "--"}));
    CHECK(follow);
    CHECK(tail == "5");
    CHECK(run == "-1");
    CHECK(name == "web");
    CHECK(variables == std::vector<std::string>{"A=1", "[a,b]"});
    CHECK(rest == std::vector<std::string>{"node", "--x", "--"});
}

TEST_CASE("Wrong options say what is wrong and what was meant") {
    const auto failure = [](const std::vector<std::string>& words) {
        Options options;
        std::string format, name;
        options.value("-o,--output", "F", format, "");
        options.choices({"table", "json"});
        options.positional("NAME", name, "");
        const auto parsed = options.parse(words);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == ErrorCode::validation_error);
        return parsed.error().message + " " + parsed.error().hint;
    };
    CHECK(failure({"web", "--outptu", "json"}).find("did you mean '--output'?") != std::string::npos);
    CHECK(failure({"web", "-o", "jsn"}).find("did you mean 'json'?") != std::string::npos);
    CHECK(failure({}).find("NAME is missing") != std::string::npos);
    CHECK(failure({"a", "b"}).find("unexpected argument 'b'") != std::string::npos);
    CHECK(failure({"web", "-o"}).find("-o") != std::string::npos);
}

TEST_CASE("A command without its sign is seen, unless the slip is an option before it") {
    const auto stray = [](const std::vector<std::string>& words) {
        Options options;
        std::string name;
        std::vector<std::string> command, labels;
        options.list("-l,--label", "K=V", labels, "");
        options.positional("NAME", name, "");
        options.rest("COMMAND", command, "");
        CHECK_FALSE(options.parse(words));
        return options.stray_command().value_or("none");
    };
    CHECK(stray({"fs", "npx", "-y", "PKG"}) == "npx");
    CHECK(stray({"-l", "a=b", "fs", "npx"}) == "npx");
    CHECK(stray({"fs", "--lable", "a=b"}) == "none");
}

TEST_CASE("A definition holds what was given and nothing else") {
    CHECK(define({"--", "node", "server.js"}) == Json{{"command", "node"}, {"args", {"server.js"}}});
    const Json npm = define(
        {"--npm", "@scope/name@1.2", "-e", "HOME", "-l", "a=b", "--restart", "on-failure:5", "--", "x"});
    CHECK(npm["npm"] == Json{{"package", "@scope/name"}, {"version", "1.2"}, {"args", {"x"}}});
    CHECK(npm["config"]["environment"]["HOME"] == "/home/ann");
    CHECK(npm["config"]["restart"] == Json{{"policy", "on-failure"}, {"limit", 5}});
}

TEST_CASE("Arguments given to a package server change its arguments, a new source forgets the old one") {
    const Json current{{"npm", {{"package", "p"}}}};
    CHECK(define({"--", "x"}, current) == Json{{"npm", {{"args", {"x"}}}}});
    const Json patch = define({"--pypi", "q"}, current);
    CHECK(patch["npm"].is_null());
    CHECK(patch["pypi"]["package"] == "q");
}

TEST_CASE("A variable file is read as dotenv reads it, and the bad line is named") {
    Variables variables;
    REQUIRE(add_variable_file(variables, "f", "\xef\xbb\xbf# c\n\nA=1 = \"x\"\r\nHOME\nGONE\n",
                              home_environment));
    CHECK(variables == Variables{{"A", "1 = \"x\""}, {"HOME", "/home/ann"}});
    Variables quoted;
    REQUIRE(add_variable_file(
        quoted, "f",
        "export A=plain # comment\r\nB='it is # \\n'\nC=\"two\\nlines\"\nKEY=\"-----BEGIN\nabc\n"
        "-----END\" # of it\nD=a#b\nE=\nexportF=1\n G = spaced \nH=`x\"y'z`\n",
        empty_environment));
    CHECK(quoted == Variables{{"A", "plain"},
                              {"B", "it is # \\n"},
                              {"C", "two\nlines"},
                              {"D", "a#b"},
                              {"E", ""},
                              {"G", "spaced"},
                              {"H", "x\"y'z"},
                              {"KEY", "-----BEGIN\nabc\n-----END"},
                              {"exportF", "1"}});
    const auto open = add_variable_file(quoted, "f", "A=1\nB=\"open\nC=2\n", empty_environment);
    REQUIRE_FALSE(open);
    CHECK(open.error().message.starts_with("f:2: the quote"));
    const auto bad = add_variable_file(variables, "f", "A=1\n=x\n", empty_environment);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().message.starts_with("f:2:"));
    CHECK_FALSE(add_variable(variables, "GONE", empty_environment));
}

TEST_CASE("A tool's values are typed by its schema") {
    const Json schema{{"properties",
                       {{"n", {{"type", "integer"}}},
                        {"r", {{"type", "number"}}},
                        {"b", {{"type", "boolean"}}},
                        {"s", {{"type", "string"}}},
                        {"l", {{"type", "array"}, {"items", {{"type", "integer"}}}}},
                        {"u", {{"type", {"string", "null"}}}}}}};
    const auto json = tool_arguments(
        {"n=3", "r=0.5", "b=true", "s=3", "l=1", "l=2", "u=null", "x=1", "y:={\"a\":1}"}, schema);
    REQUIRE(json);
    CHECK(compact(*json) == R"({"n":3,"r":0.5,"b":true,"s":"3","l":[1,2],"u":null,"x":"1","y":{"a":1}})");
    const auto bad = tool_arguments({"n=3.5"}, schema);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().message == "n: '3.5' is not a whole number");
    CHECK_FALSE(tool_arguments({"plain"}, schema));
    CHECK_FALSE(tool_arguments({"s=1", "s=2"}, schema));
}

TEST_CASE("A value's type is found behind references, branches, enums and Optional") {
    const Json schema =
        Json::parse(R"({"$defs":{"Level":{"enum":[1,2,3]},"Me":{"$ref":"#/$defs/Me"},"N":{"type":"integer"}},
        "properties":{"level":{"$ref":"#/$defs/Level"},"maybe":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]},
        "list":{"type":"array","items":{"$ref":"#/$defs/N"}},"me":{"$ref":"#/$defs/Me"},"all":{"allOf":[{"type":"boolean"}]},
        "many":{"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"null"}]},"fixed":{"const":4}}})");
    const auto one = [&](const std::string& word) { return tool_arguments({word}, schema).value(); };
    CHECK(one("level=2") == Json{{"level", 2}});
    CHECK_FALSE(tool_arguments({"level=x"}, schema));
    CHECK(one("maybe=7") == Json{{"maybe", 7}});
    CHECK(one("maybe=null") == Json{{"maybe", nullptr}});
    CHECK(one("list=5") == Json{{"list", {5}}});
    CHECK(one("many=5") == Json{{"many", {5}}});
    CHECK(one("many=null") == Json{{"many", nullptr}});
    CHECK(one("all=true") == Json{{"all", true}});
    CHECK(one("fixed=4") == Json{{"fixed", 4}});
    CHECK(one("me=x") == Json{{"me", "x"}});
}

TEST_CASE("The spinner's line is as wide as the terminal at most, whole characters, and harmless") {
    CHECK(progress_line("starting web", 3, 80) == "starting web … 3 s");
    CHECK(progress_line("starting web", 3, 0) == "starting web … 3 s");
    CHECK(progress_line("a\x1b[2Jb\nc", 3, 80).find_first_of("\x1b\n") == std::string::npos);
    for (std::size_t columns = 12; columns < 60; ++columns) {
        const std::string line = progress_line("pulling 画像画像画像画像: 3 of 7 layers", 12, columns);
        CHECK(text_width(line) + 2 < columns);
        CHECK(line.ends_with("12 s"));
        CHECK(is_utf8(line));
    }
}

TEST_CASE("A table fits its width and counts columns, not bytes") {
    Table table{{{"NAME", Shrink::first}, {"STATUS"}},
                {{{"日本語サーバー名前"}, {"running"}}, {{"web"}, {"stopped"}}}};
    const std::string wide = render(table, 0, Paint::no);
    CHECK(wide == "NAME                STATUS\n日本語サーバー名前  running\nweb                 stopped\n");
    const std::string narrow = render(table, 18, Paint::no);
    CHECK(narrow.find("日本語サ…") != std::string::npos);
    CHECK(text_width("e\xcc\x81") == 1);
    CHECK(fit("abcdef", 4) == "abc…");
    Table small{{{"NAME"}, {"STATUS"}, {"NUMBER"}, {"DESCRIPTION"}}, {}};
    small.rows.push_back({{"everything"}, {"running"}, {"123456"}, {"says it again"}});
    for (std::size_t width = 4; width < 60; ++width) {
        CAPTURE(width);
        std::istringstream lines(render(small, width, Paint::no));
        for (std::string line; std::getline(lines, line);) CHECK(text_width(line) <= width);
    }
}

TEST_CASE("YAML quotes what could be read as something else") {
    CHECK(to_yaml(Json{{"a", "yes"}, {"b", {1, "x y"}}, {"c", {{"d", nullptr}}}, {"e", Json::array()}}) ==
          "a: \"yes\"\nb:\n  - 1\n  - x y\nc:\n  d: null\ne: []\n");
    CHECK(to_yaml(Json("1.5")) == "\"1.5\"\n");
    CHECK(to_yaml(Json("a\nb: c")) == "\"a\\nb: c\"\n");
}

TEST_CASE("Nothing a server says reaches the terminal as a command") {
    CHECK(harmless("a\x1b]0;t\x07"
                   "b\nc")
              .find('\x1b') == std::string::npos);
    CHECK(pretty(Json("\xc2\x9b"
                      "31m"))
              .find("\xc2\x9b") == std::string::npos);
    CHECK(pretty(Json("\xe2\x80\xae")) == "\"\\u202e\"");
}

TEST_CASE("A merge patch says only what differs, and a hidden value stays as it is") {
    const Json current{{"command", "node"},
                       {"config", {{"cwd", "/x"}, {"environment", {{"KEY", "***"}, {"A", "1"}}}}}};
    const Json wanted{{"command", "node"}, {"config", {{"environment", {{"KEY", "***"}, {"A", "2"}}}}}};
    CHECK(merge_patch(current, wanted) ==
          Json{{"config", {{"environment", {{"A", "2"}}}, {"cwd", nullptr}}}});
    CHECK(merge_patch(current, current).empty());
    CHECK(difference_lines(current, wanted).size() == 2);
}

TEST_CASE("Content blocks are shown as text or named") {
    const Json content{{{"type", "text"}, {"text", "hi"}},
                       {{"type", "image"}, {"mimeType", "image/png"}, {"data", "aGk="}}};
    CHECK(content_in_words(content) == "hi\n[image image/png, 3B]\n");
    CHECK(first_binary(content) == "hi");
    CHECK_FALSE(base64::decode("a*"));
}

TEST_CASE("Typos get a suggestion, strangers none") {
    CHECK(did_you_mean("lsit", {"list", "logs"}) == "did you mean 'list'?");
    CHECK(did_you_mean("zebra", {"list", "logs"}).empty());
}

TEST_CASE("Text is broken at words and indented, long words stay whole") {
    CHECK(wrapped("one two three", 4, 12) == "one two\n    three");
    CHECK(wrapped("/a/very/long/path next", 2, 10) == "/a/very/long/path\n  next");
    CHECK(wrapped("as it is", 2, 0) == "as it is");
    CHECK(wrapped("ends here", 0, 9) == "ends here");
}

TEST_CASE("A remote has headers, and those of its old address are not for a new one") {
    const Json added =
        define({"--url", "https://a.test/mcp", "--header", "Authorization: Bearer x:y", "--header", "X:"});
    CHECK(added["type"] == "remote");
    CHECK(added["headers"] == Json{{"Authorization", "Bearer x:y"}, {"X", ""}});
    const Json current{
        {"type", "remote"}, {"url", "https://a.test/mcp"}, {"headers", {{"Authorization", "***"}}}};
    CHECK(define({"--header", "X: 1"}, current)["headers"] == Json{{"X", "1"}});
    CHECK(define({"--unset-header", "Authorization"}, current)["headers"] ==
          Json{{"Authorization", nullptr}});
    CHECK(define({"--url", "https://b.test/mcp"}, current)["headers"].is_null());
    CHECK(define({"--url", "https://b.test/mcp", "--header", "X: 1"}, current)["headers"] ==
          Json{{"Authorization", nullptr}, {"X", "1"}});
    const Json other = define({"--npm", "a"}, current);
    CHECK(other["headers"].is_null());
    CHECK(other["config"]["transport"].is_null());
}

TEST_CASE("A header goes with a remote alone and has a colon") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--header", "A: b", "--", "x"},
          std::vector<std::string>{"--url", "http://x/", "--header", "none"},
          std::vector<std::string>{"--url", "http://x/", "--header", ": b"}}) {
        Options options;
        Definition definition;
        definition.declare(options, DefinitionFor::add);
        REQUIRE(options.parse(words));
        CHECK(definition.to_json(nullptr, empty_environment).has_error());
    }
}

TEST_CASE("The doctor says which container engine answers, and when it is too old or none at all") {
    const std::string at = "unix:///run/docker.sock";
    const auto docker =
        engine_in_words(R"({"Version":"20.10.24","ApiVersion":"1.41","Components":[{"Name":"Engine"}]})", at);
    CHECK(docker.grade == Finding::Grade::good);
    CHECK(docker.found == "Docker Engine 20.10.24, API 1.41 (" + at + ")");
    CHECK(engine_in_words(
              R"({"Version":"4.3.1","ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}]})", at)
              .found.starts_with("Podman Engine 4.3.1"));
    CHECK(engine_in_words(R"({"Version":"19.03","ApiVersion":"1.40"})", at).grade == Finding::Grade::warning);
    for (const char* foreign : {"", "[]", "null", "{\"ApiVersion\":7}", "<html>"})
        CHECK(engine_in_words(foreign, at).grade == Finding::Grade::warning);
}

TEST_CASE("The doctor tells cgroup v2 alone, v2 beside v1 and v1 apart") {
    const std::string v1 = "30 25 0:26 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";
    const std::string beside = v1 + "31 25 0:27 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n";
    const std::string alone = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    CHECK_FALSE(parse_cgroup_mount(v1).has_value());
    CHECK(parse_cgroup_mount(beside)->point == "/sys/fs/cgroup/unified");
    CHECK(parse_cgroup_mount(alone)->point == "/sys/fs/cgroup");
    CHECK(cgroups_in_words(alone, "cpuset cpu io memory pids") == "v2");
    CHECK(cgroups_in_words(v1, "").starts_with("v1 or none"));
    const std::string words = cgroups_in_words(beside, "");
    CHECK(words.starts_with("v2 beside v1"));
    CHECK(words.find("memory, cpu, pids") != std::string::npos);
    CHECK(cgroups_in_words(beside, "memory cpuset").find("limits of cpu, pids,") != std::string::npos);
}
