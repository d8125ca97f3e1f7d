#include "agent/http/target.hpp"

#include "common/ascii.hpp"
#include "common/url.hpp"
#include "common/utf8.hpp"

#include <utility>

namespace mcpm::http {

namespace {

constexpr std::size_t parameter_limit = 64;

using ascii::hex_value;

Error bad(std::string message) {
    return Error{ErrorCode::validation_error, std::move(message)};
}

Result<> add_parameter(std::map<std::string, std::string>& query, std::string_view piece) {
    const auto equals = piece.find('=');
    auto name = decoded(piece.substr(0, equals), Plus::is_space);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : decoded(piece.substr(equals + 1), Plus::is_space);
    if (!name || !value) return bad("query: a parameter is not percent-encoded UTF-8");
    if (query.size() >= parameter_limit) return bad("query: more than 64 parameters");
    query.insert_or_assign(std::move(*name), std::move(*value));
    return {};
}

/// "http://host:port/path" -> "/path"; other text unchanged.
std::string_view without_authority(std::string_view target) {
    if (target.starts_with('/')) return target;
    const auto url = split_url(target);
    if (!url) return target;
    return url->rest.starts_with('/') ? url->rest : std::string_view("/");
}

}  // namespace

std::optional<std::string> decoded(std::string_view text, Plus plus) {
    const bool is_plain = text.find_first_of(plus == Plus::is_space ? "%+" : "%") == std::string_view::npos;
    if (is_plain) return is_utf8(text) ? std::optional<std::string>(text) : std::nullopt;
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus == Plus::is_space) {
            out += ' ';
        } else if (text[at] != '%') {
            out += text[at];
        } else {
            if (at + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[at + 1]);
            const int low = hex_value(text[at + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            at += 2;
        }
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

Result<Target> parse_target(std::string_view target) {
    target = without_authority(target);
    target = target.substr(0, target.find('#'));
    const auto question = target.find('?');
    Target out;
    out.path = target.substr(0, question);
    if (out.path != "*" && !out.path.starts_with('/'))
        return bad("target: a path beginning with / is expected");
    if (!decoded(out.path, Plus::is_plus)) return bad("path: not percent-encoded UTF-8");
    if (question == std::string_view::npos) return out;
    auto rest = target.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto piece = rest.substr(0, end);
        if (!piece.empty()) {
            if (auto added = add_parameter(out.query, piece); !added) return added.error();
        }
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out;
}

}  // namespace mcpm::http
