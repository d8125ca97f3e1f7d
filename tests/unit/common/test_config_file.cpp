#include "common/config_file.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

Environment given(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

std::vector<std::string> problems_of(std::string_view yaml, const Environment& environment = given({})) {
    std::vector<std::string> out;
    for (const auto& problem : parse_config(yaml, environment).problems)
        out.push_back(std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
                      problem.message);
    return out;
}

}  // namespace

TEST_CASE("Every key is read from the file") {
    const auto reading = parse_config(
        "log_level: debug\n"
        "logs:\n  segment_size: 1MiB\n  server_budget: 2MiB\n  total_budget: 3MiB\n"
        "  max_age: 7d\n  max_segments: 5\n"
        "start_concurrency: 3\n"
        "own_per_server: 2\n"
        "own_total: 9\n"
        "http:\n  max_body: 64k\n  max_connections: 7\n  idle_timeout: 5s\n"
        "  listen: [\"0.0.0.0:80\", \"[::1]:0\"]\n  auth: token\n  allowed_hosts: [box, \"box:8080\"]\n"
        "  allowed_origins: [\"https://app.example\"]\n"
        "  requests_per_second: 9\n  failures_per_minute: 3\n  public_url: https://example.com/mcpm/\n"
        "gateway:\n  call_timeout: 1m\n  call_at_most: 2m\n  queue_timeout: 3s\n  session_idle: 4m\n"
        "  input_timeout: 8m\n  sessions: 5\n  open_per_client: 6\n  calls_per_server: 7\n  "
        "queue_per_server: 0\n"
        "calls:\n  timeout: 90\n  arguments: [files, web]\notel:\n  arguments: all\n"
        "network:\n  npm_registry: https://npm.example/\n  pypi_index: http://pypi.example/simple\n"
        "  image_mirror: mirror.example:5000/hub\n"
        "path: /usr/bin:/bin\nws_heartbeat_interval: 20000\n",
        given({}));
    REQUIRE(reading.problems.empty());
    const Config& config = reading.config;
    CHECK(config.log_level == LogLevel::debug);
    CHECK(config.logs.segment_size == 1048576);
    CHECK(config.logs.server_budget == 2097152);
    CHECK(config.logs.total_budget == 3145728);
    CHECK(config.logs.max_age == 24h * 7);
    CHECK(config.logs.max_segments == 5);
    CHECK(config.start_concurrency == 3);
    CHECK(config.own_per_server == 2);
    CHECK(config.own_total == 9);
    CHECK(config.http.max_body == 65536);
    CHECK(config.http.max_connections == 7);
    CHECK(config.http.idle_timeout == 5s);
    CHECK(config.http.listen == std::vector<ListenAddress>{{"0.0.0.0", 80}, {"::1", 0}});
    CHECK(config.http.auth == HttpAuth::token);
    CHECK(config.http.allowed_hosts == std::vector<std::string>{"box", "box:8080"});
    CHECK(config.http.allowed_origins == std::vector<std::string>{"https://app.example"});
    CHECK(config.http.public_url == "https://example.com/mcpm");
    CHECK(config.http.heartbeat == 20s);
    CHECK(config.http.requests_per_second == 9);
    CHECK(config.http.failures_per_minute == 3);
    CHECK(config.gateway.call_timeout == 1min);
    CHECK(config.gateway.call_at_most == 2min);
    CHECK(config.gateway.queue_timeout == 3s);
    CHECK(config.gateway.session_idle == 4min);
    CHECK(config.gateway.input_timeout == 8min);
    CHECK(config.gateway.sessions == 5);
    CHECK(config.gateway.open_per_client == 6);
    CHECK(config.gateway.calls_per_server == 7);
    CHECK(config.gateway.queue_per_server == 0);
    CHECK(config.call_timeout == 90s);
    CHECK(config.arguments.kept == std::vector<std::string>{"files", "web"});
    CHECK(config.arguments.traced == std::vector<std::string>{"all"});
    CHECK(config.path == "/usr/bin:/bin");
    CHECK(config.network.npm_registry == "https://npm.example/");
    CHECK(config.network.image_mirror == "mirror.example:5000/hub");
    CHECK(config.network.pypi_index == "http://pypi.example/simple");
    CHECK(config_keys().size() == 64);
}

TEST_CASE("The former names of keys are read on, in the file and in the environment") {
    const auto reading = parse_config("private_per_server: 2\n", given({{"MCPM_PRIVATE_TOTAL", "9"}}));
    CHECK(reading.problems.empty());
    CHECK(reading.config.own_per_server == 2);
    CHECK(reading.config.own_total == 9);
    const auto problems = problems_of("private_total: x\n", given({}));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] == "1:1 own_total: expected a whole number from 0 to 4096, found x");
}

