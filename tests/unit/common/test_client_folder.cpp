#include "common/client_folder.hpp"
#include "common/spec_rules.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

ServerSpec of(std::string cwd, std::vector<std::string> arguments) {
    ServerSpec spec;
    spec.name = "web";
    spec.cwd = std::move(cwd);
    spec.source = CommandSource{"node", std::move(arguments)};
    return spec;
}

bool is_refused(const ServerSpec& spec) {
    return !find_problems(spec).empty();
}

}  // namespace

TEST_CASE("A client's folder stands where the definition names it") {
    const ServerSpec spec =
        of("${client.root}/srv", {"--dir=${client.cwd}", "${client.cwd}:${client.root}", "$HOME"});
    CHECK(wants_client_folder(spec));
    const ServerSpec filled = with_client_folder(spec, {"/p/sub", "/p"});
    CHECK(filled.cwd == "/p/srv");
    CHECK(std::get<CommandSource>(filled.source).arguments ==
          std::vector<std::string>{"--dir=/p/sub", "/p/sub:/p", "$HOME"});
    CHECK_FALSE(wants_client_folder(filled));
    CHECK(with_client_folder(spec, {"/p", ""}).cwd == "/p/srv");
    CHECK_FALSE(wants_client_folder(of("/p", {"x"})));
    // What stands in a folder's name is no placeholder.
    CHECK(with_client_folder(of("${client.cwd}", {}), {"/${client.root}", "/r"}).cwd == "/${client.root}");
}

TEST_CASE("Placeholders are of a process that speaks on its standard input, and known ones") {
    CHECK_FALSE(is_refused(of("${client.cwd}", {"${client.root}"})));
    CHECK(is_refused(of("${client.home}", {})));
    CHECK(is_refused(of("x${client.cwd}", {})));
    CHECK(is_refused(of("", {"${client.}"})));
    ServerSpec http = of("${client.cwd}", {});
    http.transport = Transport::http;
    CHECK(is_refused(http));
    CHECK(client_folder_problem("$${client.cwd}").empty());
}

TEST_CASE("Only what can be a folder is believed") {
    CHECK(is_client_folder("/home/ann"));
    CHECK_FALSE(is_client_folder("home"));
    CHECK_FALSE(is_client_folder(""));
    CHECK_FALSE(is_client_folder(std::string("/a\0b", 4)));
    CHECK_FALSE(is_client_folder("/" + std::string(5000, 'a')));
}

TEST_CASE("A project's root is the nearest folder with a mark of one") {
    const test::TemporaryFolder folder;
    const auto deep = folder.path() / "project" / "src" / "deep";
    std::filesystem::create_directories(deep);
    std::filesystem::create_directories(folder.path() / "project" / ".git");
    CHECK(project_root(deep.string()) == (folder.path() / "project").string());
    CHECK(project_root("/nowhere/at/all") == "/nowhere/at/all");
}
