#include "cli/dev_words.hpp"
#include "cli/line_mailbox.hpp"
#include "common/watch_patterns.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace mcpm::cli;

namespace {

Json server(const std::string& name, const std::string& owner = "") {
    Json one{{"name", name}};
    if (!owner.empty()) one["config"] = Json{{"labels", Json{{dev_label, owner}}}};
    return one;
}

}  // namespace

TEST_CASE("A temporary server is called by its folder, and by a number where that is taken") {
    CHECK(dev_name("/home/ann/weather", Json::array()) == "dev-weather");
    CHECK(dev_name("/home/ann/weather", Json::array({server("dev-weather")})) == "dev-weather-2");
    CHECK(dev_name("/home/ann/weather", Json::array({server("dev-weather"), server("dev-weather-2")})) ==
          "dev-weather-3");
    CHECK(dev_name("/home/ann/it's; mine", Json::array()) == "dev-it-s--mine");
    CHECK(dev_name("/", Json::array()) == "dev");
}

TEST_CASE("Sources restart it, and the files that its command names") {
    const auto is_file = [](const std::string& path) {
        return path.ends_with(".bin") || path.ends_with(".txt");
    };
    const auto patterns =
        dev_patterns({"./out/server.bin", "--port", "80", "a[1].txt", "/etc/x.txt"}, "/p", is_file);
    const mcpm::WatchPatterns watch(patterns);
    CHECK(mcpm::watch_problem(patterns).empty());
    CHECK(watch.matches("server.py"));
    CHECK(watch.matches("src/index.ts"));
    CHECK(watch.matches("out/server.bin"));
    CHECK_FALSE(watch.matches("other/server.bin"));
    CHECK(watch.matches("a[1].txt"));
    CHECK_FALSE(watch.matches("notes.txt"));
    CHECK_FALSE(watch.matches("data.json"));
    CHECK_FALSE(watch.may_hold("target"));
    CHECK(pattern_for_file("/p/../q", "/p").empty());
    CHECK(pattern_for_file("/p", "/p").empty());
}

TEST_CASE("A server is left behind when the process that made it is gone, though its number is another's") {
    const std::string owner = dev_owner();
    // What else a process is told by (its memory, its times) changes while it lives.
    const std::vector<char> more(64UL << 20U, 'x');
    CHECK(more.back() == 'x');
    CHECK(is_alive(owner));
    CHECK_FALSE(is_alive(std::to_string(::getpid()) + ".1"));
    CHECK_FALSE(is_alive("0.0"));
    CHECK_FALSE(is_alive("../../etc.1"));
    CHECK_FALSE(is_alive(""));
    const Json servers = Json::array(
        {server("mine", dev_owner()), server("left", std::to_string(::getpid()) + ".1"), server("files")});
    CHECK(left_behind(servers) == std::vector<std::string>{"left"});
}

TEST_CASE("A line of the log has its time of day, and one of mcpm's own a mark") {
    const Json line{{"time", "2026-11-28T22:40:17.123456789Z"}, {"text", "hello"}};
    CHECK(dev_log_line(line, "hello\n") == "22:40:17.123 | hello\n");
    Json note = line;
    note["note"] = true;
    CHECK(dev_log_line(note, "run 2 started") == "22:40:17.123 * run 2 started\n");
}

TEST_CASE("Lines that come faster than they are read are counted, and that is said") {
    LineMailbox box(10);
    box.put("12345\n");
    box.put("67890\n");
    box.put("x\n");
    const std::string taken = box.take();
    CHECK(taken.find("12345\n") == 0);
    CHECK(taken.find("x\n") != std::string::npos);
    CHECK(taken.find("1 left out") != std::string::npos);
    CHECK(box.take().empty());
}