TEST_CASE("a policy refuses risks by their names, or all") {
    const Environment none = [](const char*) { return std::optional<std::string>(); };
    const auto reading = parse_config("policy:\n  refuse: [host-root, engine-socket]\n", none);
    CHECK(reading.problems.empty());
    CHECK(reading.config.refused_risks == std::vector<std::string>{"host-root", "engine-socket"});
    CHECK(parse_config("policy: {refuse: all}\n", none).config.refused_risks ==
          std::vector<std::string>{"all"});
    const auto bad = parse_config("policy:\n  refuse: [root]\n", none);
    REQUIRE(bad.problems.size() == 1);
    CHECK(bad.problems[0].message.find("all, or names of risks: host-root, ") != std::string::npos);
}

TEST_CASE("The environment wins over the file, and our name over LOG_LEVEL") {
    const auto environment =
        given({{"LOG_LEVEL", "error"}, {"MCPM_LOGS_SEGMENT_SIZE", "128k"}, {"MCPM_PATH", ""}});
    const auto reading = parse_config("log_level: debug\nlogs.segment_size: 1MiB\npath: /bin\n", environment);
    CHECK(reading.problems.empty());
    CHECK(reading.config.log_level == LogLevel::error);
    CHECK(reading.config.logs.segment_size == 131072);
    CHECK(reading.config.path == "/bin");
    CHECK(parse_config("", given({{"LOG_LEVEL", "error"}, {"MCPM_LOG_LEVEL", "warning"}})).config.log_level ==
          LogLevel::warning);
}

TEST_CASE("Every bad key and value is said at once, with its place and what was expected") {
    const auto problems = problems_of(
        "log_levl: debug\n"
        "logs:\n  segment_size: big\n  max_segments: 1\n  colour: x\n"
        "http: 5\n"
        "calls:\n"
        "path: bin\n"
        "start_concurrency: [1]\n"
        "log_level: loud\n"
        "logs.max_age: 99999d\n",
        given({{"MCPM_HTTP_MAX_BODY", "none"}}));
    REQUIRE(problems.size() == 10);
    CHECK(problems[0] == "1:1 unknown key log_levl, did you mean 'log_level'?");
    CHECK(problems[1] == "3:3 logs.segment_size: expected a size from 64KiB to 1GiB, found big");
    CHECK(problems[2] == "4:3 logs.max_segments: expected a whole number from 2 to 100000, found \"1\"");
    CHECK(problems[3].find("5:3 unknown key logs.colour") == 0);
    CHECK(problems[4] == "6:1 http: expected a map of keys");
    CHECK(problems[5] == "8:1 path: expected absolute folders with : between them, found bin");
    CHECK(problems[6].find("9:1 start_concurrency: expected") == 0);
    CHECK(problems[7] == "10:1 log_level: expected error, warning, info or debug, found loud");
    CHECK(problems_of("", given({{"MCPM_HTTP_MAX_BODY", "none"}})).at(0) ==
          "0:0 MCPM_HTTP_MAX_BODY: expected a size from 1KiB to 1GiB, found none");
    CHECK(problems_of("[]").at(0) == "1:1 expected a map of keys");
    CHECK(problems_of("a: [").at(0).find("not valid YAML") != std::string::npos);
}

TEST_CASE("A missing file means the defaults, a bad one stops with its name") {
    char folder[] = "/tmp/mcpm-test-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::filesystem::path file = std::filesystem::path(folder) / "config.yaml";
    CHECK(read_config(file, given({}))->start_concurrency == 16);
    CHECK_NOTHROW(static_cast<void>(read_config(file)));
    std::FILE* out = std::fopen(file.c_str(), "w");
    REQUIRE(out != nullptr);
    std::fputs("start_concurrency: 0\nx: 1\n", out);
    std::fclose(out);
    const auto bad = read_config(file, given({}));
    REQUIRE(bad.has_error());
    CHECK(bad.error().message.find(file.string() + ":1:1: start_concurrency") == 0);
    CHECK(bad.error().message.find(file.string() + ":2:1: unknown key") != std::string::npos);
    CHECK(read_config(folder, given({})).error().message.find("open /tmp") == 0);
    CHECK(read_config(file / "x", given({})).error().message.find("open /tmp") == 0);
    std::filesystem::remove_all(folder);
}

