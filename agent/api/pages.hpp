// The dashboard's files, as embedded, for browsers. Everybody may have them. Pure.
#pragma once

#include "agent/dashboard/assets.hpp"
#include "agent/http/message.hpp"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mcpm::api {

class Pages {
  public:
    /// `assets` outlives it. `public_url` may have a path, under which a proxy serves all this.
    Pages(std::span<const dashboard::Asset> assets, std::string_view public_url);

    /// A file for a path below /assets/, else the page.
    http::Response answer(const http::Request& request) const;

    /// Of the public address: "/mcpm", or empty.
    const std::string& base() const { return base_; }
    bool has_base() const { return !base_.empty(); }
    /// A request's path without base(), for a proxy that does not take that away.
    std::string without_base(std::string path) const;

  private:
    http::Response file(const http::Request& request, const dashboard::Asset& asset) const;
    http::Response page(const http::Request& request) const;

    std::string base_;
    std::unordered_map<std::string_view, const dashboard::Asset*> files_;
    const dashboard::Asset* index_ = nullptr;
    std::string index_text_, index_etag_;  // with the base written into it
};

/// What the request's Accept-Encoding lists and does not refuse.
bool accepts_encoding(const http::Request& request, std::string_view coding);

}  // namespace mcpm::api
