// Any text as a request's target: what is accepted is UTF-8, and its values come back from their escaped
// form.
#include "agent/http/target.hpp"
#include "common/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mcpm::http;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = parse_target(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!parsed) return 0;
    require(parsed->path == "*" || parsed->path.starts_with('/'));
    require(parsed->path.find_first_of("?#") == std::string::npos);
    require(parsed->query.size() <= 64);
    std::string again = parsed->path + "?";
    for (const auto& [name, value] : parsed->query) {
        require(mcpm::is_utf8(name) && mcpm::is_utf8(value));
        again += escaped(name) + "=" + escaped(value) + "&";
    }
    const auto reparsed = parse_target(again);
    require(reparsed.has_value() && reparsed->path == parsed->path && reparsed->query == parsed->query);
    return 0;
}