TEST_CASE("TCP is on two loopback ports by default, and off when the list is empty") {
    const auto standard = parse_config("", given({})).config.http.listen;
    CHECK(standard == std::vector<ListenAddress>{{"127.0.0.1", 3000}, {"127.0.0.1", 3001}});
    CHECK(parse_config("", given({{"MCPM_HTTP_LISTEN", ""}})).config.http.listen.empty());
    CHECK(parse_config("", given({{"MCPM_HTTP_LISTEN", "off"}})).config.http.listen.empty());
    CHECK(parse_config("http: {listen: []}\n", given({})).config.http.listen.empty());
    CHECK(parse_config("http: {listen: off}\n", given({})).config.http.listen.empty());
    const auto two = parse_config("", given({{"MCPM_HTTP_LISTEN", "8080, [::1]:8081"}})).config.http.listen;
    CHECK(two == std::vector<ListenAddress>{{"127.0.0.1", 8080}, {"::1", 8081}});
}

TEST_CASE("Without a credential nothing but loopback is listened on") {
    CHECK(problems_of("http: {auth: none}\n").empty());
    const auto problems = problems_of("http: {auth: none, listen: [\"127.0.0.1:1\", \"0.0.0.0:2\"]}\n");
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].find("0.0.0.0:2") != std::string::npos);
    CHECK(problems_of("", given({{"MCPM_HTTP_AUTH", "none"}, {"MCPM_HTTP_LISTEN", "[::]:3000"}})).size() ==
          1);
}

TEST_CASE("A bad address, host, origin or way to authenticate is said with what was expected") {
    for (const char* yaml :
         {"http: {listen: [localhost]}\n", "http: {listen: \"box:80\"}\n", "http: {listen: [[]]}\n",
          "http: {auth: maybe}\n", "http: {allowed_hosts: [\"*\"]}\n", "http: {allowed_origins: [\"*\"]}\n",
          "http: {allowed_origins: [\"https://a/b\"]}\n", "http: {listen: {a: 1}}\n"}) {
        CAPTURE(yaml);
        CHECK(problems_of(yaml).size() == 1);
    }
}

TEST_CASE("The database is placed by an absolute path, with three slashes or four") {
    for (const auto& [url, place] :
         {std::pair{"sqlite:////srv/mcpm/mcpm.db", "/srv/mcpm/mcpm.db"},
          std::pair{"sqlite:///srv/mcpm/mcpm.db", "/srv/mcpm/mcpm.db"},
          std::pair{"SQLite:////srv//mcpm.db", "/srv/mcpm.db"}, std::pair{"sqlite:////mcpm.db", "/mcpm.db"},
          std::pair{"sqlite:////srv/two words/ü.db", "/srv/two words/ü.db"}}) {
        CAPTURE(url);
        CHECK(parse_config("", given({{"DATABASE_URL", url}})).config.database == place);
        const auto reading = parse_config("database: {url: \"" + std::string(url) + "\"}\n", given({}));
        CHECK(reading.problems.empty());
        CHECK(reading.config.database == place);
    }
    const auto both =
        given({{"DATABASE_URL", "sqlite:////a/b.db"}, {"MCPM_DATABASE_URL", "sqlite:////c/d.db"}});
    CHECK(parse_config("", both).config.database == "/c/d.db");
}

TEST_CASE("What is no place for the database is refused, and passed over where it may be another program's") {
    for (const char* url :
         {"postgres://me:s3cr3t@db.example/app", "mysql://db/app", "sqlite:///app.db", "sqlite:///./app.db",
          "sqlite:///../app.db", "sqlite:////srv/../etc/x.db", "sqlite://app.db", "sqlite:app.db",
          "sqlite://", "sqlite:///:memory:", "sqlite::memory:", "sqlite:////srv/mcpm/",
          "sqlite:////srv/x.db?mode=ro", "file:./dev.db", "/srv/mcpm.db", "mcpm.db", "sqlite:////srv/a\nb"}) {
        CAPTURE(url);
        const auto ours = parse_config("", given({{"MCPM_DATABASE_URL", url}}));
        CHECK(ours.unused.empty());
        REQUIRE(ours.problems.size() == 1);
        const std::string& said = ours.problems[0].message;
        CHECK(
            said.starts_with("MCPM_DATABASE_URL: expected an absolute path as sqlite:////srv/mcpm/mcpm.db"));
        CHECK(said.find("s3cr3t") == std::string::npos);
        CHECK(ours.config.database.empty());
        // What the file says holds: the variable was meant for another program.
        const auto theirs =
            parse_config("database.url: sqlite:////srv/mcpm.db\n", given({{"DATABASE_URL", url}}));
        CHECK(theirs.problems.empty());
        CHECK(theirs.config.database == "/srv/mcpm.db");
        REQUIRE(theirs.unused.size() == 1);
        CHECK(theirs.unused[0].sentence.starts_with("DATABASE_URL: expected "));
        CHECK(theirs.unused[0].sentence.find("MCPM_DATABASE_URL") != std::string::npos);
        CHECK(theirs.unused[0].sentence.find("s3cr3t") == std::string::npos);
    }
    CHECK(problems_of("database: {url: app.db}\n").at(0) ==
          "1:12 database.url: expected an absolute path as sqlite:////srv/mcpm/mcpm.db, found app.db");
}

