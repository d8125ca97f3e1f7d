// Restarts for changed files, with real folders, inotify and a supervisor of scripted instances.
#include "agent/disk/file_changes.hpp"
#include "agent/watch/change_watch.hpp"
#include "common/file_record.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <type_traits>

using namespace mcpm;
using namespace mcpm::test;

namespace {

void write(const std::filesystem::path& file, const std::string& text = "x") {
    std::ofstream(file) << text;
}

struct Watching : mcpm::test::House {
    explicit Watching(ChangeWatchOptions options = brisk()) {
        project = folder / "project";
        std::filesystem::create_directories(project / "src");
        watch.emplace(
            loop, workers, *supervisor, folder / "own",
            [this](const std::string&, const std::string& text) { said.push_back(text); }, log, options);
        watch->start();
    }
    ~Watching() { run(watch->close()); }

    static ChangeWatchOptions brisk() {
        ChangeWatchOptions options;
        options.quiet = Duration(30);
        options.at_most = Duration(300);
        return options;
    }
    void begin(std::vector<std::string> patterns, std::size_t folders) {
        auto made = spec("web");
        made.cwd = project.string();
        made.watch = std::move(patterns);
        made.restart.mode = RestartMode::never;
        define(std::move(made));
        REQUIRE(start("web"));
        REQUIRE(until([&] { return watch->watched_folders() == folders; }));
    }
    bool has_said(const std::string& text) const {
        for (const auto& one : said)
            if (one.find(text) != std::string::npos) return true;
        return false;
    }

    std::filesystem::path project;
    Workers workers{1};
    AgentLog log{LogLevel::fatal};
    std::vector<std::string> said;
    std::optional<ChangeWatch> watch;
};

}  // namespace

TEST_CASE("A changed file that is named restarts its server, and the log says which it was") {
    Watching house;
    house.begin({"*.py"}, 2);
    write(house.project / "src" / "server.py");
    REQUIRE(house.until([&] { return house.status("web").run == 2; }));
    CHECK(house.has_said("src/server.py changed"));
}

TEST_CASE("Many changes are one restart, and one that nobody named is none") {
    Watching house;
    house.begin({"*.py"}, 2);
    write(house.project / "notes.txt");
    for (int at = 0; at < 50; ++at) write(house.project / ("m" + std::to_string(at) + ".py"));
    REQUIRE(house.until(
        [&] { return house.status("web").run == 2 && house.status("web").state == ServerState::running; }));
    CHECK(house.said.size() == 1);
    CHECK_FALSE(house.has_said("notes.txt"));
}

TEST_CASE("A folder that is made later is watched too, with what lies in it already") {
    Watching house;
    house.begin({"*.py"}, 2);
    std::filesystem::create_directories(house.project / "new" / "deep");
    write(house.project / "new" / "deep" / "a.py");
    REQUIRE(house.until([&] { return house.status("web").run == 2; }));
    REQUIRE(house.until([&] { return house.watch->watched_folders() == 4; }));
    write(house.project / "new" / "deep" / "a.py", "y");
    CHECK(house.until([&] { return house.status("web").run == 3; }));
}

TEST_CASE("A server that ended is started by a change, one that somebody stopped is not") {
    Watching house;
    house.begin({"*.py"}, 2);
    auto& script = house.world.scripts[house.supervisor->find("web").value().id];
    script.exits_at_once = 1;
    write(house.project / "a.py");
    REQUIRE(house.until([&] { return house.status("web").state == ServerState::failed; }));
    script.exits_at_once.reset();
    write(house.project / "a.py", "mended");
    REQUIRE(house.until([&] { return house.status("web").state == ServerState::running; }));
    REQUIRE(house.stop("web"));
    CHECK(house.until([&] { return house.watch->watched_folders() == 0; }));
}

TEST_CASE("More folders than there may be are said, and the others are watched") {
    auto options = Watching::brisk();
    options.folders_per_server = 3;
    Watching house(options);
    for (int at = 0; at < 5; ++at) std::filesystem::create_directories(house.project / std::to_string(at));
    house.begin({"*.py"}, 3);
    CHECK(house.until([&] { return house.has_said("not all of"); }));
    CHECK(house.has_said("3 watched folders at most"));
    write(house.project / "a.py");
    CHECK(house.until([&] { return house.status("web").run == 2; }));
}

TEST_CASE("A definition with other patterns is watched by them") {
    Watching house;
    house.begin({"*.py"}, 2);
    auto made = house.supervisor->find("web").value().spec;
    made.watch = {"/*.js"};
    REQUIRE(house.run(house.supervisor->update("web", made, "uid:1000")));
    REQUIRE(house.until([&] { return house.watch->watched_folders() == 1; }));
    write(house.project / "a.py");
    write(house.project / "a.js");
    REQUIRE(house.until([&] { return house.status("web").run == 2; }));
    CHECK(house.has_said("a.js changed"));
}

TEST_CASE("A container's folders of this machine are watched, and nothing of a remote server") {
    ServerSpec container;
    container.type = ServerType::container;
    container.source = ImageSource{"image"};
    container.volumes = {"/srv/a:/a", "named:/b", "/srv/a:/c:ro"};
    container.watch = {"*"};
    CHECK(watched_roots(container, "/own") == std::vector<std::string>{"/srv/a"});
    ServerSpec process;
    process.watch = {"*"};
    CHECK(watched_roots(process, "/own") == std::vector<std::string>{"/own"});
    process.cwd = "/home/ann";
    CHECK(watched_roots(process, "/own") == std::vector<std::string>{"/home/ann"});
    process.type = ServerType::remote;
    CHECK(watched_roots(process, "/own").empty());
}

// One program holds both: two types of one name would make it end at the first package file that was changed.
TEST_CASE("Changed files of a package are told beside those of watched folders") {
    Watching house;
    const auto package = house.folder / "package";
    std::filesystem::create_directories(package);
    for (const char* name : {"gone.js", "index.js"}) write(package / name);
    const auto record = make_file_record(package).value();
    house.begin({"src/*.js"}, 2);
    write(house.project / "src" / "a.js");
    CHECK(house.until([&] { return house.has_said("src/a.js"); }));
    write(package / "index.js", "more");
    std::filesystem::remove(package / "gone.js");
    const std::vector<FileChange> expected{{"index.js", "was changed"}, {"gone.js", "is gone"}};
    CHECK(compare_with_record(package, record, Look::quick).value() == expected);
    static_assert(!std::is_same_v<FileChange, FolderChange>);
}
