#include "agent/observe/process_usage.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace mcpm::observe;

namespace {

ProcStat of(pid_t parent, pid_t session) {
    ProcStat stat;
    stat.parent = parent;
    stat.session = session;
    return stat;
}

}  // namespace

TEST_CASE("A process's line is read whatever its name is") {
    const auto stat = parse_proc_stat(
        "42 (a) b (c)) S 7 42 41 0 -1 4194560 100 0 0 0 30 12 0 0 20 0 1 0 100 1000000 250 1844674407370955");
    REQUIRE(stat);
    CHECK(stat->parent == 7);
    CHECK(stat->state == 'S');
    CHECK(stat->session == 41);
    CHECK(stat->ticks == 42);
    CHECK(stat->resident_pages == 250);
    CHECK_FALSE(parse_proc_stat("42 (a"));
    CHECK_FALSE(parse_proc_stat("42 (a) S 7"));
}

TEST_CASE("What left its server's session is still its own, and what is beside it is not") {
    const auto owners = owners_of({{10, of(1, 10)},   // the server
                                   {11, of(10, 10)},  // its child
                                   {12, of(11, 12)},  // a grandchild in a session of its own
                                   {13, of(12, 12)},  // and its child
                                   {14, of(1, 10)},   // of the session, its parent has ended
                                   {20, of(1, 20)},   // another server
                                   {30, of(1, 30)},   // nobody's
                                   {40, of(41, 40)},
                                   {41, of(40, 40)}},  // read while they changed
                                  {10, 20});
    CHECK(owners.size() == 6);
    for (const pid_t pid : {10, 11, 12, 13, 14}) CHECK(owners.at(pid) == 10);
    CHECK(owners.at(20) == 20);
}

TEST_CASE("A number is found by the whole name of its line") {
    const std::string_view text = "Rss:  10 kB\nPss:\t 7 kB\nPss_Anon:  3 kB\nbad: x\n";
    CHECK(number_behind(text, "Pss") == 7);
    CHECK(number_behind(text, "Rss") == 10);
    CHECK_FALSE(number_behind(text, "ss"));
    CHECK_FALSE(number_behind(text, "bad"));
    CHECK_FALSE(number_behind("Pss", "Pss"));
}

TEST_CASE("A child that runs is measured with its descriptors and its share of memory") {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setsid();
        for (;;) ::pause();
    }
    std::unordered_map<pid_t, ProcessUsage> trees;
    // Until it leads its session.
    while (trees.empty()) trees = usage_of_trees({child}, Depth::memory);
    const auto& usage = trees.at(child);
    CHECK(usage.processes == 1);
    CHECK(usage.memory_bytes > 0);
    REQUIRE(usage.descriptors);
    CHECK(*usage.descriptors >= 3);
    REQUIRE(usage.proportional_bytes);
    CHECK(*usage.proportional_bytes > 0);
    CHECK(usage_of_trees({child}, Depth::usual).at(child).descriptors == std::nullopt);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(usage_of_trees({child}, Depth::usual).empty());
}
