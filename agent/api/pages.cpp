#include "agent/api/pages.hpp"

#include "agent/door/answer.hpp"
#include "common/sha256.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' "
    "data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
    "'none'";
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view asked_anew = "no-cache";

std::string_view bytes_of(std::span<const unsigned char> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

http::Response with_rules(http::Response response) {
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    return response;
}

/// The path of "https://example.com/mcpm".
std::string path_of(std::string_view url) {
    const auto parts = split_url(url);
    return parts ? std::string(parts->rest) : std::string();
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// RFC 9110, 13.1.2: a list of tags, weak or not, or *.
bool is_known_already(const http::Request& request, std::string_view etag) {
    const auto known = request.header("if-none-match");
    return known && (*known == "*" || known->find(etag) != std::string_view::npos);
}

struct Form {
    std::string_view coding;  // empty = as it is
    std::string_view bytes;
};

Form form_for(const http::Request& request, const dashboard::Asset& asset) {
    if (!asset.brotli.empty() && accepts_encoding(request, "br")) return {"br", bytes_of(asset.brotli)};
    if (!asset.gzip.empty() && accepts_encoding(request, "gzip")) return {"gzip", bytes_of(asset.gzip)};
    return {{}, bytes_of(asset.identity)};
}

http::Response answer_with(const http::Request& request, std::string_view type, Form form,
                           std::string_view etag, std::string_view keeping) {
    http::Response response;
    response.headers = {
        {"Cache-Control", std::string(keeping)}, {"ETag", std::string(etag)}, {"Vary", "Accept-Encoding"}};
    if (is_known_already(request, etag)) {
        response.status = 304;
        response.content_type.clear();
        return with_rules(std::move(response));
    }
    response.content_type = type;
    response.body = form.bytes;
    if (!form.coding.empty()) response.headers.emplace_back("Content-Encoding", form.coding);
    return with_rules(std::move(response));
}

http::Response no_dashboard() {
    http::Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body =
        "This mcpmd was built without the dashboard (MCPM_DASHBOARD=OFF).\n"
        "Build it with -DMCPM_DASHBOARD=ON, which needs Node.js and npm. Everything the dashboard does,\n"
        "mcpm does too: mcpm help\n";
    return with_rules(std::move(response));
}

}  // namespace

bool accepts_encoding(const http::Request& request, std::string_view coding) {
    const auto header = request.header("accept-encoding");
    for (std::string_view rest = header.value_or(""); !rest.empty();) {
        const auto end = std::min(rest.find(','), rest.size());
        auto one = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        const auto name = one.substr(0, one.find_first_of("; "));
        if (name != coding) continue;
        const auto weight = one.find("q=");
        return weight == std::string_view::npos ||
               one.substr(weight + 2).find_first_not_of("0. ") != std::string_view::npos;
    }
    return false;
}

Pages::Pages(std::span<const dashboard::Asset> assets, std::string_view public_url)
    : base_(path_of(public_url)) {
    for (const auto& asset : assets) {
        files_.emplace(asset.path, &asset);
        if (asset.path == "/index.html") index_ = &asset;
    }
    if (index_ == nullptr || base_.empty()) return;
    index_text_ = bytes_of(index_->identity);
    replace_all(index_text_, "\"/assets/", "\"" + base_ + "/assets/");
    replace_all(index_text_, R"(name="mcpm-base" content="/")",
                R"(name="mcpm-base" content=")" + base_ + "/\"");
    index_etag_ = "\"" + sha256_hex(index_text_).substr(0, 32) + "\"";
}

std::string Pages::without_base(std::string path) const {
    if (base_.empty() || !path.starts_with(base_)) return path;
    if (path.size() == base_.size()) return "/";
    return path[base_.size()] == '/' ? path.substr(base_.size()) : path;
}

http::Response Pages::file(const http::Request& request, const dashboard::Asset& asset) const {
    return answer_with(request, asset.type, form_for(request, asset), asset.etag,
                       asset.immutable ? for_ever : asked_anew);
}

http::Response Pages::page(const http::Request& request) const {
    if (index_ == nullptr) return no_dashboard();
    if (base_.empty()) return file(request, *index_);
    return answer_with(request, index_->type, {{}, index_text_}, index_etag_, asked_anew);
}

http::Response Pages::answer(const http::Request& request) const {
    if (!request.path.starts_with("/assets/")) return page(request);
    const auto found = files_.find(request.path);
    if (found != files_.end()) return file(request, *found->second);
    return door::failure(Error{ErrorCode::not_found, "there is no such file"});
}

}  // namespace mcpm::api
