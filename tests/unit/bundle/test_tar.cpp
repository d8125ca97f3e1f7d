#include "agent/bundle/contents.hpp"
#include "agent/bundle/tar_head.hpp"
#include "agent/bundle/tar_index.hpp"
#include "agent/bundle/tar_writer.hpp"
#include "agent/bundle/tree.hpp"
#include "common/sha256.hpp"
#include "common/sha256_stream.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace mcpm;
using namespace mcpm::bundle;

namespace {

namespace fs = std::filesystem;

UniqueFd new_file(const fs::path& path) {
    return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

/// A package with a long name, a link and a program in it.
fs::path make_package(const fs::path& folder) {
    std::error_code ignored;
    fs::create_directories(folder / "lib" / std::string(120, 'd'), ignored);
    std::ofstream(folder / "main.js") << "1;\n";
    std::ofstream(folder / "lib" / std::string(120, 'd') / "deep.js") << std::string(1000, 'x');
    std::ofstream(folder / "native.node") << "\x7f"
                                          << "ELF…";
    fs::create_symlink("main.js", folder / "start", ignored);
    return folder;
}

std::string member_of(const std::string& path, char type, const std::string& target = {}) {
    TarHead head{type, path, target};
    return write_head(head);
}

Result<std::vector<Member>> index_of(const fs::path& at, const std::string& bytes) {
    std::ofstream(at, std::ios::binary) << bytes << std::string(2 * tar_block, '\0');
    const UniqueFd file(::open(at.c_str(), O_RDONLY | O_CLOEXEC));
    return read_index(file.get());
}

}  // namespace

TEST_CASE("A digest of pieces is the digest of the whole, wherever it was cut") {
    std::string text;
    for (int size = 0; size < 200; ++size) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65}}) {
            Sha256Stream stream;
            for (std::size_t at = 0; at < text.size(); at += cut)
                stream.add(std::string_view(text).substr(at, cut));
            REQUIRE(stream.hex() == sha256_hex(text));
        }
        text += static_cast<char>(size);
    }
}

TEST_CASE("A package's folder comes out of an archive as it went in") {
    const test::TemporaryFolder folder;
    const auto package = make_package(folder.path() / "in");
    const UniqueFd file = new_file(folder.path() / "a.tar");
    TarWriter writer(file.get());
    const auto packed = pack_tree(writer, package, "packages/npm/a/1-x");
    REQUIRE(packed.has_value());
    CHECK(packed->is_native);
    REQUIRE(writer.finish().has_value());
    const auto index = read_index(file.get());
    REQUIRE(index.has_value());
    const auto out = folder.path() / "out";
    REQUIRE(unpack_tree(file.get(), *index, "packages/npm/a/1-x", out, AbsoluteLinks::refused).has_value());
    CHECK(verify_tree(out, packed->record).has_value());
    std::ofstream(out / "main.js", std::ios::app) << "2;\n";
    const auto changed = verify_tree(out, packed->record);
    REQUIRE_FALSE(changed.has_value());
    CHECK(changed.error().code == ErrorCode::conflict);
}

TEST_CASE("A head has sizes above eight gibibytes, and a wrong sum is no head") {
    TarHead head{'0', "images/0.tar"};
    head.size = 20ULL << 30U;
    auto block = write_head(head);
    const auto read = read_head(block);
    REQUIRE(read.has_value());
    CHECK(read->size == head.size);
    CHECK(read->path == head.path);
    block[0] = 'x';
    CHECK_FALSE(read_head(block).has_value());
}

TEST_CASE("What leads out of an archive, or is no file of one, is refused") {
    const test::TemporaryFolder folder;
    const auto at = folder.path() / "a.tar";
    for (const char* path : {"../a", "/etc/a", "a/../../b", "a//b", ""}) {
        CAPTURE(path);
        CHECK_FALSE(index_of(at, member_of(path, '0')).has_value());
    }
    CHECK_FALSE(index_of(at, member_of("device", '3')).has_value());
    CHECK_FALSE(index_of(at, member_of("hard", '1', "main.js")).has_value());
    CHECK_FALSE(index_of(at, "no archive").has_value());
    TarHead longer{'0', "a"};
    longer.size = 1 << 20;
    CHECK_FALSE(index_of(at, write_head(longer)).has_value());
    CHECK(index_of(at, member_of("a", '0')).has_value());
}

TEST_CASE("A link of a package leads out of it only where an environment names its Python") {
    const test::TemporaryFolder folder;
    const auto unpacked = [&](const std::string& path, const std::string& target, AbsoluteLinks absolute) {
        std::error_code ignored;
        fs::remove_all(folder.path() / "out", ignored);
        const auto at = folder.path() / "a.tar";
        const auto index = index_of(at, member_of("p/bin/", '5') + member_of("p/" + path, '2', target));
        if (!index) return false;
        const UniqueFd file(::open(at.c_str(), O_RDONLY | O_CLOEXEC));
        return unpack_tree(file.get(), *index, "p", folder.path() / "out", absolute).has_value();
    };
    CHECK(unpacked("bin/python", "/usr/bin/python3.11", AbsoluteLinks::of_interpreters));
    CHECK_FALSE(unpacked("bin/python", "/usr/bin/python3.11", AbsoluteLinks::refused));
    CHECK_FALSE(unpacked("bin/tool", "/usr/bin/tool", AbsoluteLinks::of_interpreters));
    CHECK_FALSE(unpacked("bin/tool", "../../x", AbsoluteLinks::refused));
    CHECK(unpacked("bin/tool", "../x", AbsoluteLinks::refused));
    CHECK_FALSE(unpacked("lib/tool", "x", AbsoluteLinks::refused));  // in no folder
}

TEST_CASE("A place of a package is three plain names") {
    CHECK(is_place("npm/@scope+name/1.0.0-abcd"));
    for (const char* place :
         {"npm/a", "npm/a/b/c", "npm/../b", "npm//b", "other/a/b", "npm/a/.new-1", "/npm/a"}) {
        CAPTURE(place);
        CHECK_FALSE(is_place(place));
    }
}

TEST_CASE("What a bundle says of itself comes back, and what it cannot say is refused") {
    Contents contents;
    contents.packages.push_back({"npm/a/1-x", std::string(64, 'a'), std::string(64, 'b'), false});
    contents.images.push_back({"mcp/time", "sha256:1", "images/0.tar", std::string(64, 'c'), 7});
    const auto read = read_contents(wire::to_text(to_json(contents)));
    REQUIRE(read.has_value());
    CHECK(read->packages.front().record == std::string(64, 'b'));
    CHECK_FALSE(read->packages.front().is_native);
    CHECK(read->images.front().member == "images/0.tar");
    for (const char* text :
         {"", "[]", "{}", R"({"form":1})", R"({"form":2,"setup":{},"packages":[],"images":[]})",
          R"({"form":1,"setup":{},"packages":[{"place":"../x"}],"images":[]})"}) {
        CAPTURE(text);
        CHECK_FALSE(read_contents(text).has_value());
    }
}
