#include "agent/packages/inflate.hpp"
#include "agent/packages/zip.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace mcpm;

namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
    return bytes;
}

std::string repeated() {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "the quick brown fox jumps over the lazy dog; ";
    return text;
}

/// Letters of which some are much more frequent: packed with codes of its own.
std::string skewed() {
    constexpr std::string_view letters = "etaoinshrdlu";
    std::string text;
    std::uint64_t x = 12345;
    for (int i = 0; i < 600; ++i) {
        x = (x * 1103515245 + 12345) & 0x7fffffff;
        text += letters[((x >> 16) % 12) * ((x >> 20) % 12) / 12];
    }
    return text;
}
constexpr const char* dynamic =
    "2552090a0431087b6ba0810a8b42f5ff6ce274a087b5498c4372a8716f6100701e83a3584d75b27e79e073d7a042dbd4"
    "fd6fd229f45e03f8818c50acf498a9358b86aef1634f2808ae172927d0cf1cd14128b52b46e06c82c8605df2f1ea2a7c"
    "224f888009489fd2bc5a2d2d6e2bc04e25005c3010c96b09ef869e0be45a457eea7c53e98860057cc7f4c278c5b3313a"
    "5ea297e6380d31557c4c05ac595baa140d5a14e50b9d0eccd777ab5e7bd605a1ef694e7ab76ae9472ed8cb67d81c35e1"
    "86a145175847728a9257da6db7e41a254d6a5469d6aac294cdb5ecb1432ab132eccdfc9075d0b202471295a4dc99fe24"
    "185450cb2e47fd89d4ceab4ab7734acd8e9eadd78ded8894fe8a78cbacaed88898bc321dfe0ff007";

std::string little(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    return out;
}

struct File {
    std::string path, bytes;
    std::uint32_t mode = 0100644;
    std::uint64_t claimed = ~0ULL;  // the size that is said
    unsigned flags = 0;
};

/// Files without compression, as ZIP has them.
std::string zip_of(const std::vector<File>& files) {
    std::string out;
    std::string table;
    for (const auto& file : files) {
        const auto size = file.claimed == ~0ULL ? file.bytes.size() : file.claimed;
        const std::string facts = little(0, 4) + little(crc32(file.bytes), 4) + little(file.bytes.size(), 4) +
                                  little(size, 4) + little(file.path.size(), 2) + little(0, 2);
        table += "PK\1\2" + little(0x0314, 2) + little(20, 2) + little(file.flags, 2) + little(0, 2) + facts +
                 little(0, 6) + little(std::uint64_t{file.mode} << 16U, 4) + little(out.size(), 4) +
                 file.path;
        out +=
            "PK\3\4" + little(20, 2) + little(file.flags, 2) + little(0, 2) + facts + file.path + file.bytes;
    }
    const auto begin = out.size();
    out += table;
    return out + "PK\5\6" + little(0, 4) + little(files.size(), 2) + little(files.size(), 2) +
           little(table.size(), 4) + little(begin, 4) + little(0, 2);
}

std::string refusal(const std::vector<File>& files, ZipLimits limits = {}) {
    const auto read = read_zip(zip_of(files), limits);
    return read ? "" : read.error().message;
}

}  // namespace

TEST_CASE("deflated bytes of each kind of block come back as they were") {
    CHECK(*inflate(from_hex("2bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228014ae72456552aa4"
                            "e4a75b8379a38a47158f2a1e553caa7854f130520c00"),
                   repeated().size()) == repeated());
    CHECK(*inflate(from_hex(dynamic), skewed().size()) == skewed());
    CHECK(*inflate(from_hex("010300fcff616263"), 3) == "abc");
}

TEST_CASE("bytes that are malformed, cut off or of another size are refused, wherever it is") {
    const std::string good = from_hex(dynamic);
    CHECK(!inflate(good, skewed().size() - 1));
    CHECK(!inflate(good, skewed().size() + 1));
    CHECK(!inflate("", 1));
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_MESSAGE(!inflate(good.substr(0, length), skewed().size()), length);
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 0x55);
        const auto read = inflate(changed, skewed().size());
        CHECK((!read || read->size() == skewed().size()));
    }
}

TEST_CASE("an archive is unpacked below its folder, programs as programs") {
    const test::TemporaryFolder folder;
    const std::string archive = zip_of({{"a/", ""}, {"a/b.txt", "hello"}, {"run", "#!/bin/sh\n", 0100755}});
    const auto entries = read_zip(archive);
    REQUIRE(entries.has_value());
    REQUIRE(unpack_zip(archive, *entries, folder.path() / "out"));
    std::ifstream file(folder.path() / "out" / "a" / "b.txt");
    CHECK(std::string{std::istreambuf_iterator<char>(file), {}} == "hello");
    CHECK((std::filesystem::status(folder.path() / "out" / "run").permissions() &
           std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
}

TEST_CASE("paths that lead out, links, doubles and encrypted files are refused") {
    for (const char* path : {"../x", "a/../../x", "/etc/x", "a//b", "./a", "a/./b", "a\\b", "a\nb", ""})
        CHECK_MESSAGE(refusal({{path, "x"}}) != "", path);
    CHECK(refusal({{"link", "/etc/passwd", 0120777}}).find("a link") != std::string::npos);
    CHECK(refusal({{"a", "x"}, {"a", "y"}}).find("twice") != std::string::npos);
    CHECK(refusal({{"a", "x"}, {"a/b", "y"}}).find("a file and a folder") != std::string::npos);
    CHECK(refusal({{"a", "x", 0100644, ~0ULL, 1}}).find("encrypted") != std::string::npos);
    CHECK(refusal({{"a", "x"}}) == "");
}

TEST_CASE("what unpacks to more than it may is refused before a byte is unpacked") {
    CHECK(refusal({{"a", "x", 0100644, 3'000'000'000}}).find("more than it may") != std::string::npos);
    CHECK(refusal({{"a", "xx"}, {"b", "xx"}}, {10, 3, 3}).find("more than it may") != std::string::npos);
    CHECK(refusal({{"a", "x"}, {"b", "x"}}, {1, 100, 100}).find("too many files") != std::string::npos);
}

TEST_CASE("files that share bytes, are cut off or have another checksum are refused") {
    std::string archive = zip_of({{"a", "hello"}, {"b", "world"}});
    CHECK(!read_zip(archive.substr(0, archive.size() - 1)));
    CHECK(!read_zip(""));
    CHECK(!read_zip("no archive at all, but long enough to be one"));
    const auto entries = read_zip(archive);
    REQUIRE(entries.has_value());
    archive[archive.find("hello")] = 'j';
    CHECK(!read_entry(archive, entries->front()));
    std::string shared = zip_of({{"a", "hello"}, {"b", "world"}});
    const auto second = shared.rfind(std::string("b", 1));
    shared.replace(second - 4, 4, std::string(4, '\0'));  // its offset is the first's
    CHECK(!read_zip(shared));
}
