// The gateway's walks and rewritings against nlohmann: each member and element is met once, in order, and a
// rewritten message differs from the original in what was rewritten alone.
#include "agent/gateway/messages.hpp"
#include "common/json_walk.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mcpm;
using namespace mcpm::gateway;
using json = nlohmann::ordered_json;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

json parsed(std::string_view text) {
    return json::parse(text, nullptr, false);
}

/// Depth first: every object and array that the text holds.
void walk(std::string_view text, const json& value) {
    if (value.is_object()) {
        std::size_t met = 0;
        for_each_member(text, [&](std::string_view name, const mcp::JsonSlice& slice) {
            const auto key = parsed(name);
            require(key.is_string() && value.contains(key.get<std::string>()));
            require(parsed(slice.text) == value.at(key.get<std::string>()));
            ++met;
            walk(slice.text, value.at(key.get<std::string>()));
        });
        require(met == value.size());
    } else if (value.is_array()) {
        std::size_t met = 0;
        for_each_element(text, [&](const mcp::JsonSlice& slice) {
            require(met < value.size() && parsed(slice.text) == value[met]);
            walk(slice.text, value[met++]);
        });
        require(met == value.size());
    } else {
        for_each_member(text, [](std::string_view, const mcp::JsonSlice&) { require(false); });
        for_each_element(text, [](const mcp::JsonSlice&) { require(false); });
    }
}

/// All that was there is there as it was; what was missing was added.
void check_modern_result(std::string_view text, const json& before) {
    mcp::SessionFacts facts;
    facts.server_info = R"({"name":"n"})";
    for (const char* method : {"tools/list", "tools/call"}) {
        const json after = parsed(modern_result(text, method, facts));
        require(after.is_object());
        for (const auto& [key, value] : before.items()) {
            if (key != "_meta") require(after.contains(key) && after.at(key) == value);
        }
        require(after.contains("resultType"));
        require(!before.contains("_meta") || !before.at("_meta").is_object() ||
                after.at("_meta").size() >= before.at("_meta").size());
    }
}

void check_errors(std::string_view text, const json& before) {
    for (const auto& rewritten : {modern_error(text), legacy_error(text, "resources/read")}) {
        json after = parsed(rewritten);
        require(after.is_object() && after.size() == before.size());
        if (before.contains("code")) after["code"] = before.at("code");
        require(after == before);
    }
}

/// A member twice, a lone surrogate, a number that is no double: the two differ there by design.
bool is_comparable(const mcp::MessageScan& scan, std::string_view text) {
    return scan.fault == mcp::ScanFault::none && !scan.has_lone_surrogate &&
           text.find('\0') == std::string_view::npos && text.find("\\u0000") == std::string_view::npos;
}

bool has_duplicates(std::string_view text, const json& value) {
    bool found = false;
    std::size_t met = 0;
    if (value.is_object()) {
        for_each_member(text, [&](std::string_view name, const mcp::JsonSlice& slice) {
            ++met;
            const auto key = parsed(name);
            if (!key.is_string() || !value.contains(key.get<std::string>())) return;
            found = found || has_duplicates(slice.text, value.at(key.get<std::string>()));
        });
        return found || met > value.size();
    }
    for_each_element(text, [&](const mcp::JsonSlice& slice) {
        if (value.is_array() && met < value.size()) found = found || has_duplicates(slice.text, value[met]);
        ++met;
    });
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // Whatever the bytes are, nobody reads past them.
    for_each_member(text, [](std::string_view, const mcp::JsonSlice&) {});
    for_each_element(text, [](const mcp::JsonSlice&) {});
    const mcp::MessageScan scan = mcp::scan_message(text);
    static_cast<void>(read_envelope(scan));
    static_cast<void>(missing_capability(text, text));
    static_cast<void>(is_input_required(text));
    if (!is_comparable(scan, text)) return 0;
    const json value = parsed(text);
    if (!value.is_object() || has_duplicates(text, value)) return 0;
    walk(text, value);
    check_modern_result(text, value);
    check_errors(text, value);
    require(parsed(with_members(text, R"("added by us":1)")).is_object());
    return 0;
}
