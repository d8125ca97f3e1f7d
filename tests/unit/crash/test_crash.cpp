#include "agent/crash/crash_handler.hpp"
#include "common/crash_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

using namespace mcpm;

namespace {

/// A child that installs the handler and dies of that signal; how it ended.
int die_of(int signal, const std::filesystem::path& folder) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        // The test runner has handlers of its own.
        ::signal(signal, SIG_DFL);
        crash::install_handler(folder);
        ::raise(signal);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("A crash is read, and what is unknown or missing in it is passed over") {
    const auto crash = read_crash(
        "mcpm-crash 1\nversion 0.1.0\nbuild-id abcd\ntime 1700000000\nsignal 11\naddress 0x10\nmood bad\n"
        "frame 0x5510 mcpmd 0x10\nframe 0x7f20 ? 0x0\nend\n");
    REQUIRE(crash.has_value());
    CHECK(crash->version == "0.1.0");
    CHECK(crash->signal == 11);
    CHECK(crash->address == 16);
    REQUIRE(crash->frames.size() == 2);
    CHECK(crash->frames[0].module == "mcpmd");
    CHECK(crash->frames[0].offset == 16);
    CHECK(crash->is_whole);
    CHECK_FALSE(read_crash("mcpm-crash 1\nsignal 6\n")->is_whole);
    CHECK_FALSE(read_crash("mcpm-crash 1\nsignal 6\n")->address.has_value());
    CHECK(read_crash("").has_error());
    CHECK(read_crash("\x7f"
                     "ELF")
              .has_error());
    CHECK(signal_word(SIGSEGV) == "SIGSEGV");
}

TEST_CASE("Crashes are listed with the newest first, and what is none of them is not") {
    const test::TemporaryFolder folder;
    for (const char* name : {"1700000000-1.crash", "1700000002-1.crash-sent", "1700000001-1.crash", "x.txt"})
        std::ofstream(folder.path() / name) << "mcpm-crash 1\nsignal 6\nend\n";
    std::ofstream(folder.path() / "1700000009-1.crash") << "something else";
    const auto crashes = list_crashes(folder.path());
    REQUIRE(crashes.size() == 3);
    CHECK(crashes[0].name == "1700000002-1.crash-sent");
    CHECK(crashes[0].is_sent);
    CHECK(crashes[2].name == "1700000000-1.crash");
}

TEST_CASE("A process that dies of a signal leaves a report, and still dies of it") {
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
        CAPTURE(signal);
        const test::TemporaryFolder folder;
        CHECK(die_of(signal, folder.path() / "crashes") == signal);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        const auto crashes = list_crashes(folder.path() / "crashes");
        REQUIRE(crashes.size() == 1);
        CHECK(crashes[0].signal == signal);
        CHECK(crashes[0].is_whole);
        CHECK_FALSE(crashes[0].address.has_value());  // it was sent, nothing was touched
        CHECK(crashes[0].version == MCPM_VERSION);
        CHECK_FALSE(crashes[0].build_id.empty());
        CHECK(crashes[0].frames.size() > 2);
#endif
    }
}

TEST_CASE("Only the newest crashes are kept") {
    const test::TemporaryFolder folder;
    for (int i = 10; i < 40; ++i)
        std::ofstream(folder.path() / ("17000000" + std::to_string(i) + "-1.crash")) << "mcpm-crash 1\nend\n";
    CHECK(die_of(SIGUSR1, folder.path()) == SIGUSR1);
    const auto crashes = list_crashes(folder.path());
    REQUIRE(crashes.size() == 10);
    CHECK(crashes[0].name == "1700000039-1.crash");
}