TEST_CASE("The secret of sessions has sixteen bytes or more, and is not shown") {
    const std::string secret = "0123456789abcdef";
    CHECK(parse_config("", given({{"SESSION_SECRET", secret}})).config.http.session_secret == secret);
    const auto reading = parse_config("http: {session_secret: keyboard-cat}\n", given({}));
    REQUIRE(reading.problems.size() == 1);
    CHECK(reading.problems[0].message.find("expected 16 to 4096 bytes") != std::string::npos);
    CHECK(reading.problems[0].message.find("keyboard") == std::string::npos);
    CHECK(parse_config("", given({{"SESSION_SECRET", "keyboard-cat"}})).problems.size() == 1);
    CHECK(is_secret_key("http.session_secret"));
}

TEST_CASE("Where notices and error reports go is read from the file, and from the names others know") {
    const auto reading = parse_config(
        "notify:\n  webhook: https://example.org/hook\n  email_to: [a@b.org, c@d.org]\n  desktop: on\n"
        "  email_tls: opportunistic\n  quiet_hours: 22:00-07:00\n  repeat_after: 2h\n"
        "  rules:\n    - \"slack email: crash-loop label=team=ops severity=warning\"\n    - desktop\n",
        given({{"SLACK_WEBHOOK_URL", "https://hooks.slack.example/x"}, {"SENTRY_DSN", "secret:sentry"}}));
    CHECK(reading.problems.empty());
    const auto& notify = reading.config.notify;
    CHECK(notify.slack == "https://hooks.slack.example/x");
    CHECK(notify.webhook == "https://example.org/hook");
    CHECK(notify.email_to.size() == 2);
    CHECK(notify.has_desktop);
    CHECK(notify.email_tls == MailTls::opportunistic);
    REQUIRE(notify.quiet);
    CHECK(notify.quiet->holds(23 * 60));
    CHECK(notify.quiet->holds(0));
    CHECK_FALSE(notify.quiet->holds(7 * 60));
    REQUIRE(notify.rules.size() == 2);
    CHECK(notify.rules[0].channels.size() == 2);
    CHECK(notify.rules[0].label == "team");
    CHECK(notify.rules[0].label_value == "ops");
    CHECK(notify.rules[0].least == NotifySeverity::warning);
    CHECK(reading.config.reports.sentry_dsn == "secret:sentry");
}

TEST_CASE("A mistake in where notices go is told with its line, and a secret one without its value") {
    for (const char* line :
         {"slack: hooks.slack.com/x", "webhook: ftp://x", "email_server: mail.example.org", "email_from: me",
          "email_to: a@b,c", "email_tls: yes", "desktop: maybe", "rules: [pager]", "rules: [\"slack: fire\"]",
          "rules: [\"slack: severity=low\"]", "quiet_hours: 22-7", "group: soon"}) {
        CAPTURE(line);
        const auto reading = parse_config("notify:\n  " + std::string(line) + "\n", given({}));
        REQUIRE(reading.problems.size() == 1);
        CHECK(reading.problems[0].line == 2);
    }
    const auto reading = parse_config("notify: {slack: s3cr3t-Swordfish}\n", given({}));
    REQUIRE(reading.problems.size() == 1);
    CHECK(reading.problems[0].message.find("Swordfish") == std::string::npos);
}

