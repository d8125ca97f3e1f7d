#include "agent/gateway/ui_uris.hpp"

#include "agent/gateway/messages.hpp"
#include "common/json_scan.hpp"
#include "common/json_walk.hpp"

#include <array>

namespace mcpm::gateway {

namespace {

using mcp::JsonSlice;
using mcp::JsonType;

constexpr std::string_view scheme = "ui://";

JsonSlice nested(std::string_view object) {
    return mcp::member(mcp::member(mcp::member(object, "_meta").text, "ui").text, "resourceUri");
}

JsonSlice flat(std::string_view object) {
    return mcp::member(mcp::member(object, "_meta").text, "ui/resourceUri");
}

/// The `uri` of a link, or of an embedded resource.
JsonSlice uri_of_content(std::string_view item) {
    const std::string_view type = mcp::member(item, "type").text;
    if (type == R"("resource_link")") return mcp::member(item, "uri");
    return type == R"("resource")" ? mcp::member(mcp::member(item, "resource").text, "uri") : JsonSlice{};
}

JsonSlice uri_of_read(std::string_view item) {
    return mcp::member(item, "uri");
}

std::string shown_items(std::string_view array, std::string_view prefix,
                        JsonSlice (*uri_of)(std::string_view)) {
    std::string out = "[";
    mcp::for_each_element(array, [&](const JsonSlice& item) {
        if (out.size() > 1) out.push_back(',');
        const JsonSlice uri = item.type == JsonType::object ? uri_of(item.text) : JsonSlice{};
        const std::string text = uri.type == JsonType::string ? decode_string(uri) : std::string();
        out.append(is_ui_uri(text) ? with_string(item.text, uri, shown_ui_uri(text, prefix))
                                   : std::string(item.text));
    });
    return out + "]";
}

}  // namespace

bool is_ui_uri(std::string_view uri) {
    return uri.starts_with(scheme);
}

std::string shown_ui_uri(std::string_view uri, std::string_view prefix) {
    return std::string(scheme).append(prefix).append("/").append(uri.substr(scheme.size()));
}

std::string_view prefix_of_ui_uri(std::string_view shown) {
    if (!is_ui_uri(shown)) return {};
    const std::string_view rest = shown.substr(scheme.size());
    const auto slash = rest.find('/');
    return slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
}

std::string own_ui_uri(std::string_view shown) {
    const std::string_view prefix = prefix_of_ui_uri(shown);
    if (prefix.empty()) return {};
    return std::string(scheme).append(shown.substr(scheme.size() + prefix.size() + 1));
}

std::string with_shown_ui_template(std::string object, std::string_view prefix) {
    if (object.find(scheme) == std::string::npos) return object;
    for (const auto find : {&nested, &flat}) {
        const JsonSlice uri = find(object);
        const std::string text = uri.type == JsonType::string ? decode_string(uri) : std::string();
        if (is_ui_uri(text)) object = with_string(object, uri, shown_ui_uri(text, prefix));
    }
    return object;
}

std::string with_shown_ui_uris(std::string result, std::string_view prefix) {
    if (result.find(scheme) == std::string::npos) return result;
    result = with_shown_ui_template(std::move(result), prefix);
    const JsonSlice content = mcp::member(result, "content");
    const bool is_call = content.type == JsonType::array;
    const JsonSlice items = is_call ? content : mcp::member(result, "contents");
    if (items.type != JsonType::array) return result;
    const std::string shown = shown_items(items.text, prefix, is_call ? &uri_of_content : &uri_of_read);
    const mcp::Edit edit = mcp::replace(result, items, shown);
    return mcp::splice(result, {&edit, 1}, mcp::Newlines::keep);
}

bool is_for_app_alone(std::string_view tool) {
    const JsonSlice visibility =
        mcp::member(mcp::member(mcp::member(tool, "_meta").text, "ui").text, "visibility");
    if (visibility.type != JsonType::array) return false;
    bool for_model = false;
    mcp::for_each_element(visibility.text,
                          [&](const JsonSlice& who) { for_model |= who.text == R"("model")"; });
    return !for_model;
}

}  // namespace mcpm::gateway
