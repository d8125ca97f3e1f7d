#include "agent/packages/node_range.hpp"
#include "agent/packages/npm_text.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::npm;

namespace {

PackageSource source(const char* package, const char* version = "") {
    PackageSource made;
    made.package = package;
    made.version = version;
    return made;
}

}  // namespace

TEST_CASE(
    "Names and versions of the registry are taken, anything npm would read as something else is refused") {
    for (const char* name : {"cowsay", "@scope/name", "lodash.merge", "a-b_c", "JSONStream"}) {
        CAPTURE(name);
        CHECK(validate_package(source(name)).has_value());
    }
    for (const char* name : {"", "-g", "--prefix=/", "../x", "/abs", "git+ssh://x", "a b", "@scope", "@/x",
                             "@a/", "a/b", "x@1", ".hidden", "a;b", "@a/../b"}) {
        CAPTURE(name);
        CHECK(validate_package(source(name)).error().code == ErrorCode::validation_error);
    }
    for (const char* version : {"", "1.2.3", "^1", "latest", ">=1 <2 || 3.x", "1.0.0-beta.1+b"}) {
        CAPTURE(version);
        CHECK(validate_package(source("x", version)).has_value());
    }
    for (const char* version : {"file:../x", "git+https://x", "-1", "npm:other@1", "a/b", "$(id)"}) {
        CAPTURE(version);
        CHECK(validate_package(source("x", version)).has_error());
    }
}

TEST_CASE("Only a whole version is exact") {
    for (const char* version : {"1.2.3", "2026.8.31", "1.0.0-beta.1", "1.0.0+build"})
        CHECK(is_exact_version(version));
    for (const char* version :
         {"", "1", "1.2", "^1.2.3", "1.2.x", "latest", "1.2.3 || 2", "1.2.3-", "1.2.3-../x"}) {
        CAPTURE(version);
        CHECK_FALSE(is_exact_version(version));
    }
}

TEST_CASE("The lock file gives the version, the hash and where it came from") {
    const auto locked = read_lock(
        R"({"lockfileVersion":3,"packages":{"":{},"node_modules/@a/b":{"version":"1.2.3","resolved":"https://r/b.tgz","integrity":"sha512-x"}}})",
        "@a/b");
    REQUIRE(locked.has_value());
    CHECK(locked->version == "1.2.3");
    CHECK(locked->integrity == "sha512-x");
    CHECK(locked->resolved == "https://r/b.tgz");
    for (const char* text :
         {"", "[]", "{}", R"({"packages":[]})", R"({"packages":{"node_modules/other":{}}})",
          R"({"packages":{"node_modules/@a/b":{"version":"../../x"}}})",
          R"({"packages":{"node_modules/@a/b":{"version":7}}})"}) {
        CAPTURE(text);
        CHECK(read_lock(text, "@a/b").has_error());
    }
}

TEST_CASE("The packages of a lock file that have install scripts are named, each by its place") {
    CHECK(packages_with_scripts(R"({"lockfileVersion":3,"packages":{"":{"hasInstallScript":true},
        "node_modules/a":{"version":"1.0.0"},"node_modules/esbuild":{"hasInstallScript":true},
        "node_modules/a/node_modules/@s/b":{"hasInstallScript":true},"node_modules/c":{"hasInstallScript":1}}})") ==
          std::vector<std::string>{"esbuild", "a/node_modules/@s/b"});
    for (const char* text : {"", "[]", "{}", R"({"packages":[]})"})
        CHECK(packages_with_scripts(text).empty());
}

TEST_CASE("The packages of a lock file without a hash are named, also those that another one needs") {
    const auto names = packages_without_hash(R"({"lockfileVersion":3,"packages":{"":{"version":"1.0.0"},
        "node_modules/a":{"version":"1.0.0","integrity":"sha512-x"},"node_modules/b":{"version":"2.0.0"},
        "node_modules/a/node_modules/@s/c":{"version":"3.0.0","integrity":""},
        "node_modules/old":{"version":"1.0.0","integrity":"sha1-x"},
        "node_modules/here":{"resolved":"../here","link":true},
        "node_modules/a/node_modules/within":{"version":"1.0.0","inBundle":true},
        "node_modules/branch":{"version":"1.0.0","resolved":"git+ssh://git@h/o/n.git#main"},
        "node_modules/commit":{"version":"1.0.0","resolved":"git+ssh://git@h/o/n.git#0123456789012345678901234567890123456789"}}})");
    CHECK(names == std::vector<std::string>{"b 2.0.0", "a/node_modules/@s/c 3.0.0", "branch 1.0.0"});
    for (const char* text : {"", "[]", "{}", R"({"packages":[]})"})
        CHECK(packages_without_hash(text).empty());
}

