// What people bring from other tools: names, options, formats, suggestions, times, completion.
#include "cli/command_examples.hpp"
#include "cli/command_words.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/config_values.hpp"
#include "cli/global_options.hpp"
#include "cli/help.hpp"
#include "cli/json_path.hpp"
#include "cli/pager.hpp"
#include "cli/server_names.hpp"
#include "cli/shell_words.hpp"
#include "cli/suggestion.hpp"
#include "cli/synonyms.hpp"
#include "cli/table.hpp"
#include "cli/text_width.hpp"
#include "cli/when.hpp"
#include "common/config_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

using Words = std::vector<std::string>;

Words moved(Words words) {
    REQUIRE(take_global_options(words).has_value());
    return words;
}

const Json two_servers = Json::array({Json{{"name", "db-one"}, {"id", "srv_aaaaaaaaaaaa"}},
                                      Json{{"name", "db-two"}, {"id", "srv_aabbbbbbbbbb"}},
                                      Json{{"name", "with*star"}, {"id", "srv_cccccccccccc"}}});

Words named(const Words& words) {
    const auto names = named_servers(two_servers, words);
    REQUIRE(names.has_value());
    return *names;
}

Words offered(const Words& words) {
    const AskNames ask = [](Completes kind, const std::string& server) -> Words {
        if (kind == Completes::servers) return {"files", "web", "two words"};
        if (kind == Completes::tools) return {server + "_read", server + "_write"};
        if (kind == Completes::profiles) return {"work"};
        if (kind == Completes::tokens) return {"cursor"};
        if (kind == Completes::templates) return {"filesystem", "fetch"};
        if (kind == Completes::labels) return {"team=a"};
        if (kind == Completes::secrets) return {"sec1", "sec2"};
        return {};
    };
    const Offers offers = complete_line(words, ask);
    Words out;
    if (offers.files == Offers::Files::files) out.emplace_back(":files");
    if (offers.files == Offers::Files::folders) out.emplace_back(":folders");
    for (const Offer& offer : offers.words) out.push_back(offer.value);
    return out;
}

bool has(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string when(const std::string& text) {
    const auto time = read_when(text, *parse_time("2026-11-28T12:00:00Z"));
    return time ? format_time(*time) : "none";
}

}  // namespace

TEST_CASE("Every command has two examples, which begin with mcpm") {
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        CAPTURE(row.name);
        const auto examples = examples_of(row.name);
        CHECK(examples.size() >= 2);
        for (const Example& example : examples)
            CHECK(example.command.find("mcpm " + std::string(row.name)) != std::string_view::npos);
    }
}

TEST_CASE("Each command that acts or shows prints its answer in the form that -o names") {
    // A screen, a stream, what becomes another program, and texts that have one form.
    const Words without{"dev", "top", "connect", "inspector", "agent run", "completion", "help"};
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        CAPTURE(row.name);
        const Options options = describe(row);
        const auto& rows = options.option_rows();
        const bool has_form = std::any_of(rows.begin(), rows.end(), [](const OptionRow& option) {
            return option.names.starts_with("-o,");
        });
        CHECK(has_form != has(without, std::string(row.name)));
    }
}

TEST_CASE("No line of a help page is wider than its terminal") {
    for (const std::size_t width : {60UL, 80UL, 120UL}) {
        std::string pages = help_page(width);
        for (const CommandRow& row : all_commands()) {
            if (row.group != Group::hidden) pages += command_help(row, describe(row), width);
        }
        std::size_t from = 0;
        for (std::size_t end = pages.find('\n'); end != std::string::npos; end = pages.find('\n', from)) {
            const std::string line = pages.substr(from, end - from);
            from = end + 1;
            const bool is_given =
                line.starts_with("usage:") || line.find("  mcpm ") == 0 || line.find("mcpm ") != line.npos;
            if (!is_given && line.find("MCPM_") == line.npos) CHECK_MESSAGE(text_width(line) <= width, line);
        }
    }
}

