// The room dashboard: the page. It may include nothing. It never asks the agent but as any browser does.
//
// The dashboard's files, embedded in the program. The source behind this is written at build time by
// cmake/dashboard.cmake; with MCPM_DASHBOARD=OFF it is no_assets.cpp, and there are none.
#pragma once

#include <span>
#include <string_view>

namespace mcpm::dashboard {

struct Asset {
    std::string_view path;  // as asked for: "/index.html", "/assets/main-3f2a81c0.js"
    std::string_view type;  // of the content: "text/html; charset=utf-8"
    std::string_view etag;  // with its quotes
    std::span<const unsigned char> identity;
    std::span<const unsigned char> gzip;    // empty = not kept in this form
    std::span<const unsigned char> brotli;  // likewise
    bool immutable = false;                 // its path has a hash of what it holds
};

std::span<const Asset> assets();

}  // namespace mcpm::dashboard
