#include "agent/dashboard/assets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace mcpm;

namespace {

const dashboard::Asset* find(std::string_view path) {
    const auto all = dashboard::assets();
    const auto found = std::ranges::find(all, path, &dashboard::Asset::path);
    return found == all.end() ? nullptr : &*found;
}

std::string text_of(std::span<const unsigned char> bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE(
    "the page refers only to files that are embedded, and has nothing inline that its policy would refuse") {
    const auto* index = find("/index.html");
    if (index == nullptr) {
        MESSAGE("built with MCPM_DASHBOARD=OFF");
        CHECK(dashboard::assets().empty());
        return;
    }
    const auto html = text_of(index->identity);
    CHECK(html.find(R"(<meta name="mcpm-base" content="/">)") != std::string::npos);
    CHECK(html.find("style=") == std::string::npos);
    CHECK(html.find("<style") == std::string::npos);
    CHECK(html.find("http://") == std::string::npos);
    CHECK(html.find("https://") == std::string::npos);
    std::size_t references = 0;
    for (auto at = html.find("\"/assets/"); at != std::string::npos; at = html.find("\"/assets/", at + 1)) {
        const auto path = html.substr(at + 1, html.find('"', at + 1) - at - 1);
        CAPTURE(path);
        const auto* asset = find(path);
        REQUIRE(asset != nullptr);
        CHECK(asset->immutable);
        ++references;
    }
    CHECK(references >= 5);
    CHECK(html.find("%") == std::string::npos);
}

TEST_CASE("every embedded file has its type, its tag, and smaller forms of itself") {
    for (const auto& asset : dashboard::assets()) {
        CAPTURE(asset.path);
        CHECK(asset.path.starts_with('/'));
        CHECK(!asset.type.empty());
        CHECK(asset.etag.starts_with('"'));
        CHECK(asset.etag.ends_with('"'));
        REQUIRE(asset.gzip.size() > 2);
        CHECK(asset.gzip[0] == 0x1f);
        CHECK(asset.gzip[1] == 0x8b);
        CHECK(!asset.brotli.empty());
        CHECK(asset.immutable == asset.path.starts_with("/assets/"));
        if (asset.identity.size() > 1000) CHECK(asset.brotli.size() < asset.identity.size());
    }
}