TEST_CASE("The program to start is the only one, the one named as the package, or the one asked for") {
    CHECK(read_manifest(R"({"bin":"dist/i.js"})", "@a/b", "")->script == "dist/i.js");
    CHECK(read_manifest(R"({"bin":"dist/i.js"})", "@a/b", "b")->script == "dist/i.js");
    CHECK(read_manifest(R"({"bin":{"zz":"z.js"}})", "@a/b", "")->script == "z.js");
    CHECK(read_manifest(R"({"bin":{"zz":"z.js","b":"b.js"}})", "@a/b", "")->script == "b.js");
    CHECK(read_manifest(R"({"bin":{"zz":"z.js","b":"b.js"}})", "@a/b", "zz")->script == "z.js");
    CHECK(read_manifest(R"({"bin":"x","engines":{"node":">=18"}})", "x", "")->engines_node == ">=18");
}

TEST_CASE("Several programs and none chosen are listed, and a program outside the package is refused") {
    const auto several = read_manifest(R"({"bin":{"one":"1.js","two":"2.js"}})", "x", "");
    REQUIRE(several.has_error());
    CHECK(several.error().code == ErrorCode::validation_error);
    CHECK(several.error().message.find("one, two") != std::string::npos);
    CHECK(read_manifest(R"({"bin":{"one":"1.js"}})", "x", "three").error().message.find("one") !=
          std::string::npos);
    for (const char* text :
         {"{}", R"({"bin":{}})", R"({"bin":3})", R"({"bin":"/bin/sh"})", R"({"bin":"../../sh"})",
          R"({"bin":"a/../../sh"})", R"({"bin":{"x":7}})", "nonsense", "[1]"}) {
        CAPTURE(text);
        CHECK(read_manifest(text, "x", "").has_error());
    }
}

TEST_CASE("A file is started by node for its first line or its extension") {
    CHECK(is_for_node("cli", "#!/usr/bin/env node\n"));
    CHECK(is_for_node("cli.js", "'use strict'"));
    CHECK(is_for_node("cli.mjs", ""));
    CHECK_FALSE(is_for_node("cli",
                            "\x7f"
                            "ELF"));
    CHECK_FALSE(is_for_node("cli", "#!/bin/sh\nnode x"));
    CHECK_FALSE(is_for_node(".js", ""));
}

TEST_CASE("npm's failures become ours, of old and new npm") {
    const auto missing =
        explain_failure("npm error code E404\nnpm error 404 Not Found - GET https://r/x\n", "install x");
    CHECK(missing.code == ErrorCode::not_found);
    CHECK(missing.message == "install x: the registry has no such package");
    CHECK(explain_failure("npm ERR! code ETARGET\nnpm ERR! notarget No matching version\n", "i").code ==
          ErrorCode::not_found);
    CHECK(explain_failure("npm error code ENOTFOUND\nnpm error network x\n", "i").code ==
          ErrorCode::unavailable);
    CHECK(explain_failure("npm error code ENOSPC\nnpm error no space\n", "i").code == ErrorCode::unavailable);
    CHECK(explain_failure("npm error code E401\nnpm error x\n", "i").code == ErrorCode::forbidden);
    const auto altered = explain_failure("npm error code EINTEGRITY\nnpm error sha512-x wanted\n", "i");
    CHECK(altered.code == ErrorCode::unavailable);
    CHECK(altered.message.find("nothing was installed: sha512-x wanted") != std::string::npos);
    const auto no_archive =
        explain_failure("npm error code Z_DATA_ERROR\nnpm error zlib: incorrect header check\n", "i");
    CHECK(no_archive.message.find("no whole archive; nothing was installed: zlib") != std::string::npos);
    CHECK(!no_archive.hint.empty());
    const auto broken = explain_failure("npm error code E503\nnpm error 503 GET https://r/x\n", "i");
    CHECK(broken.code == ErrorCode::unavailable);
    CHECK(broken.message == "i: the registry answers with an error: 503 GET https://r/x");
    CHECK(!broken.hint.empty());
    const auto script = explain_failure(
        "npm error code 1\nnpm error path /x\nnpm error command sh -c exit 1\nnpm error A complete log of "
        "this run can be "
        "found in: /root/.npm/_logs/1-debug-0.log\n",
        "i");
    CHECK(script.code == ErrorCode::cannot_launch);
    CHECK(script.message == "i: `sh -c exit 1` failed in /x");
    CHECK(script.hint.find("mcpm agent logs") != std::string::npos);
    const auto stack = explain_failure(
        "npm error code EWHAT\nnpm error errno -13\nnpm error syscall mkdir\nnpm error Error: EWHAT: not "
        "allowed, mkdir '/x'\n"
        "npm error     at async mkdir (node:internal/fs/promises:859:10)\nnpm error     at async rename "
        "(/n/x.js:12:3)\n",
        "i");
    CHECK(stack.message == "i: Error: EWHAT: not allowed, mkdir '/x'");
    const auto built = explain_failure(
        "npm error code 1\nnpm error path /x\nnpm error command failed\nnpm error command sh -c node-gyp "
        "rebuild\n"
        "npm error gyp info it worked if it ends with ok\nnpm error gyp ERR! build error\n"
        "npm error gyp ERR! stack Error: `make` failed with exit code: 2\nnpm error gyp ERR! stack     at a "
        "(/b.js:1:2)\n",
        "i");
    CHECK(built.message == "i: `make` failed with exit code: 2");
    CHECK(explain_failure("one\ntwo\n", "i").message == "i: two");
    CHECK(explain_failure("", "i").message == "i: npm gave no reason");
    CHECK(explain_failure("Seg\x1b[31mfault\n", "i").message.find('\x1b') == std::string::npos);
}