TEST_CASE("A group has a page of its own, and the usage line shows the options") {
    const std::string page = group_help("tools", 80);
    CHECK(page.find("approve") != std::string::npos);
    CHECK(page.find("profile") == std::string::npos);
    CHECK(usage_line(*choose_command(Words{"list"}).row) == "usage: mcpm list [OPTIONS]");
    CHECK(usage_line(*choose_command(Words{"add"}).row) ==
          "usage: mcpm add NAME [OPTIONS] -- COMMAND [ARGS…]");
}

TEST_CASE("Options in front of the command stand behind it") {
    CHECK(moved({"-o", "json", "list"}) == Words{"list", "-o", "json"});
    CHECK(moved({"-q", "tools", "list", "web"}) == Words{"tools", "list", "-q", "web"});
    CHECK(moved({"--help", "list"}) == Words{"list", "--help"});
    CHECK(moved({"--help"}) == Words{"--help"});
    CHECK(moved({"add", "w", "--", "x", "--debug"}) == Words{"add", "w", "--", "x", "--debug"});
    Words words{"--color", "always", "list", "--debug", "--no-pager"};
    const auto options = take_global_options(words);
    REQUIRE(options.has_value());
    CHECK(options->colour == ColourWish::always);
    CHECK(options->debug);
    CHECK(options->no_pager);
    CHECK(words == Words{"list"});
    Words wrong{"list", "--color=sometimes"};
    CHECK_FALSE(take_global_options(wrong).has_value());
}

TEST_CASE("Words of other tools point to ours, and no slip leads to harm") {
    CHECK(our_word_for("delete") == "in mcpm that is `mcpm remove`");
    CHECK(our_word_for("describe") == "in mcpm that is `mcpm show`");
    CHECK(our_word_for("frobnicate").empty());
    CHECK(did_you_mean_command("strat", first_words()) == "did you mean 'start'?");
    CHECK(did_you_mean_command("stpo", first_words()) == "did you mean 'stop'?");
    CHECK(did_you_mean_command("hop", {"stop"}).empty());
    CHECK(did_you_mean_command("foo", first_words()).empty());
    CHECK(did_you_mean("z", {"z"}).empty());
}

TEST_CASE("Servers are named by name, pattern and the beginning of an id") {
    CHECK(named({"db-*"}) == Words{"db-one", "db-two"});
    CHECK(named({"with*star"}) == Words{"with*star"});
    CHECK(named({"srv_ccc", "db-one", "db-?ne"}) == Words{"with*star", "db-one"});
    CHECK(named({"unknown"}) == Words{"unknown"});
    CHECK(named_servers(two_servers, {"x*"}).error().code == ErrorCode::server_not_found);
    CHECK(named_servers(two_servers, {"srv_aa"}).error().code == ErrorCode::validation_error);
    CHECK(matches_pattern("abc", "a*c"));
    CHECK(matches_pattern("", "*"));
    CHECK_FALSE(matches_pattern("abc", "a?"));
}

TEST_CASE("A JSON path finds members, items and everything of a name") {
    const Json data{{"a", {{{"n", 1}}, {{"n", "x"}}}}, {"b c", true}};
    CHECK(find_json_path(data, ".a[*].n") == std::vector<Json>{1, "x"});
    CHECK(find_json_path(data, "{.a[-1].n}") == std::vector<Json>{"x"});
    CHECK(find_json_path(data, "$['b c']") == std::vector<Json>{true});
    CHECK(find_json_path(data, "..n").size() == 2);
    CHECK(find_json_path(data, ".none").empty());
    CHECK_FALSE(check_json_path(".a[x]"));
    CHECK_FALSE(check_json_path("[1"));
}

