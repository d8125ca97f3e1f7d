#include "tests/integration/logs/log_setup.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>

using namespace mcpm;
using namespace mcpm::test;

namespace {

/// A file system of a few pages.
class TinyDisk {
  public:
    TinyDisk() : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=256k") == 0) {}
    TinyDisk(const TinyDisk&) = delete;
    TinyDisk& operator=(const TinyDisk&) = delete;
    ~TinyDisk() {
        if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    bool is_mounted() const { return mounted_; }
    const std::filesystem::path& path() const { return folder_.path(); }

  private:
    TemporaryFolder folder_;
    bool mounted_;
};

}  // namespace

TEST_CASE("A full disk drops lines, counts them, marks the place and recovers by itself") {
    const TinyDisk disk;
    if (!disk.is_mounted()) {
        MESSAGE("skipped: mounting a tmpfs is not permitted here");
        return;
    }
    std::ofstream(disk.path() / "ballast") << std::string(128 << 10, 'b') << std::flush;
    Store store(disk.path() / "logs");
    Pipe pipe = make_pipe();
    store.logs->capture(server, 1, LogStream::error_output, std::move(pipe.read), nullptr, false);
    constexpr std::uint64_t lines = 5000;
    std::thread writer([&] {
        for (std::uint64_t i = 0; i < lines; ++i) write_whole(pipe.write.get(), std::string(60, 'x') + "\n");
        pipe.write.reset();
    });
    store.drain();
    writer.join();
    const LogCounters full = store.logs->counters(server);
    CHECK(full.dropped_lines > 0);
    CHECK(full.lines + full.dropped_lines == lines);
    CHECK(full.no_space_lines == full.dropped_lines);
    CHECK(full.bytes + full.dropped_bytes == lines * 61);
    CHECK(store.has_said("No space left on device"));
    CHECK(store.said.size() == 1);
    const auto written = texts_of(store.logs->folder_of(server));
    CHECK(written.size() == full.lines);

    std::filesystem::remove(disk.path() / "ballast");
    store.logs->note(server, "after");
    store.logs->append(server, LogStream::error_output, "recovered");
    const auto texts = texts_of(store.logs->folder_of(server));
    REQUIRE(texts.size() == full.lines + 3);
    CHECK(texts[full.lines] == std::to_string(full.dropped_lines) + " lines (" +
                                   std::to_string(full.dropped_bytes) +
                                   " bytes) were dropped here: No space left on device");
    CHECK(texts.back() == "recovered");
    CHECK(store.has_said("the log is written again"));
    store.close();
}

TEST_CASE("A folder that cannot be made is said once, and tried again") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "logs") << "a file is in the way";
    Store store(folder.path() / "logs");
    for (int i = 0; i < 10; ++i) store.logs->append(server, LogStream::error_output, "lost");
    CHECK(store.logs->counters(server).dropped_lines == 10);
    CHECK(store.logs->counters(server).no_space_lines == 0);
    CHECK(store.said.size() == 1);
    std::filesystem::remove(folder.path() / "logs");
    store.logs->note(server, "here");
    const auto texts = texts_of(store.logs->folder_of(server));
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].starts_with("10 lines (50 bytes) were dropped here"));
    store.close();
}