TEST_CASE("The registry's answer is one version or many") {
    CHECK(newest_in("\"1.2.3\"") == "1.2.3");
    CHECK(newest_in(R"(["1.0.0","1.2.3"])") == "1.2.3");
    CHECK(newest_in("").empty());
    CHECK(newest_in(R"({"a":1})").empty());
    CHECK(newest_in("\"nonsense\"").empty());
    CHECK(versions_in(R"(["1.0.0",3,"1.2.3"])").size() == 2);
}

TEST_CASE("What a package asks of node is compared with the node there is") {
    struct Row {
        const char* version;
        const char* range;
        RangeAnswer answer;
    };
    using enum RangeAnswer;
    for (const auto& row : {Row{"v20.20.2", ">=18", fits},
                            Row{"v20.20.2", ">=22", does_not_fit},
                            Row{"20.1.0", "^18 || >=20", fits},
                            Row{"19.0.0", "^18 || >=20", does_not_fit},
                            Row{"18.4.1", "18.x", fits},
                            Row{"20.0.0", "18.x", does_not_fit},
                            Row{"20.0.0", ">=18.0.0 <21", fits},
                            Row{"21.0.0", ">= 18 < 21", does_not_fit},
                            Row{"17.0.0", "16 - 18", fits},
                            Row{"18.9.0", "16 - 18", fits},
                            Row{"19.0.0", "16 - 18", does_not_fit},
                            Row{"20.5.1", "~20.5", fits},
                            Row{"20.6.0", "~20.5", does_not_fit},
                            Row{"20.0.0", "*", fits},
                            Row{"20.0.0", "", fits},
                            Row{"20.0.0", ">20", does_not_fit},
                            Row{"21.0.0", ">20", fits},
                            Row{"20.9.0", "<=20", fits},
                            Row{"20.0.0", "^0.10 || 20", fits},
                            Row{"0.11.0", "^0.10", does_not_fit},
                            Row{"20.0.0", "banana", unclear},
                            Row{"", ">=18", unclear},
                            Row{"20.0.0", "99999999999999999999", unclear}}) {
        CAPTURE(row.version);
        CAPTURE(row.range);
        CHECK(check_range(row.version, row.range) == row.answer);
    }
}

TEST_CASE("A scoped name becomes one folder's name") {
    CHECK(safe_name("@a/b") == "@a+b");
    CHECK(short_hash("a") != short_hash("b"));
    CHECK(short_hash("a").size() == 8);
}

TEST_CASE("npm that says no more than where its log is, is not quoted with that, and a full disk is told") {
    const auto mute = explain_failure(
        "npm warn deprecated x\nnpm error A complete log of this run can be found in: "
        "/home/me/.npm/_logs/x.log\n",
        "i");
    CHECK(mute.message.find("complete log") == std::string::npos);
    CHECK(mute.hint.find("mcpm agent logs") != std::string::npos);
    const auto full = explain_failure(
        "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write\n"
        "npm error A complete log of this run can be found in: /home/me/.npm/_logs/x.log\n",
        "i");
    CHECK(full.code == ErrorCode::unavailable);
    CHECK(full.hint == "make room on the disk");
}