TEST_CASE("Times are read as people write them, in the zone of their terminal") {
    ::setenv("TZ", "IST-5:30", 1);
    ::tzset();
    CHECK(when("10m") == "2026-11-28T11:50:00Z");
    CHECK(when("10 minutes ago") == "2026-11-28T11:50:00Z");
    CHECK(when("an hour ago") == "2026-11-28T11:00:00Z");
    CHECK(when("1w") == "2026-11-21T12:00:00Z");
    CHECK(when("1 day 2 hours") == "2026-11-27T10:00:00Z");
    CHECK(when("yesterday") == "2026-11-26T18:30:00Z");
    CHECK(when("yesterday 14:00") == "2026-11-27T08:30:00Z");
    CHECK(when("today") == "2026-11-27T18:30:00Z");
    CHECK(when("16:00") == "2026-11-28T10:30:00Z");
    CHECK(when("2026-11-28 16:00") == "2026-11-28T10:30:00Z");
    CHECK(when("2026-11-28T16:00:30") == "2026-11-28T10:30:30Z");
    CHECK(when("2026-11-28") == "2026-11-27T18:30:00Z");
    CHECK(when("2026-11-28T16:00:00+0530") == "2026-11-28T10:30:00Z");
    CHECK(when("2026-11-28T16:00:00Z") == "2026-11-28T16:00:00Z");
    CHECK(when("1795867200") == "2026-11-28T12:00:00Z");
    CHECK(when("@1795867200.5") == "2026-11-28T12:00:00.500Z");
    CHECK(when("1795867200000") == "2026-11-28T12:00:00Z");
    CHECK(when("next week") == "none");
    CHECK(when("10 bananas") == "none");
    CHECK(when("") == "none");
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("A command is what a shell would have read, or is refused") {
    const TypedIn place{"/proj", "/home/ann", "/usr/bin"};
    CHECK(read_command({"./run.sh", "~/notes", "$HOME/x", "$OTHER"}, place, "w").value() ==
          Words{"/proj/run.sh", "/home/ann/notes", "/home/ann/x", "$OTHER"});
    CHECK(read_command({"../bin/x"}, place, "w").value() == Words{"/bin/x"});
    CHECK(read_command({"node", "./server.js"}, place, "w").value() == Words{"node", "./server.js"});
    const auto line = read_command({"npx -y x"}, place, "w");
    REQUIRE_FALSE(line.has_value());
    CHECK(line.error().hint.find("mcpm add w -- npx -y x") != std::string::npos);
    CHECK_FALSE(read_command({"$TOOLS/x"}, place, "w").has_value());
    CHECK(read_folder("~/a", place).value() == "/home/ann/a");
    CHECK(read_folder("sub/../b", place).value() == "/proj/b");
    CHECK_FALSE(read_folder("$NOWHERE/a", place).has_value());
    CHECK(in_shell_words("a b") == "'a b'");
    CHECK(in_shell_words("it's") == "'it'\\''s'");
    CHECK(in_shell_words("srv-1") == "srv-1");
}

TEST_CASE("In a narrow terminal columns go, and pids and ids stay whole") {
    Table table{{{"NAME", Shrink::first},
                 {"PID", Shrink::last, Align::right, 0, true},
                 {"SOURCE", Shrink::first, Align::left, 2},
                 {"HEALTH", Shrink::last, Align::left, 1}},
                {{{"a-long-name-of-a-server"}, {"1234567"}, {"node /a/long/path"}, {"healthy"}}}};
    const std::string narrow = render(table, 20, Paint::no);
    CHECK(narrow.find("1234567") != std::string::npos);
    CHECK(narrow.find("SOURCE") == std::string::npos);
    std::size_t widest = 0;
    for (std::size_t from = 0, end = 0; (end = narrow.find('\n', from)) != std::string::npos; from = end + 1)
        widest = std::max(widest, text_width(narrow.substr(from, end - from)));
    CHECK(widest <= 20);
}

TEST_CASE("Completion knows positions after options, values, aliases and what is given") {
    CHECK(offered({"sta"}) == Words{"status", "stats", "start"});
    CHECK(has(offered({"ls"}), "ls"));
    CHECK(offered({"tools", "ap"}) == Words{"approve"});
    CHECK(offered({"logs", "-f", "fi"}) == Words{"files"});
    CHECK(offered({"logs", "-n", "5", "fi"}) == Words{"files"});
    CHECK(offered({"logs", "-n5", "fi"}) == Words{"files"});
    CHECK(offered({"call", "--timeout", "5s", "files", "files_r"}) == Words{"files_read"});
    CHECK(offered({"-o", "json", "start", "w"}) == Words{"web"});
    CHECK(offered({"start", "files", "fi"}).empty());
    CHECK(offered({"secret", "remove", "sec1", ""}) == Words{"sec2"});
    CHECK(offered({"wait", "web", "--for", "h"}) == Words{"healthy"});
    CHECK(offered({"wait", "web", "--for=h"}) == Words{"--for=healthy"});
    CHECK(has(offered({"logs", "--level", ""}), "error"));
    CHECK(has(offered({"list", "-o", ""}), "json"));
    CHECK(offered({"list", "--filter", "status=r"}) == Words{"status=running"});
    CHECK(offered({"list", "--label", ""}) == Words{"team=a"});
    CHECK(offered({"profile", "show", ""}) == Words{"work"});
    CHECK(offered({"install", "fi"}) == Words{"filesystem"});
    CHECK(offered({"template", "show", "fe"}) == Words{"fetch"});
    CHECK(offered({"template", "v"}) == Words{"validate"});
    CHECK(offered({"token", "revoke", ""}) == Words{"cursor"});
    CHECK(offered({"connect", "--profile", ""}) == Words{"work"});
    CHECK(has(offered({"help", "st"}), "start"));
    CHECK(offered({"completion", "z"}) == Words{"zsh"});
    CHECK(offered({"apply", "-f", ""}) == Words{":files"});
    CHECK(offered({"add", "x", "--", ""}) == Words{":files"});
    CHECK(has(offered({"logs", "--fol"}), "--follow"));
    CHECK_FALSE(has(offered({"logs", "--follow", "--fol"}), "--follow"));
    CHECK(offered({"start", "two"}) == Words{"two words"});
}

TEST_CASE("Every key of config.yaml is described, and its default is one") {
    Words described;
    for (const ConfigKey& key : described_config_keys()) described.emplace_back(key.name);
    for (const std::string_view key : config_keys())
        CHECK_MESSAGE(has(described, std::string(key)), std::string(key));
    for (const ConfigKey& key : described_config_keys()) {
        if (key.usual.empty()) continue;
        const std::string value(key.usual);
        const auto reading = parse_config("", [&](const char* name) -> std::optional<std::string> {
            return config_variable(key.name) == name ? std::optional(value) : std::nullopt;
        });
        CHECK_MESSAGE(reading.problems.empty(), std::string(key.name));
    }
    const auto values = config_values(
        "logs:\n  max_age: 1h\nnetwork:\n  proxy: http://me:w@rd@proxy:3128\n"
        "private_total: 7\n",
        "c.yaml", [](const char* name) -> std::optional<std::string> {
            return std::string_view(name) == "MCPM_HTTP_LISTEN" ? std::optional<std::string>("off")
                                                                : std::nullopt;
        });
    const auto from = [&](std::string_view key) {
        const auto found = std::find_if(values.begin(), values.end(),
                                        [&](const ConfigValue& value) { return value.key == key; });
        return found == values.end() ? std::string() : found->value + " " + found->from;
    };
    CHECK(from("logs.max_age") == "1h c.yaml:2");
    CHECK(from("network.proxy") == "http://***@proxy:3128 c.yaml:4");
    CHECK(from("http.listen") == "off MCPM_HTTP_LISTEN");
    CHECK(from("start_concurrency") == "16 default");
    CHECK(from("http.auth") == "token default");  // a word of ours, no secret
    CHECK(from("own_total") == "7 c.yaml:5");     // by its former name

    const auto without = config_values(
        "sentry: {dsn: \"https://k@h/1\"}\n", "c.yaml", [](const char* name) -> std::optional<std::string> {
            return std::string_view(name) == "SENTRY_DSN" ? std::optional<std::string>("nonsense")
                                                          : std::nullopt;
        });
    const auto dsn = std::find_if(without.begin(), without.end(),
                                  [](const ConfigValue& value) { return value.key == "sentry.dsn"; });
    REQUIRE(dsn != without.end());
    CHECK(dsn->value.empty());
    CHECK(dsn->from == "default: SENTRY_DSN cannot be used");
}

TEST_CASE("The pager is the person's, and cat is none") {
    CHECK(pager_words(nullptr, nullptr) == Words{"less"});
    CHECK(pager_words(nullptr, "most -s") == Words{"most", "-s"});
    CHECK(pager_words("", "less").empty());
    CHECK(pager_words(nullptr, "cat").empty());
}
