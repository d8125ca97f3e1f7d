#include "common/own_file.hpp"
#include "common/socket_trust.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace mcpm;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777;
}

}  // namespace

TEST_CASE("a fifo, a device, a folder and a link in place of a file are named, and nothing waits for them") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "mcpm.db";
    std::string kind;
    SUBCASE("fifo") {
        kind = "a fifo";
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    }
    SUBCASE("folder") {
        kind = "a folder";
        fs::create_directory(path);
    }
    SUBCASE("link to a file") {
        kind = "a link";
        std::ofstream(folder.path() / "other") << "x";
        fs::create_symlink(folder.path() / "other", path);
    }
    SUBCASE("link to nothing") {
        kind = "a link";
        fs::create_symlink(folder.path() / "nothing", path);
    }
    SUBCASE("link to a device") {
        kind = "a link";
        fs::create_symlink("/dev/zero", path);
    }
    for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_CREAT, O_WRONLY | O_CREAT | O_TRUNC}) {
        const auto opened = open_own_file(path, flags);
        REQUIRE(opened.has_error());
        CHECK(opened.error().code == ErrorCode::conflict);
        CHECK(opened.error().message == "open " + path.string() + ": it is " + kind + ", not a file");
    }
    CHECK(check_own_file(path).error().code == ErrorCode::conflict);
    CHECK(read_own_file(path, 100).error().code == ErrorCode::conflict);
    CHECK_FALSE(fs::exists(folder.path() / "nothing"));
}

TEST_CASE("a device that a followed link leads to is no file") {
    const test::TemporaryFolder folder;
    fs::create_symlink("/dev/zero", folder.path() / "config.yaml");
    const auto read = read_own_file(folder.path() / "config.yaml", 100, {Links::followed, Owner::anybody});
    CHECK(read.error().message.ends_with("it is a device, not a file"));
}

TEST_CASE("a file of ours is made closed to others, opened, emptied and read") {
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    CHECK(check_own_file(path));
    CHECK(read_own_file(path, 100).error().code == ErrorCode::not_found);
    {
        const auto made = open_own_file(path, O_WRONLY | O_CREAT);
        REQUIRE(made.has_value());
        REQUIRE(::write(made->get(), "hello", 5) == 5);
    }
    CHECK(mode_of(path) == 0600);
    CHECK(*read_own_file(path, 5) == "hello");
    CHECK(read_own_file(path, 4).error().code == ErrorCode::payload_too_large);
    REQUIRE(open_own_file(path, O_WRONLY | O_TRUNC).has_value());
    CHECK(read_own_file(path, 5)->empty());
}

TEST_CASE("another user's file is refused and not emptied") {
    if (::geteuid() != 0) return;
    const test::TemporaryFolder folder;
    const fs::path path = folder.path() / "file";
    std::ofstream(path) << "theirs";
    REQUIRE(::chown(path.c_str(), 4242, 4242) == 0);
    CHECK(open_own_file(path, O_WRONLY | O_TRUNC).error().code == ErrorCode::forbidden);
    CHECK(read_own_file(path, 100).error().message.ends_with("it belongs to uid 4242, not to uid 0"));
    CHECK(*read_own_file(path, 100, {Links::refused, Owner::anybody}) == "theirs");
}

TEST_CASE("a folder of ours is closed to others, and what a link leads to keeps its mode") {
    const test::TemporaryFolder folder;
    const fs::path target = folder.path() / "target", link = folder.path() / "link";
    fs::create_directory(target);
    fs::permissions(target, fs::perms(0755));
    fs::create_directory_symlink(target, link);

    const auto refused = make_own_folder(link, {Links::refused, Owner::us});
    CHECK(refused.error().message == link.string() + " is a link, not a folder");
    CHECK(mode_of(target) == 0755);
    CHECK(make_own_folder(link, {Links::followed, Owner::us}).has_value());
    CHECK(mode_of(target) == 0755);

    CHECK(make_own_folder(target, {Links::refused, Owner::us}).has_value());
    CHECK(mode_of(target) == 0700);
    CHECK(make_own_folder(folder.path() / "new" / "below", {Links::refused, Owner::us}).has_value());
    CHECK(mode_of(folder.path() / "new" / "below") == 0700);
    std::ofstream(folder.path() / "file") << "";
    CHECK(make_own_folder(folder.path() / "file").error().code == ErrorCode::conflict);
}

TEST_CASE("a folder that cannot be made says what keeps it from being there") {
    const fs::path barred = "/sys/mcpm-barred/below/it";
    if (!fs::exists("/sys")) {
        MESSAGE("skipped: there is no /sys, in which nobody makes folders");
        return;
    }
    const auto made = make_own_folder(barred);
    REQUIRE(!made);
    CHECK(made.error().message.starts_with("create the folder /sys/mcpm-barred/below: "));
    CHECK(made.error().message.find("No such file") == std::string::npos);
}

TEST_CASE("another user's folder, or link, is refused and keeps its mode") {
    if (::geteuid() != 0) return;
    const test::TemporaryFolder folder;
    const fs::path theirs = folder.path() / "theirs", link = folder.path() / "link";
    fs::create_directory(theirs);
    fs::permissions(theirs, fs::perms(0755));
    fs::create_directory_symlink(theirs, link);
    REQUIRE(::lchown(theirs.c_str(), 4242, 4242) == 0);
    REQUIRE(::lchown(link.c_str(), 4242, 4242) == 0);
    CHECK(make_own_folder(theirs, {Links::followed, Owner::us}).error().code == ErrorCode::forbidden);
    CHECK(make_own_folder(link, {Links::followed, Owner::us}).error().code == ErrorCode::forbidden);
    CHECK(mode_of(theirs) == 0755);
}

TEST_CASE("a socket's folder is trusted when it is ours, no link, and nobody else may write in it") {
    const test::TemporaryFolder folder;
    const fs::path socket_folder = folder.path() / "mcpm";
    CHECK(check_socket_folder(socket_folder).error().code == ErrorCode::unavailable);
    fs::create_directory(socket_folder);
    fs::permissions(socket_folder, fs::perms(0700));
    CHECK(*check_socket_folder(socket_folder) == ::geteuid());
    fs::permissions(socket_folder, fs::perms(0720));
    CHECK(check_socket_folder(socket_folder).error().code == ErrorCode::forbidden);
    fs::permissions(socket_folder, fs::perms(0700));
    fs::create_directory_symlink(socket_folder, folder.path() / "link");
    CHECK(check_socket_folder(folder.path() / "link").error().code == ErrorCode::forbidden);
}

TEST_CASE("root trusts a system user's socket folder only where nobody else could have made it") {
    if (::geteuid() != 0) return;
    const test::TemporaryFolder folder;
    const fs::path theirs = folder.path() / "mcpm";
    fs::create_directory(theirs);
    fs::permissions(theirs, fs::perms(0700));
    REQUIRE(::chown(theirs.c_str(), 4242, 4242) == 0);
    fs::permissions(folder.path(), fs::perms(0755));
    CHECK(*check_socket_folder(theirs) == 4242);
    fs::permissions(folder.path(), fs::perms(01777));
    CHECK(check_socket_folder(theirs).error().code == ErrorCode::forbidden);
}

TEST_CASE("the peer of a socket is asked of the kernel") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const UniqueFd one(ends[0]), other(ends[1]);
    CHECK(check_socket_peer(one.get(), "/x"));
    CHECK(check_socket_peer(-1, "/x").has_error());
}
