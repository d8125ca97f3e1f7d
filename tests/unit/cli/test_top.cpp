#include "cli/screen.hpp"
#include "cli/text_width.hpp"
#include "cli/top_frame.hpp"
#include "common/units.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

const Timestamp now = *parse_time("2026-11-28T12:00:00Z");

TopRow running(std::string name, double cpu, std::uint64_t memory, std::int64_t calls) {
    TopRow row{"srv_" + name, name, ShownStatus::running, Health::healthy, ""};
    row.cpu_percent = cpu;
    row.memory_bytes = memory;
    row.processes = 2;
    row.calls = calls;
    row.pid = "4321";
    row.started_at = "2026-11-28T10:00:00Z";
    return row;
}

TopState with_servers() {
    TopState state;
    std::vector<TopRow> rows{running("files", 0.5, 12U << 20U, 12),
                             running("git-with-a-long-name", 93.5, 250U << 20U, 4000),
                             running("日本語", 0, 1U << 20U, 0)};
    rows[1].health = Health::unhealthy;
    rows[1].errors = 7;
    rows.push_back({"srv_x", "web", ShownStatus::stopped, Health::unknown, ""});
    rows.push_back({"srv_y", "worker", ShownStatus::error, Health::unknown, "crash-loop"});
    state.take(rows);
    return state;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (auto line : lines) {
        while (line.ends_with(' ')) line.pop_back();
        text += line + "\n";
    }
    return text;
}

std::string frame(const TopState& state, std::size_t columns, std::size_t lines = 10) {
    return joined(top_frame(state, {columns, lines}, now, Paint::no));
}

std::string name_of_selected(const TopState& state) {
    return state.shown().at(state.selected())->name;
}

constexpr TopSize usual{80, 24};

}  // namespace

TEST_CASE("Each line of the help has room on 60 columns") {
    TopState state;
    state.press("?", usual);
    REQUIRE(state.panel());
    CHECK(panel_text(*state.panel(), 60).size() == state.panel()->lines.size());
}

TEST_CASE("No line is wider than the terminal, and there are as many as it has") {
    auto state = with_servers();
    for (const char* const key : {"", "?", "q", "/"}) {
        state.press(key, usual);
        for (const std::size_t columns : {20U, 40U, 60U, 80U, 120U, 200U}) {
            for (const std::size_t lines : {1U, 3U, 10U, 50U}) {
                const auto shown = top_frame(state, {columns, lines}, now, Paint::no);
                CHECK(shown.size() == lines);
                for (const auto& line : shown) CHECK(text_width(line) <= columns);
            }
        }
    }
}

TEST_CASE("Sixty columns have the state, the health and the main figures") {
    CHECK(frame(with_servers(), 60) == R"(mcpm top  3 of 5 running  1 in error  1 unhealthy  CPU 94.0%
git-with-a-long-name: unhealthy; w says why
  NAME          STATE     HEALTH     CPU%▾    MEMORY   CALLS
> git-with-a-…  running   unhealthy   93.5    250MiB    4000
  files         running   healthy      0.5     12MiB      12
  日本語        running   healthy      0.0      1MiB       0
  web           stopped                                    0
  worker        error                                      0

q quit  ? help  s start  x stop  r restart  l logs  w why
)");
}

TEST_CASE("Eighty columns") {
    CHECK(frame(with_servers(), 80) ==
          R"(mcpm top  3 of 5 running  1 in error  1 unhealthy  CPU 94.0%  263MiB  12:00:00Z
git-with-a-long-name: unhealthy; w says why
  NAME                  STATE     HEALTH        CPU%▾    MEMORY   CALLS   ERRORS
> git-with-a-long-name  running   unhealthy      93.5    250MiB    4000        7
  files                 running   healthy         0.5     12MiB      12        0
  日本語                running   healthy         0.0      1MiB       0        0
  web                   stopped                                       0        0
  worker                error     crash-loop                          0        0

q quit  ? help  s start  x stop  r restart  l logs  w why  / filter  <> sort
)");
}

TEST_CASE("A hundred and twenty columns") {
    CHECK(frame(with_servers(), 120) ==
          R"(mcpm top  3 of 5 running  1 in error  1 unhealthy  CPU 94.0%  263MiB  12:00:00Z
git-with-a-long-name: unhealthy; w says why
  NAME                  STATE     HEALTH        CPU%▾    MEMORY   CALLS   ERRORS    UP  OPEN  RESTARTS  CPU OVER TIME
> git-with-a-long-name  running   unhealthy      93.5    250MiB    4000        7    2h     0         0  █
  files                 running   healthy         0.5     12MiB      12        0    2h     0         0  ▁
  日本語                running   healthy         0.0      1MiB       0        0    2h     0         0  ▁
  web                   stopped                                       0        0           0         0
  worker                error     crash-loop                          0        0           0         0

q quit  ? help  s start  x stop  r restart  l logs  w why  / filter  <> sort  I reverse
)");
}

