#include "agent/engine/owner.hpp"
#include "agent/engine/tar.hpp"

#include <doctest/doctest.h>

using namespace mcpm::engine;

TEST_CASE("An archive has a header and whole blocks for each file, and ends with two of zeros") {
    const auto archive = tar_of({{"github", std::string(600, 'v'), 0400, 1000, 100}, {"b", "x"}});
    CHECK(archive.size() == 512 + 1024 + 512 + 512 + 1024);
    CHECK(archive.substr(0, 7) == std::string("github\0", 7));
    CHECK(archive.substr(100, 8) == std::string("0000400\0", 8));
    CHECK(archive.substr(108, 8) == std::string("0001750\0", 8));
    CHECK(archive.substr(116, 8) == std::string("0000144\0", 8));
    CHECK(archive.substr(124, 12) == std::string("00000001130\0", 12));
    CHECK(archive.substr(257, 8) == std::string("ustar\00000", 8));
    CHECK(archive.substr(archive.size() - 1024) == std::string(1024, '\0'));
    unsigned sum = 0;
    for (std::size_t at = 0; at < 512; ++at)
        sum += at >= 148 && at < 156 ? 32U : static_cast<unsigned char>(archive[at]);
    CHECK(std::stoul(archive.substr(148, 6), nullptr, 8) == sum);
}

TEST_CASE("The first regular file of an archive is read, behind what is none") {
    auto archive = tar_of({{"a", "first"}, {"b", "second"}});
    CHECK(first_file_of(archive) == "first");
    archive[156] = '5';  // a folder with a size is skipped too
    CHECK(first_file_of(archive) == "second");
    CHECK_FALSE(first_file_of(tar_of({})));
}

TEST_CASE("What is no archive, or a torn one, gives no file") {
    const auto archive = tar_of({{"a", std::string(600, 'v')}});
    for (std::size_t at = 0; at < 1112; ++at)
        CHECK_FALSE(first_file_of(std::string_view(archive).substr(0, at)));
    auto wrong = archive;
    wrong[124] = '9';
    CHECK_FALSE(first_file_of(wrong));
    wrong = archive;
    for (std::size_t at = 124; at < 136; ++at) wrong[at] = '7';
    CHECK_FALSE(first_file_of(wrong));
    CHECK_FALSE(first_file_of(""));
}

TEST_CASE("A user in numbers needs no list of users") {
    CHECK(owner_in_numbers("") == FileOwner{0, 0});
    CHECK(owner_in_numbers("0") == FileOwner{0, 0});
    CHECK(owner_in_numbers("1000") == FileOwner{1000, 0});
    CHECK(owner_in_numbers("1000:100") == FileOwner{1000, 100});
    CHECK(owner_in_numbers("1000:staff") == FileOwner{1000, 0});
    for (const char* user : {"node", "10x", "-1", "99999999999", ":100"}) CHECK_FALSE(owner_in_numbers(user));
}

TEST_CASE("A user by name has the numbers of his line") {
    const char* const passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nnode:x:1000:1001::/home/node:/bin/sh";
    CHECK(owner_by_name("node", passwd) == FileOwner{1000, 1001});
    CHECK(owner_by_name("node:staff", passwd) == FileOwner{1000, 1001});
    CHECK(owner_by_name("root", passwd) == FileOwner{0, 0});
    for (const char* user : {"nod", "broken", "x", ""}) CHECK_FALSE(owner_by_name(user, passwd));
    CHECK_FALSE(owner_by_name("node", ""));
}
