#include "common/living_agent.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

using namespace mcpm;
using mcpm::test::TemporaryFolder;

namespace {

/// A lock file with this text, held for as long as this lives.
struct Held {
    Held(const std::filesystem::path& path, const std::string& text) {
        std::ofstream(path) << text;
        descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        REQUIRE(::flock(descriptor, LOCK_EX | LOCK_NB) == 0);
    }
    ~Held() { ::close(descriptor); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    int descriptor = -1;
};

}  // namespace

TEST_CASE("The lock of an agent that lives says where its socket is") {
    const TemporaryFolder folder;
    const auto lock = folder / "agent.lock";
    CHECK_FALSE(runtime_of_living_agent(lock));
    {
        const Held held(lock, lock_text(17, "/mnt/wslg/runtime-dir/mcpm/agent.sock"));
        CHECK(runtime_of_living_agent(lock) == "/mnt/wslg/runtime-dir/mcpm");
    }
    // Nobody holds it any more.
    CHECK_FALSE(runtime_of_living_agent(lock));
}

TEST_CASE("A lock without a socket, or with something else for one, says nothing") {
    const TemporaryFolder folder;
    const auto lock = folder / "agent.lock";
    for (const std::string text :
         {"17\n", "", "17\nrelative/agent.sock\n", "17\n/run/other.sock\n", "17\n/run/agent.sock"}) {
        CAPTURE(text);
        const Held held(lock, text);
        CHECK_FALSE(runtime_of_living_agent(lock));
    }
    const auto elsewhere = folder / "elsewhere";
    const Held held(elsewhere, lock_text(17, "/run/mcpm/agent.sock"));
    std::filesystem::remove(lock);
    std::filesystem::create_symlink(elsewhere, lock);
    CHECK_FALSE(runtime_of_living_agent(lock));
}
