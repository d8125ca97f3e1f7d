#include "common/suggest.hpp"
#include "common/wire.hpp"
#include "tests/unit/common/random_spec.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace std::chrono_literals;
using wire::Json;

namespace {

Json json(const char* text) {
    return wire::parse(text).value();
}

std::string error_of(const char* text) {
    const auto spec = wire::to_spec(json(text));
    return spec ? std::string() : spec.error().message;
}

ServerView some_view() {
    ServerView view;
    view.id = "srv_abcdefghij23";
    view.spec.name = "web";
    view.spec.source = CommandSource{"node", {"server.js"}};
    view.created_at = Timestamp(1700000000000ms);
    view.updated_at = Timestamp(1700000001500ms);
    return view;
}

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("JSON errors name the byte, and depth and members are bounded") {
    CHECK(contains(wire::parse("{\"a\": x}").error().message, "invalid JSON at byte 7 (line 1, column 7)"));
    CHECK(wire::parse("").has_error());
    CHECK(wire::parse("1e999").has_error());
    CHECK(wire::parse("\"\xff\"").has_error());
    const std::string deep(64, '[');
    CHECK(wire::parse(deep + std::string(64, ']')).has_value());
    CHECK(contains(wire::parse(deep + "[" + std::string(65, ']')).error().message, "64 levels"));
    std::string wide = "{\"k\":0";
    for (int i = 0; i < 1024; ++i) wide += ",\"k" + std::to_string(i) + "\":0";
    wide += "}";
    CHECK(contains(wire::parse(wide).error().message, "1024 members"));
    CHECK(wire::parse_answer(wide).has_value());
    CHECK(wire::parse_answer("{").error().code == ErrorCode::internal_error);
    CHECK(wire::parse_answer(deep + "[").error().code == ErrorCode::internal_error);
    CHECK(wire::parse("[\"{[{[,,\\\"\"]").has_value());
}

TEST_CASE("Every valid definition comes back from the wire as it was") {
    test::RandomSpec random(1);
    for (int i = 0; i < 500; ++i) {
        const ServerSpec spec = random.next();
        REQUIRE(validate(spec).has_value());
        const std::string text = wire::to_text(wire::from_spec(spec));
        CAPTURE(text);
        const auto back = wire::to_spec(wire::parse(text).value());
        REQUIRE(back.has_value());
        CHECK(*back == spec);
    }
}

TEST_CASE("Patching back what was read changes nothing, secrets least of all") {
    test::RandomSpec random(2);
    for (int i = 0; i < 500; ++i) {
        ServerView view = some_view();
        view.spec = random.next();
        const Json shown = wire::from_view(view);
        CAPTURE(wire::to_text(shown));
        CHECK_FALSE(contains(wire::to_text(shown), "s3cret"));
        const auto merged = wire::merge_spec(view.spec, shown);
        REQUIRE(merged.has_value());
        CHECK(*merged == view.spec);
    }
}

TEST_CASE("A short definition gets the defaults, nodejs and python are processes") {
    const auto spec =
        wire::to_spec(json(R"({"name":"a","type":"nodejs","command":"node","args":["x"]})")).value();
    CHECK(spec.type == ServerType::process);
    CHECK(wire::to_text(wire::from_spec(spec)) ==
          R"({"name":"a","type":"process","command":"node","args":["x"]})");
    CHECK(wire::to_spec(json(R"({"name":"a","type":"python","pypi":"x"})")).has_value());
    CHECK(wire::to_spec(json(R"({"name":"a","image":"alpine"})"))->type == ServerType::container);
    const auto remote = wire::to_spec(json(R"({"name":"a","url":"https://x/"})")).value();
    CHECK(remote.type == ServerType::remote);
    CHECK(remote.transport == Transport::http);
}

TEST_CASE("Short forms of packages, restart, dependencies, times and ports are understood") {
    const auto spec = wire::to_spec(json(R"({"name":"a","npm":"@s/n@1.2","config":{"restart":"always",
        "dependsOn":["db",{"server":"x","condition":"healthy"}],"stopTimeout":5,"port":3000,
        "resources":{"memory":1048576,"cpus":1},"environment":{"A":"b"}}})"))
                          .value();
    const auto& package = std::get<PackageSource>(spec.source);
    CHECK(package.package == "@s/n");
    CHECK(package.version == "1.2");
    CHECK(spec.restart.mode == RestartMode::always);
    CHECK(spec.depends_on.size() == 2);
    CHECK(spec.stop_timeout == 5s);
    CHECK(spec.ports == std::vector<std::string>{"3000"});
    CHECK(spec.resources.memory_bytes == 1048576);
    const auto python = wire::to_spec(json(R"({"name":"a","pypi":"git-x==2.0"})")).value();
    CHECK(std::get<PackageSource>(python.source).version == "2.0");
    CHECK(
        std::get<PackageSource>(wire::to_spec(json(R"({"name":"a","npm":"@s/n"})"))->source).version.empty());
    CHECK(contains(error_of(R"({"name":"a","npm":"x@"})"), "npm: expected a version"));
}

TEST_CASE("One error names every bad field and suggests the nearest name") {
    const auto spec =
        wire::to_spec(json(R"({"name":"a;b","comand":"x","config":{"stopTimeout":"soon","cwd":"rel",
        "lazy":"yes","health":{"interval":{},"typ":"http"},"environment":{"A":1},"restart":"sometimes","ports":"80",
        "dependsOn":[7],"resources":{"pids":-1,"cpus":"x","memory":"much"},"tools":[],"volumes":[null]}})"));
    REQUIRE(spec.has_error());
    CHECK(spec.error().code == ErrorCode::validation_error);
    const std::string& message = spec.error().message;
    for (const char* part :
         {"Invalid character ';'", "unknown field \"comand\", did you mean 'command'?",
          "config.stopTimeout: bad duration", "config.cwd: expected an absolute path",
          "config.lazy: expected true or false, found \"yes\"",
          "config.health.interval: ", "did you mean 'type'?", "config.environment.A: expected text, found 1",
          "config.restart: expected always, on-failure or never", "config.ports: expected a list of texts",
          "config.dependsOn[0]: expected an object, found 7",
          "config.resources.pids: ", "config.resources.cpus: ", "config.resources.memory: bad size",
          "config.tools: expected an object, found a list", "config.volumes[0]: expected text, found nothing",
          "exactly one of command"}) {
        CAPTURE(message);
        CHECK_MESSAGE(contains(message, part), part);
    }
    const Json details = json(spec.error().details.json().c_str());
    CHECK(details["fields"].size() >= 15);
    CHECK(details["fields"][0].contains("field"));
}

TEST_CASE("Exactly one source is needed, and what belongs to another is refused") {
    CHECK(contains(error_of(R"({"name":"a"})"), "exactly one of"));
    CHECK(contains(error_of(R"({"name":"a","command":"x","url":"http://x"})"), "found command, url"));
    CHECK(contains(error_of(R"({"name":"a","npm":"x","args":[]})"), "npm.args"));
    CHECK(contains(error_of(R"({"name":"a","url":"http://x","args":[]})"), "no arguments"));
    CHECK(contains(error_of(R"({"name":"a","command":"x","headers":{}})"), "headers"));
    CHECK(contains(error_of(R"({"name":"a","command":"x","type":"container"})"),
                   "type: a server with a command"));
    CHECK(contains(error_of(R"({"name":"a","command":"x","type":"java"})"), "type: expected process"));
    CHECK(contains(error_of(R"({"command":"x"})"), "Server name is required"));
    CHECK(contains(error_of("[]"), "expected an object, found a list"));
    CHECK(contains(error_of(R"({"name":"a","command":"x","status":"running"})"), "unknown field \"status\""));
    CHECK(
        contains(error_of(R"({"name":"a","command":null})"), "command: expected text, found nothing (null)"));
}

TEST_CASE("A merge patch changes, removes and replaces") {
    ServerSpec spec = some_view().spec;
    spec.environment = {{"A", "1"}, {"API_KEY", "real"}};
    const auto changed =
        wire::merge_spec(spec,
                         json(R"({"name":"b","config":{"environment":{"A":null,"B":"2","API_KEY":"***"}}})"))
            .value();
    CHECK(changed.name == "b");
    CHECK(changed.environment == std::map<std::string, std::string>{{"API_KEY", "real"}, {"B", "2"}});
    CHECK(wire::merge_spec(spec, json(R"({"config":null})"))->environment.empty());
    const auto other = wire::merge_spec(spec, json(R"({"npm":"x@1"})")).value();
    CHECK(std::get<PackageSource>(other.source).version == "1");
    CHECK(wire::merge_spec(spec, json(R"({"image":"alpine"})"))->type == ServerType::container);
    CHECK(wire::merge_spec(spec, json("[]")).has_error());
    CHECK(contains(wire::merge_spec(spec, json(R"({"config":{"stopTimout":"1s"}})")).error().message,
                   "stopTimeout"));
    CHECK(
        contains(wire::merge_spec(spec, json(R"({"config":{"environment":{"NEW":"***"}}})")).error().message,
                 "config.environment.NEW"));
}

TEST_CASE("A pin belongs to the agent: it goes when the package changes and cannot be given") {
    ServerSpec spec = some_view().spec;
    spec.source = PackageSource{
        PackageRegistry::npm, "x", "1", "", {}, false, PackagePin{"1.0.0", "i", "/f", {"node"}, {}}};
    const auto pin_of = [](const Result<ServerSpec>& s) { return std::get<PackageSource>(s->source).pin; };
    CHECK(pin_of(wire::merge_spec(spec, json(R"({"config":{"lazy":true}})"))).has_value());
    CHECK_FALSE(pin_of(wire::merge_spec(spec, json(R"({"npm":{"version":"2"}})"))).has_value());
    const auto forged = wire::merge_spec(spec, json(R"({"npm":{"pin":{"launcher":["/bin/sh"]}}})"));
    CHECK(pin_of(forged)->launcher == std::vector<std::string>{"node"});
}

TEST_CASE("Secrets in arguments and URLs are hidden, and kept when arguments move") {
    ServerView view = some_view();
    view.spec.source =
        CommandSource{"x",
                      {"--api-key", "k1", "--token=t1", "postgres://u:pw@h/db", "DB_PASSWORD=p", "--key",
                       "--flag", "https://h/?a=1&token=q&b=2", "--apiKey=z"}};
    Json shown = wire::from_view(view);
    CHECK(
        shown["args"] ==
        json(
            R"(["--api-key","***","--token=***","postgres://u:***@h/db","DB_PASSWORD=***","--key","--flag","https://h/?a=1&token=***&b=2","--apiKey=***"])"));
    shown["args"].insert(shown["args"].begin(), "first");
    const auto merged = wire::merge_spec(view.spec, shown).value();
    CHECK(std::get<CommandSource>(merged.source).arguments.at(2) == "k1");
    CHECK(std::get<CommandSource>(merged.source).arguments.at(3) == "--token=t1");
    CHECK(std::get<CommandSource>(merged.source).arguments.at(4) == "postgres://u:pw@h/db");
    CHECK(contains(wire::merge_spec(view.spec, json(R"({"args":["--new","***"]})")).error().message,
                   "args[1]"));
    CHECK(wire::merge_spec(view.spec, json(R"({"args":["src/***/x"]})")).has_value());
    CHECK(std::get<CommandSource>(wire::to_spec(wire::from_spec(view.spec))->source).arguments.at(1) == "k1");
}

TEST_CASE("Names that look secret are known, others are not") {
    for (const char* name :
         {"API_KEY", "GITHUB_TOKEN", "PASSWORD", "DB_PASS", "aws_secret_access_key", "--api-key", "apiKey",
          "GITHUB_PAT", "SENTRY_DSN", "Authorization", "MYSQL_PWD", "OPENAI_APIKEY"})
        CHECK(wire::looks_secret(name));
    for (const char* name :
         {"PATH", "PWD", "OLDPWD", "KEYBOARD", "MONKEY", "HOME", "PORT", "AUTHOR", "COMPASS", ""})
        CHECK_FALSE(wire::looks_secret(name));
}

TEST_CASE("An entry of a list is the text of the server itself") {
    ServerView view = some_view();
    const auto entry = [&] {
        const ServerOutline outline{view.id, std::make_shared<const ServerSpec>(view.spec), view.status,
                                    view.created_at, view.updated_at};
        return wire::list_entry(outline, wire::definition_members(view.spec));
    };
    CHECK(entry() == wire::to_text(wire::from_view(view)));
    view.spec.source = CommandSource{"x", {"--api-key", "k1"}};
    view.spec.environment["API_KEY"] = "k2";
    view.spec.lazy = true;
    view.status.last_error = Error{ErrorCode::died_at_start, "it died", R"({"a":1})", "look"};
    view.status.last_exit = Exit{1, {}, false, Timestamp(1s)};
    view.status.own_runs = {{7, 70, "somebody", Timestamp(2s)}};
    CHECK(entry() == wire::to_text(wire::from_view(view)));
    CHECK_FALSE(contains(entry(), "k1"));
    CHECK_FALSE(contains(entry(), "k2"));
}

TEST_CASE("A server is shown with its facts, absent ones left out, and read back") {
    ServerView view = some_view();
    CHECK(wire::to_text(wire::from_view(view)) ==
          R"({"id":"srv_abcdefghij23","name":"web","type":"process","status":"stopped","desired":"stopped",)"
          R"("healthStatus":"unknown","run":0,"restartCount":0,"createdAt":"2023-11-14T22:13:20Z",)"
          R"("updatedAt":"2023-11-14T22:13:21.500Z","command":"node","args":["server.js"],"config":{}})");
    view.status = {ServerState::waiting,
                   Desired::up,
                   Reason::restarting,
                   Error{ErrorCode::died_at_start, "it died", R"({"a":1})", "look"},
                   77,
                   4,
                   2,
                   Exit{1, 9, true, Timestamp(1s)},
                   Timestamp(2s),
                   Timestamp(3s),
                   Health::healthy};
    Json shown = wire::from_view(view);
    CHECK(shown["status"] == "error");
    CHECK(shown["lastError"]["details"]["phase"] == "run");
    CHECK(wire::to_text(shown["lastExit"]) ==
          R"({"code":1,"signal":9,"oom":true,"at":"1970-01-01T00:00:01Z"})");
    shown["somethingNew"] = 1;
    shown["config"]["newer"] = true;
    const auto back = wire::to_view(shown).value();
    CHECK(back.spec == view.spec);
    CHECK(back.status.state == ServerState::waiting);
    CHECK(back.status.pid == 77);
    CHECK(back.status.last_exit == view.status.last_exit);
    CHECK(back.status.last_error->code == ErrorCode::died_at_start);
    CHECK(back.status.last_error->hint == "look");
    CHECK(back.created_at == view.created_at);
    view.status.reason = Reason::crash_loop;
    view.status.next_retry_at.reset();
    CHECK(wire::to_view(wire::from_view(view))->status.state == ServerState::failed);
    view.status.state = ServerState::running;
    CHECK(wire::to_view(wire::from_view(view))->status.state == ServerState::running);
    CHECK(wire::to_view(json(R"({"name":"x","command":"y","pid":"seven"})")).has_error());
    CHECK(wire::to_view(json(R"({"name":"x","command":5})")).has_error());
    CHECK(wire::to_view(json("[]")).has_error());
}

TEST_CASE("Runs and events are written with all that they have") {
    RunRecord run{3,
                  Timestamp(5s),
                  9,
                  Timestamp(6s),
                  Exit{{}, 11, false, Timestamp(7s)},
                  StartStage::exec,
                  Ending::crashed,
                  "node x"};
    const Json written = wire::from_run(run);
    CHECK(written["run"] == 3);
    CHECK(written["exit"]["signal"] == 11);
    CHECK(written["stage"] == "exec");
    CHECK(written["command"] == "node x");
    Event event{12,    Timestamp(1s), "server:exited", "srv_abcdefghij23",
                "web", "agent",       "it ended",      R"({"code":1})"};
    const Json shown = wire::from_event(event);
    CHECK(wire::to_text(shown).find(
              R"({"sequence":12,"at":"1970-01-01T00:00:01Z","type":"server:exited","serverId")") == 0);
    CHECK(shown["message"] == "it ended");
    CHECK(shown["detail"] == json(R"({"code":1})"));
    event.detail = "not json";
    CHECK_FALSE(wire::from_event(event).contains("detail"));
}

TEST_CASE("Envelopes carry data, a message or an error") {
    CHECK(wire::success(json("[1]")) == R"({"success":true,"data":[1]})");
    CHECK(wire::success_message("done \xff") == "{\"success\":true,\"message\":\"done \xef\xbf\xbd\"}");
    CHECK(wire::success(json("{}"), "done") == R"({"success":true,"message":"done","data":{}})");
    CHECK(wire::open_envelope(R"({"success":true,"data":[1]})").value() == json("[1]"));
    CHECK(wire::open_envelope(R"({"success":true,"message":"x"})")->is_null());
    for (const char* bad : {"", "[]", "{}", R"({"success":1})", "null"})
        CHECK(wire::open_envelope(bad).error().code == ErrorCode::internal_error);
}

TEST_CASE("Every error code comes back from its envelope") {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal_error); ++i) {
        const Error error{static_cast<ErrorCode>(i), "why", R"({"x":[1]})", "do this"};
        const auto back = wire::open_envelope(wire::failure(error));
        REQUIRE(back.has_error());
        CHECK(back.error().code == error.code);
        CHECK(back.error().message == "why");
        CHECK(back.error().hint == "do this");
        CHECK(contains(back.error().details.json(), "\"x\":[1]"));
    }
    const Error missing{ErrorCode::server_not_found, "server \"x\" not found, did you mean 'y'?"};
    CHECK(wire::failure(missing) ==
          R"({"success":false,"error":"Server not found","code":"SERVER_NOT_FOUND","details":)"
          R"({"message":"server \"x\" not found, did you mean 'y'?"}})");
    CHECK(wire::open_envelope(wire::failure(missing)).error().message == missing.message);
    CHECK(wire::failure({ErrorCode::conflict, "m"}) == R"({"success":false,"error":"m","code":"CONFLICT"})");
    CHECK(contains(wire::failure({ErrorCode::cannot_launch, "m"}), R"("details":{"phase":"launch"})"));
    CHECK(wire::open_envelope(R"({"success":false})").error().code == ErrorCode::internal_error);
}

TEST_CASE("The nearest word is suggested, a far one is not") {
    constexpr std::array<std::string_view, 4> words{"start", "status", "restart", "remove"};
    CHECK(closest("strat", words) == "start");
    CHECK(closest("STATUS", words) == "status");
    CHECK(closest("rem", words) == "remove");
    CHECK_FALSE(closest("xyzzy", words).has_value());
    CHECK_FALSE(closest("", words).has_value());
    CHECK(did_you_mean("statu", words) == ", did you mean 'status'?");
    constexpr std::array<std::string_view, 2> letters{"k", "db"};
    CHECK_FALSE(closest("x", letters).has_value());
    CHECK(closest("bd", letters) == "db");
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ab", "ba") == 1);
    CHECK(edit_distance(std::string(65, 'a'), "a") > 64);
}

TEST_CASE("A list of very many problems is cut and says so") {
    std::string text = R"({"name":"a","command":"x","config":{"environment":{)";
    for (int i = 0; i < 80; ++i) text += (i > 0 ? ",\"A" : "\"A") + std::to_string(i) + "\":1";
    const auto spec = wire::to_spec(wire::parse(text + "}}}").value());
    CHECK(contains(spec.error().message, "and 30 more problems"));
}