TEST_CASE("Two hundred columns") {
    CHECK(frame(with_servers(), 200) ==
          R"(mcpm top  3 of 5 running  1 in error  1 unhealthy  CPU 94.0%  263MiB  12:00:00Z
git-with-a-long-name: unhealthy; w says why
  NAME                  STATE     HEALTH        CPU%▾    MEMORY   CALLS   ERRORS    UP  OPEN  RESTARTS  PROCS      PID  CPU OVER TIME
> git-with-a-long-name  running   unhealthy      93.5    250MiB    4000        7    2h     0         0      2     4321  █
  files                 running   healthy         0.5     12MiB      12        0    2h     0         0      2     4321  ▁
  日本語                running   healthy         0.0      1MiB       0        0    2h     0         0      2     4321  ▁
  web                   stopped                                       0        0           0         0
  worker                error     crash-loop                          0        0           0         0

q quit  ? help  s start  x stop  r restart  l logs  w why  / filter  <> sort  I reverse
)");
}

TEST_CASE("The chosen one stays chosen when others overtake it") {
    auto state = with_servers();
    CHECK(name_of_selected(state) == "git-with-a-long-name");
    state.press("down", usual);
    CHECK(name_of_selected(state) == "files");
    state.press("N", usual);
    CHECK(name_of_selected(state) == "files");
    state.press("end", usual);
    CHECK(name_of_selected(state) == "日本語");
    state.press("page-up", usual);
    CHECK(name_of_selected(state) == "files");
}

TEST_CASE("Keys become wishes for the chosen one") {
    auto state = with_servers();
    const auto stop = state.press("x", usual);
    CHECK(stop.kind == TopWish::Kind::act);
    CHECK(stop.what == "stop");
    CHECK(stop.server == "srv_git-with-a-long-name");
    CHECK(state.press("w", usual).kind == TopWish::Kind::panel);
    CHECK(state.press("q", usual).kind == TopWish::Kind::quit);
    CHECK(TopState().press("x", usual).kind == TopWish::Kind::none);
}

TEST_CASE("While a filter is typed, keys are letters") {
    auto state = with_servers();
    for (const char* const key : {"/", "w", "q"}) CHECK(state.press(key, usual).kind == TopWish::Kind::none);
    CHECK(state.filter() == "wq");
    state.press("backspace", usual);
    CHECK(state.shown().size() == 3);  // git-with-…, web, worker
    state.press("enter", usual);
    CHECK_FALSE(state.is_typing());
    state.press("escape", usual);
    CHECK(state.shown().size() == 5);
}

TEST_CASE("A panel is scrolled within its lines, and a log stays at its end until somebody scrolls") {
    TopState state;
    TopPanel log{"logs: web"};
    log.asked = "logs";
    log.server = "srv_x";
    log.follows = true;
    state.open(log);
    std::vector<std::string> lines;
    for (int n = 0; n < 100; ++n) lines.push_back("line " + std::to_string(n));
    state.refresh("logs", "srv_x", lines);
    CHECK(frame(state, 40).find("line 99") != std::string::npos);
    state.press("home", {40, 10});
    CHECK(frame(state, 40).find("line 0") != std::string::npos);
    state.refresh("why", "srv_x", {});
    state.refresh("logs", "srv_z", {});
    CHECK(state.panel()->lines.size() == 100);
    state.press("q", {40, 10});
    CHECK_FALSE(state.panel());
}

TEST_CASE("What is longer than the screen is wide goes on in the next line") {
    const TopPanel panel{"why: web", {"one two three four", "", "abcdefghijklmnop"}};
    CHECK(panel_text(panel, 10) ==
          std::vector<std::string>{"one two ", "three four", "", "abcdefghij", "klmnop"});
    CHECK(panel_text(panel, 0).size() == 35);
}

TEST_CASE("What a server says reaches the terminal as text alone") {
    TopState state;
    state.open({"why: web", {"red \x1b[31m and a bell \a"}});
    for (const char letter : frame(state, 80))
        CHECK((letter == '\n' || static_cast<unsigned char>(letter) >= ' '));
}

TEST_CASE("Bytes of a terminal are keys, and half a character waits for its rest") {
    std::string bytes = "j\x1b[A\x1b[5~\r\x1b[99;1Xq\xe6\x97";
    CHECK(keys_of(bytes) == std::vector<std::string>{"j", "up", "page-up", "enter", "q"});
    bytes += "\xa5";
    CHECK(keys_of(bytes) == std::vector<std::string>{"日"});
    bytes = "\x1b";
    CHECK(keys_of(bytes) == std::vector<std::string>{"escape"});
}
