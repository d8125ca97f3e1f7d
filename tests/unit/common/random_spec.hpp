// Valid definitions at random, with every field used now and then, for round-trip properties.
#pragma once

#include "common/server_spec.hpp"

#include <random>
#include <string>
#include <vector>

namespace mcpm::test {

class RandomSpec {
  public:
    explicit RandomSpec(unsigned seed) : random_(seed) {}

    ServerSpec next() {
        ServerSpec spec;
        spec.name =
            pick({"web", "ümläut 🚀", "<script>", "a: b", "- x"}).substr(0, 60) + std::to_string(counter_++);
        if (spec.name.front() == '-') spec.name.front() = '+';
        set_source(spec);
        if (chance()) spec.environment = {{"PLAIN", text()}, {"API_KEY", "s3cret" + text()}, {"N", "8080"}};
        if (chance()) spec.secrets = {{"TOKEN", "github.token"}};
        if (chance()) spec.cwd = "/srv/a b";
        if (chance()) spec.volumes = {"/a:/b:ro", "data:/c"};
        if (chance()) spec.ports = {"8080:80/udp", "80"};
        if (chance()) spec.sharing = Sharing::per_client;
        if (chance())
            spec.health = {HealthKind::http, "http://x:1/", text(), {}, ms(1000), ms(20), ms(5), 7, 2, true};
        if (chance()) spec.health = {HealthKind::command, "", "", {"curl", text()}, ms(1500)};
        if (chance()) spec.restart = {RestartMode::never, 3, ms(61000)};
        if (chance()) spec.stop_timeout = ms(0);
        if (chance()) spec.start_timeout = ms(1234);
        if (chance()) spec.idle_timeout = ms(90000);
        if (chance()) spec.resources = {1ULL << 29U, 1.5, 100U, 1024ULL};
        if (chance()) spec.resources.memory_bytes = 123456789;
        spec.lazy = chance();
        spec.enabled = !chance();
        if (chance()) spec.tools = {{"read_*"}, {"*"}, {{"a", "b"}}};
        if (chance()) spec.tools.edit["a b"] = {"two\nwords", {"x"}, {{"limit", "10"}, {"text", "true"}}};
        if (chance() && spec.type != ServerType::remote) spec.watch = {"*.py", "!build/"};
        if (chance()) spec.labels = {{"team/x", "blau"}, {"empty", ""}};
        if (chance()) spec.depends_on = {{"db", DependencyCondition::healthy}, {"true"}};
        if (chance()) spec.sandbox = "none";
        return spec;
    }

  private:
    using ms = std::chrono::milliseconds;
    bool chance() { return random_() % 3 == 0; }
    std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
    std::string text() {
        return pick({"", "true", "null", "~", "1.0", "a\nb", "\"q\"", "{x}", "# no", "ä", "0x1F", " pad ",
                     "&a", "*", "\t", "!t"});
    }
    void set_source(ServerSpec& spec) {
        PackageSource package{PackageRegistry::npm, "@scope/name", "^1.2", "", {"--flag", text()}, {}};
        switch (random_() % 5) {
            case 0:
                spec.source = CommandSource{"node", {"server.js", "--token", "abc", text()}};
                break;
            case 1:
                if (chance())
                    package.pin = PackagePin{
                        "1.2.3", "sha512-x", "/p/f", {"/usr/bin/node", "i.js"}, Timestamp(ms(1700000000123))};
                spec.source = package;
                break;
            case 2:
                spec.source = PackageSource{PackageRegistry::pypi, "name", "", "prog", {}, {}};
                break;
            case 3:
                spec.type = ServerType::container;
                spec.source = ImageSource{"ghcr.io/o/n:1", {text()}, {}};
                set_container(spec);
                break;
            default:
                spec.type = ServerType::remote;
                spec.transport = chance() ? Transport::sse : Transport::http;
                spec.source = UrlSource{"https://u.example/mcp?api_key=k", {{"Authorization", "Bearer x"}}};
        }
        if (spec.type == ServerType::process && chance()) spec.transport = Transport::none;
    }

    void set_container(ServerSpec& spec) {
        if (chance())
            std::get<ImageSource>(spec.source).pin =
                ImagePin{"sha256:" + std::string(64, 'a'), "ghcr.io/o/n@sha256:" + std::string(64, 'b'),
                         Timestamp(ms(1700000000123))};
        if (chance()) spec.container.network = "my_net";
        if (chance()) spec.container.user = "1000:1000";
        if (chance()) spec.container.capabilities = {"NET_ADMIN", "CAP_CHOWN"};
        if (chance()) spec.container.pull = PullPolicy::never;
        if (chance()) spec.container.platform = "linux/arm64/v8";
        if (chance()) spec.container.entrypoint = {"/bin/x", text()};
        if (chance()) spec.container.path = "/v1/mcp";
        spec.container.read_only = chance();
        spec.container.secrets_as_environment = chance();
    }

    std::mt19937 random_;
    unsigned counter_ = 0;
};

}  // namespace mcpm::test