TEST_CASE("A variable that cannot be used and concerns an export alone turns the export off, and is told") {
    struct Row {
        const char* variable;
        const char* text;
        const char* key;  // that is as by default then
    };
    for (const Row& row :
         {Row{"SENTRY_DSN", "nonsense", "sentry.dsn"},
          Row{"SENTRY_DSN", "https://sentry.example.org/42", "sentry.dsn"},
          Row{"MCPM_SENTRY_DSN", "nonsense", "sentry.dsn"},
          Row{"SENTRY_ENVIRONMENT", "a\nb", "sentry.environment"},
          Row{"SLACK_WEBHOOK_URL", "s3cr3t-nonsense", "notify.slack"},
          Row{"MCPM_NOTIFY_DISCORD", "nonsense", "notify.discord"},
          Row{"MCPM_NOTIFY_WEBHOOK", "ftp://x", "notify.webhook"},
          Row{"MCPM_NOTIFY_WEBHOOK_SECRET", "two words", "notify.webhook"},
          Row{"MCPM_NOTIFY_EMAIL_SERVER", "mail", "notify.email_server"},
          Row{"MCPM_NOTIFY_EMAIL_PASSWORD", "two words", "notify.email_server"},
          Row{"MCPM_NOTIFY_EMAIL_TO", "me", "notify.email_server"},
          Row{"MCPM_NOTIFY_EMAIL_TLS", "maybe", "notify.email_server"},
          Row{"MCPM_NOTIFY_DESKTOP", "maybe", "notify.desktop"},
          Row{"MCPM_NOTIFY_QUIET_HOURS", "always", "notify.quiet_hours"},
          Row{"MCPM_OTEL_ARGUMENTS", "a;b", "otel.arguments"}, Row{"LOG_LEVEL", "loud", "log_level"},
          Row{"WS_HEARTBEAT_INTERVAL", "now", "ws_heartbeat_interval"}}) {
        CAPTURE(row.variable);
        // What the file says is not used in its place: it is another address than the one that was meant.
        const auto reading = parse_config(
            "log_level: debug\notel: {arguments: all}\nsentry: {dsn: \"https://k@h/1\"}\n"
            "notify: {slack: \"https://a/b\", discord: \"https://a/b\", webhook: \"https://a/b\", desktop: "
            "on,\n"
            "  email_server: \"smtp://mail\"}\n",
            given({{row.variable, row.text}}));
        CHECK(reading.problems.empty());
        REQUIRE(reading.unused.size() == 1);
        CHECK(reading.unused[0].name == row.variable);
        CHECK(reading.unused[0].key == row.key);
        CHECK(reading.unused[0].sentence.starts_with(std::string(row.variable) + ": expected "));
        CHECK(reading.unused[0].sentence.find("s3cr3t") == std::string::npos);
        const Config& config = reading.config;
        const std::string key = row.key;
        CHECK(config.reports.sentry_dsn.empty() == (key == "sentry.dsn"));
        CHECK(config.notify.slack.empty() == (key == "notify.slack"));
        CHECK(config.notify.discord.empty() == (key == "notify.discord"));
        CHECK(config.notify.webhook.empty() == (key == "notify.webhook"));
        CHECK(config.notify.email_server.empty() == (key == "notify.email_server"));
        CHECK(config.notify.has_desktop == (key != "notify.desktop"));
        CHECK(config.arguments.traced.empty() == (key == "otel.arguments"));
        CHECK(config.log_level == (key == "log_level" ? LogLevel::info : LogLevel::debug));
    }
    CHECK(parse_config("", given({{"SENTRY_DSN", " "}, {"LOG_LEVEL", "WARN"}})).unused.empty());
    // The name that wins counts.
    const auto two = parse_config("", given({{"LOG_LEVEL", "loud"}, {"MCPM_LOG_LEVEL", "error"}}));
    CHECK(two.unused.empty());
    CHECK(two.config.log_level == LogLevel::error);
}

TEST_CASE("A variable that decides who comes in, what may run or where data lies is refused") {
    for (const auto& [variable, text] :
         {std::pair{"MCPM_HTTP_AUTH", "maybe"}, std::pair{"MCPM_HTTP_LISTEN", "everywhere"},
          std::pair{"MCPM_HTTP_ALLOWED_ORIGINS", "*"}, std::pair{"MCPM_HTTP_REQUESTS_PER_SECOND", "many"},
          std::pair{"MCPM_POLICY_REFUSE", "root"}, std::pair{"MCPM_NETWORK_CA_FILE", "here"},
          std::pair{"MCPM_NETWORK_NPM_REGISTRY", "npm"}, std::pair{"MCPM_REGISTRY_URL", "registry"},
          std::pair{"MCPM_LOGS_TOTAL_BUDGET", "all"}, std::pair{"MCPM_CALLS_ARGUMENTS", "a;b"},
          std::pair{"MCPM_GATEWAY_MCPM", "maybe"}, std::pair{"MCPM_NOTIFY_RULES", "pager"}}) {
        CAPTURE(variable);
        const auto reading = parse_config("", given({{variable, text}}));
        CHECK(reading.unused.empty());
        REQUIRE(reading.problems.size() == 1);
        CHECK(reading.problems[0].message.starts_with(std::string(variable) + ": expected "));
    }
}
