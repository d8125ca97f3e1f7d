#include "common/risks.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

std::vector<std::string> names_of(const ServerSpec& spec) {
    std::vector<std::string> names;
    for (const auto& risk : risks_of(spec)) names.emplace_back(risk.name);
    return names;
}

ServerSpec image() {
    ServerSpec spec;
    spec.name = "a";
    spec.type = ServerType::container;
    spec.source = ImageSource{"alpine"};
    return spec;
}

std::vector<std::string> names_of_command(std::vector<std::string> words) {
    ServerSpec spec;
    spec.name = "a";
    CommandSource source{words.front(), {words.begin() + 1, words.end()}};
    spec.source = source;
    return names_of(spec);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what a container's volumes reach is a risk by what lies there") {
    struct Row {
        const char* volume;
        Names names;
    };
    for (const Row& row : {Row{"/:/host", {"host-root"}}, Row{"//:/host:ro", {"host-root"}},
                           Row{"/tmp/..:/host", {"host-root"}}, Row{"/etc:/e", {"host-folder"}},
                           Row{"/etc/ssl/:/e:ro", {"host-folder"}}, Row{"/home:/h", {"host-folder"}},
                           Row{"/var/run/docker.sock:/var/run/docker.sock", {"engine-socket"}},
                           Row{"/run/user/1000/podman/podman.sock:/s", {"engine-socket"}},
                           Row{"/var/run:/r", {"engine-socket"}}, Row{"/home/me/notes:/data", {}},
                           Row{"data:/data", {}}, Row{"/var/lib/me:/data", {}}, Row{"/etcetera:/e", {}}}) {
        auto spec = image();
        spec.volumes = {row.volume};
        CAPTURE(row.volume);
        CHECK(names_of(spec) == row.names);
    }
}

TEST_CASE("a container's capabilities, network and ports are risks when they reach the machine") {
    auto spec = image();
    spec.container.capabilities = {"NET_BIND_SERVICE", "CHOWN"};
    spec.ports = {"8080:80", "127.0.0.1:81:80"};
    CHECK(names_of(spec).empty());
    spec.container.capabilities = {"CAP_SYS_ADMIN"};
    spec.container.network = "host";
    CHECK(names_of(spec) == Names{"capability", "host-network"});
    spec.container = {};
    spec.ports = {"0.0.0.0:8080:80"};
    CHECK(names_of(spec) == Names{"open-port"});
    CHECK(risks_of(spec).front().sentence ==
          "its port can be reached from other machines (-p 0.0.0.0:8080:80)");
}

TEST_CASE("a command that runs a container is read as its engine reads it") {
    CHECK(names_of_command({"docker", "run", "-i", "--rm", "alpine"}).empty());
    CHECK(names_of_command({"/usr/bin/docker", "run", "-i", "--rm", "-v", "/:/host", "alpine"}) ==
          Names{"host-root"});
    CHECK(names_of_command({"podman", "run", "-it", "-v/:/host", "alpine"}) == Names{"host-root"});
    CHECK(names_of_command({"docker", "container", "run", "--volume=/:/host", "alpine"}) ==
          Names{"host-root"});
    CHECK(names_of_command({"docker", "run", "--mount", "type=bind,source=/,target=/host", "alpine"}) ==
          Names{"host-root"});
    CHECK(names_of_command({"docker", "run", "--privileged", "--pid=host", "--net", "host", "alpine"}) ==
          Names{"privileged", "host-network", "host-namespace"});
    CHECK(names_of_command({"docker", "run", "--privileged=false", "alpine"}).empty());
    CHECK(names_of_command({"nerdctl", "run", "--cap-add=sys_admin", "alpine"}) == Names{"capability"});
    CHECK(names_of_command({"docker", "run", "-p", "8080:80", "-p", "127.0.0.1:1:1", "alpine"}) ==
          Names{"open-port"});
    CHECK(names_of_command({"docker", "run", "--security-opt", "seccomp=unconfined", "alpine"}) ==
          Names{"privileged"});
    // Words behind the image are the program's, and the values of options are no options.
    CHECK(names_of_command({"sudo", "-u", "me", "docker", "run", "-v", "/:/h", "alpine"}) ==
          Names{"host-root"});
    CHECK(names_of_command({"env", "A=1", "podman", "run", "--privileged", "alpine"}) == Names{"privileged"});
    CHECK(names_of_command({"sh", "-c", "exec docker run -i --rm -v /:/h alpine"}) == Names{"host-root"});
    CHECK(names_of_command({"sh", "-c", "echo docker"}).empty());
    CHECK(names_of_command({"sudo"}).empty());
    CHECK(names_of_command({"docker", "run", "-e", "--privileged", "alpine", "-v", "/:/host"}).empty());
    CHECK(names_of_command({"docker", "ps", "-v", "/:/host"}).empty());
    CHECK(names_of_command({"node", "run", "-v", "/:/host"}).empty());
}

TEST_CASE("a policy refuses what it names, with the sentence") {
    auto spec = image();
    spec.volumes = {"/:/host"};
    CHECK(check_policy(spec, {}));
    CHECK(check_policy(spec, {"host-network"}));
    CHECK(check_policy(image(), {"all"}));
    for (const char* name : {"host-root", "all"}) {
        const auto refused = check_policy(spec, {name});
        CHECK(refused.error().code == ErrorCode::forbidden);
        CHECK(refused.error().message ==
              "the policy of this agent refuses \"a\": it reaches every file of this machine (-v /:/host)");
    }
}

TEST_CASE("only names of risks are names") {
    CHECK(is_risk_name("host-root"));
    CHECK_FALSE(is_risk_name("root"));
    CHECK_FALSE(is_risk_name("all"));
    CHECK(risk_names().starts_with("host-root, engine-socket, "));
}
