#include "common/number.hpp"
#include "common/own_program.hpp"
#include "common/random.hpp"
#include "common/search_path.hpp"
#include "common/url.hpp"
#include "common/words.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace mcpm;

TEST_CASE("A number is the whole of its text, and nothing else is one") {
    CHECK(parse_number<int>("17") == 17);
    CHECK(parse_number<int>("-17") == -17);
    CHECK(parse_number<std::uint16_t>("65535") == 65535);
    CHECK(parse_number<unsigned>("ff", 16) == 255U);
    CHECK(parse_number<double>("1.5e2") == 150.0);
    for (const char* text : {"", " 1", "1 ", "+1", "1x", "x", "0x1", "1.0"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number<int>(text).has_value());
    }
    CHECK_FALSE(parse_number<unsigned>("-1").has_value());
    CHECK_FALSE(parse_number<std::uint16_t>("65536").has_value());
}

TEST_CASE("A number is taken off the text that it begins") {
    std::string_view text = "12.7";
    CHECK(take_number<int>(text) == 12);
    CHECK(text == ".7");
    CHECK_FALSE(take_number<int>(text).has_value());
    CHECK(text == ".7");
    std::string_view none;
    CHECK_FALSE(take_number<int>(none).has_value());
}

TEST_CASE("Text is cut into words and freed of blanks") {
    CHECK(trimmed(" \ta b\t ") == "a b");
    CHECK(trimmed(" \n") == "\n");
    CHECK(trimmed("\r\n x \n", " \r\n") == "x");
    CHECK(trimmed("   ").empty());
    CHECK(split_words("  ls  -l ") == std::vector<std::string>{"ls", "-l"});
    CHECK(split_words("").empty());
    CHECK(split_words("/bin::/usr/bin:", ':') == std::vector<std::string>{"/bin", "/usr/bin"});
    std::string_view rest = "a,b,";
    CHECK(take_word(rest, ',') == "a");
    CHECK(take_word(rest, ',') == "b");
    CHECK(rest.empty());
    CHECK(take_word(rest, ',').empty());
}

TEST_CASE("Random bytes are as many as were asked for, and others each time") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(300).size() == 300);
    const std::string digits = random_hex(16);
    CHECK(digits.size() == 32);
    CHECK(digits.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(digits != random_hex(16));
}

TEST_CASE("A program is found in the absolute folders of a PATH, if it can be executed") {
    char pattern[] = "/tmp/mcpm-path-XXXXXX";
    const std::string folder = ::mkdtemp(pattern);
    std::ofstream(folder + "/tool") << "#!/bin/sh\n";
    CHECK(folders_of_path(":bin:" + folder + "::.") == std::vector<std::string>{folder});
    CHECK_FALSE(find_on_path("tool", folder).has_value());
    CHECK(check_executable(folder + "/tool") == EACCES);
    REQUIRE(::chmod((folder + "/tool").c_str(), 0755) == 0);
    CHECK(find_on_path("tool", "/nowhere:" + folder) == folder + "/tool");
    CHECK(check_executable(folder) == EACCES);
    CHECK(check_executable(folder + "/none") == ENOENT);
    CHECK(check_executable(folder + "/tool/x") == ENOENT);
    CHECK_FALSE(find_on_path("tool", "").has_value());
    CHECK(programs_on_path("tool", "bin:" + folder + ":/nowhere:" + folder) ==
          std::vector<std::string>{folder + "/tool"});
    std::filesystem::remove_all(folder);
}

TEST_CASE("The program that runs is known by its file") {
    CHECK(std::filesystem::equivalent(own_program(), "/proc/self/exe"));
}

TEST_CASE("A URL of any scheme is cut at its signs, and its origin is told without who signs in") {
    const auto url = split_url("https://me:word@[::1]:8443/a/b?c=@#d");
    REQUIRE(url.has_value());
    CHECK(url->scheme == "https");
    CHECK(url->user == "me:word");
    CHECK(url->authority == "[::1]:8443");
    CHECK(url->rest == "/a/b?c=@#d");
    CHECK(origin_of_url("https://me:word@[::1]:8443/a/b") == "https://[::1]:8443");
    const auto bare = split_url("socks5://proxy");
    REQUIRE(bare.has_value());
    CHECK(bare->authority == "proxy");
    CHECK(bare->rest.empty());
    CHECK_FALSE(bare->user.has_value());
    CHECK(split_url("http://@host/")->user == "");
    CHECK_FALSE(split_url("host:80/path").has_value());
    CHECK(origin_of_url("host:80/path").empty());
    CHECK(is_web_url("http://a"));
    CHECK_FALSE(is_web_url("ftp://a"));
}

TEST_CASE("A URL of http says where it leads") {
    const auto url = parse_http_url("http://[::1]:8080/mcp?a=1#b");
    REQUIRE(url.has_value());
    CHECK(url->host == "::1");
    CHECK(url->port == 8080);
    CHECK(url->path == "/mcp?a=1");
    CHECK(url->authority == "[::1]:8080");
    const auto bare = parse_http_url("http://localhost");
    REQUIRE(bare.has_value());
    CHECK(bare->port == 80);
    CHECK(bare->path == "/");
    for (const char* text :
         {"https://a/", "http://", "http://a:/", "http://a:0/", "http://u@a/", "http://a /"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_http_url(text).has_value());
    }
    CHECK(split_authority("[::1]").port.empty());
    CHECK(split_authority("a:1").port == "1");
    CHECK(join_authority("::1", 80) == "[::1]:80");
    CHECK(join_authority("box.example", 8080) == "box.example:8080");
    CHECK(without_brackets("[]") == "[]");
}
