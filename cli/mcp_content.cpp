#include "cli/mcp_content.hpp"

#include "common/base64.hpp"
#include "common/units.hpp"

#include <cstdint>

namespace mcpm::cli {

namespace {

std::string size_of_base64(const std::string& data) {
    return format_bytes(data.size() / 4 * 3);
}

std::string resource_in_words(const Json& resource) {
    const Json& plain = member(resource, "text");
    if (plain.is_string()) return plain.get<std::string>();
    return "[resource " + text(resource, "uri") + " " + text(resource, "mimeType") + ", " +
           size_of_base64(text(resource, "blob")) + "]";
}

std::string block_in_words(const Json& block) {
    const std::string type = text(block, "type");
    if (type == "text") return text(block, "text");
    if (type == "image" || type == "audio") {
        return "[" + type + " " + text(block, "mimeType") + ", " + size_of_base64(text(block, "data")) + "]";
    }
    if (type == "resource") return resource_in_words(member(block, "resource"));
    if (type == "resource_link") return "[resource " + text(block, "uri") + " " + text(block, "name") + "]";
    if (type.empty() && (block.contains("text") || block.contains("blob"))) return resource_in_words(block);
    return compact(block);
}

}  // namespace

std::string content_in_words(const Json& content) {
    std::string out;
    const Json blocks = content.is_array()  ? content
                        : content.is_null() ? Json::array()
                                            : Json::array({content});
    for (const Json& block : blocks) {
        out += block_in_words(block);
        if (!out.empty() && out.back() != '\n') out += '\n';
    }
    return out;
}

std::optional<std::string> first_binary(const Json& content) {
    if (!content.is_array()) return std::nullopt;
    for (const Json& block : content) {
        std::string data = text(block, "data");
        if (data.empty()) data = text(member(block, "resource"), "blob");
        if (data.empty()) data = text(block, "blob");
        if (!data.empty()) return base64::decode(data);
    }
    return std::nullopt;
}

}  // namespace mcpm::cli
