#include "common/file_record.hpp"
#include "common/sha256.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

using namespace mcpm;
namespace fs = std::filesystem;

namespace {

struct Package {
    Package() {
        fs::create_directories(folder.path() / "node_modules" / "a" / "dist");
        write("node_modules/a/package.json", "{}");
        write("node_modules/a/dist/index.js", "good()");
        write("node_modules/a/100%", "x");
        record = make_file_record(folder.path()).value();
        write(".mcpm-files", record);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder.path() / name, std::ios::binary | std::ios::trunc) << text;
    }
    /// Another text of the same length and the same time.
    void swap(const std::string& name, const std::string& text) const {
        const auto path = folder.path() / name;
        struct stat facts {};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        write(name, text);
        const timespec times[2] = {facts.st_atim, facts.st_mtim};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }
    std::vector<FileChange> changes(Look look) const {
        return compare_with_record(folder.path(), record, look).value();
    }

    test::TemporaryFolder folder;
    std::string record;
};

}  // namespace

TEST_CASE("files that are as they were installed pass, quickly and fully") {
    const Package package;
    CHECK(package.changes(Look::quick).empty());
    CHECK(package.changes(Look::full).empty());
    CHECK(check_files(package.folder.path(), sha256_hex(package.record), Look::full));
}

TEST_CASE("a file that was changed or has gone is named") {
    const Package package;
    package.write("node_modules/a/dist/index.js", "evil();");
    fs::remove(package.folder.path() / "node_modules/a/100%");
    const std::vector<FileChange> expected{{"node_modules/a/dist/index.js", "was changed"},
                                           {"node_modules/a/100%", "is gone"}};
    CHECK(package.changes(Look::quick) == expected);
    const auto checked = check_files(package.folder.path(), sha256_hex(package.record), Look::quick);
    CHECK(checked.error().message.ends_with("node_modules/a/dist/index.js was changed, and 1 more"));
}

TEST_CASE("a change that keeps size and time is seen by the full look alone") {
    const Package package;
    package.swap("node_modules/a/dist/index.js", "evil()");
    CHECK(package.changes(Look::quick).empty());
    CHECK(package.changes(Look::full).size() == 1);
}

TEST_CASE("a link in place of a file is a change") {
    const Package package;
    const auto path = package.folder.path() / "node_modules/a/dist/index.js";
    fs::rename(path, package.folder.path() / "elsewhere.txt");
    fs::create_symlink(package.folder.path() / "elsewhere.txt", path);
    CHECK(package.changes(Look::quick).size() == 1);
}

TEST_CASE("new code is a change, a server's data is none") {
    const Package package;
    package.write("node_modules/a/dist/memory.json", "{}");
    package.write("node_modules/a/state.db", "x");
    fs::create_directories(package.folder.path() / "node_modules/.cache");
    package.write("node_modules/.cache/compiled.js", "x");
    CHECK(package.changes(Look::full).empty());
    package.write("node_modules/a/dist/preload.cjs", "evil()");
    CHECK(package.changes(Look::quick) ==
          std::vector<FileChange>{{"node_modules/a/dist/preload.cjs", "is new"}});
}

TEST_CASE("a record that was changed with the files is noticed by its digest") {
    const Package package;
    package.write("node_modules/a/dist/index.js", "evil();");
    package.write(".mcpm-files", make_file_record(package.folder.path()).value());
    const auto checked = check_files(package.folder.path(), sha256_hex(package.record), Look::quick);
    CHECK(checked.error().message.ends_with("their record, .mcpm-files, was changed"));
    fs::remove(package.folder.path() / ".mcpm-files");
    CHECK(check_files(package.folder.path(), sha256_hex(package.record), Look::quick).has_error());
}
