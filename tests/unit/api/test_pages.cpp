#include "agent/api/pages.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace mcpm;
using api::Pages;

namespace {

std::span<const unsigned char> bytes(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

constexpr std::string_view index_text =
    R"(<meta name="mcpm-base" content="/"><script src="/assets/main-1.js"></script>)";

const std::array<dashboard::Asset, 2>& files() {
    static const std::array<dashboard::Asset, 2> all{
        dashboard::Asset{
            "/index.html", "text/html; charset=utf-8", "\"i1\"", bytes(index_text), bytes("gz"), {}},
        dashboard::Asset{"/assets/main-1.js", "text/javascript", "\"m1\"", bytes("plain"), bytes("gzipped"),
                         bytes("brotli"), true}};
    return all;
}

http::Request ask(std::string path, std::string accepted = "", std::string known = "") {
    http::Request request;
    request.method = "GET";
    request.path = std::move(path);
    if (!accepted.empty()) request.headers.emplace_back("accept-encoding", std::move(accepted));
    if (!known.empty()) request.headers.emplace_back("if-none-match", std::move(known));
    return request;
}

std::string field(const http::Response& response, std::string_view name) {
    for (const auto& [field, value] : response.headers) {
        if (field == name) return value;
    }
    return {};
}

}  // namespace

TEST_CASE("Every page is the one page, asked for anew each time") {
    const Pages pages(files(), "");
    for (const char* path : {"/", "/servers", "/servers/a%2Fb", "/login"}) {
        const auto answer = pages.answer(ask(path));
        CHECK(answer.status == 200);
        CHECK(answer.body == index_text);
        CHECK(answer.content_type == "text/html; charset=utf-8");
        CHECK(field(answer, "Cache-Control") == "no-cache");
        CHECK(field(answer, "Content-Security-Policy").find("default-src 'none'; script-src 'self';") == 0);
        CHECK(field(answer, "Cross-Origin-Opener-Policy") == "same-origin");
    }
}

TEST_CASE("A file comes as the browser can take it, and is kept for ever where its name has its hash") {
    const Pages pages(files(), "");
    CHECK(pages.answer(ask("/assets/main-1.js")).body == "plain");
    CHECK(pages.answer(ask("/assets/main-1.js", "gzip, deflate, br")).body == "brotli");
    CHECK(pages.answer(ask("/assets/main-1.js", "gzip;q=0.5, br;q=0")).body == "gzipped");
    CHECK(pages.answer(ask("/assets/main-1.js", "gzip;q=0.000")).body == "plain");
    const auto answer = pages.answer(ask("/assets/main-1.js", "br"));
    CHECK(field(answer, "Content-Encoding") == "br");
    CHECK(field(answer, "Vary") == "Accept-Encoding");
    CHECK(field(answer, "Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(pages.answer(ask("/assets/nothing.js")).status == 404);
}

TEST_CASE("What a browser has already is not sent again") {
    const Pages pages(files(), "");
    for (const char* known : {"\"m1\"", "W/\"m1\"", "\"x\", \"m1\"", "*"}) {
        const auto answer = pages.answer(ask("/assets/main-1.js", "br", known));
        CHECK(answer.status == 304);
        CHECK(answer.body.empty());
        CHECK(field(answer, "ETag") == "\"m1\"");
    }
    CHECK(pages.answer(ask("/assets/main-1.js", "", "\"m2\"")).status == 200);
}

TEST_CASE("Under a path of the public address the page names its files there, and the path is taken or not") {
    const Pages pages(files(), "https://example.com/mcpm");
    const auto answer = pages.answer(ask("/", "gzip"));
    CHECK(answer.body ==
          R"(<meta name="mcpm-base" content="/mcpm/"><script src="/mcpm/assets/main-1.js"></script>)");
    CHECK(field(answer, "ETag") != "\"i1\"");
    CHECK(pages.without_base("/mcpm/api/servers") == "/api/servers");
    CHECK(pages.without_base("/mcpm") == "/");
    CHECK(pages.without_base("/api/servers") == "/api/servers");
    CHECK(pages.without_base("/mcpmx/api") == "/mcpmx/api");
    CHECK(Pages(files(), "https://example.com").without_base("/mcpm/x") == "/mcpm/x");
}

TEST_CASE("An agent without a dashboard says how to build one") {
    const Pages pages({}, "");
    CHECK(pages.answer(ask("/servers")).body.find("MCPM_DASHBOARD") != std::string::npos);
}
