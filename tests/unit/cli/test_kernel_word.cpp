#include "cli/kernel_word.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace mcpm::cli;
using namespace std::chrono_literals;

namespace {

class Folder {
  public:
    Folder() {
        std::string form = (std::filesystem::temp_directory_path() / "mcpm-word-XXXXXX").string();
        REQUIRE(::mkdtemp(form.data()) != nullptr);
        path_ = form;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

void write(const std::filesystem::path& file, const char* text) {
    std::ofstream(file, std::ios::app) << text;
}

}  // namespace

// Each wait below would last an hour if the kernel's word did not end it.
TEST_CASE("A file that is made, written or replaced ends the wait for it") {
    const Folder folder;
    FileWatch watch(folder / "agent.log");
    write(folder / "agent.log", "made");
    watch.wait(1h);
    write(folder / "agent.log", "written");
    watch.wait(1h);
    write(folder / "new", "x");
    std::filesystem::rename(folder / "new", folder / "agent.log");
    watch.wait(1h);
}

TEST_CASE("Where nothing can be watched, a wait ends by the clock") {
    const Folder folder;
    FileWatch watch(folder / "nowhere" / "agent.log");
    watch.wait(1ms);
    std::filesystem::create_directory(folder / "there");
    FileWatch gone(folder / "there" / "agent.log");
    std::filesystem::remove(folder / "there");
    gone.wait(1h);
    gone.wait(1ms);
}

TEST_CASE("The end of a process is told, and one that lives is not waited for longer than is said") {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    CHECK(ends_within(child, 1h));
    ::waitpid(child, nullptr, 0);
    CHECK(ends_within(child, 1h));  // gone already
    CHECK_FALSE(ends_within(::getpid(), 1ms));
    CHECK_FALSE(ends_within(0, 1h));
}
