// The JSON scanner against nlohmann: same verdict on every text, same values in every slice, and a
// rewritten message differs from the original in what was rewritten alone.
#include "common/json_scan.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace mcpm::mcp;
using nlohmann::json;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// Texts on which the two differ by design: nlohmann takes NUL for the end and skips a byte order mark.
bool outside_comparison(std::string_view text) {
    return text.find('\0') != std::string_view::npos || text.substr(0, 1) == "\xEF";
}

/// nullopt when nlohmann accepts the syntax but cannot hold a number (1e999).
std::optional<bool> accepted(std::string_view text, json& parsed) {
    try {
        parsed = json::parse(text);
        return true;
    } catch (const json::out_of_range&) {
        return std::nullopt;
    } catch (const json::parse_error&) {
        return false;
    }
}

void check_slice(const JsonSlice& slice, const json& holder, const char* name) {
    if (!holder.is_object() || !holder.contains(name)) {
        require(!slice);
        return;
    }
    require(bool(slice) && json::parse(slice.text) == holder.at(name));
    if (slice.type == JsonType::string) require(decode_string(slice) == holder.at(name).get<std::string>());
}

void check_slices(const MessageScan& scan, const json& parsed) {
    for (const auto& [slice, name] : {std::pair{&scan.jsonrpc, "jsonrpc"},
                                      {&scan.id, "id"},
                                      {&scan.method, "method"},
                                      {&scan.params, "params"},
                                      {&scan.result, "result"},
                                      {&scan.error, "error"}}) {
        check_slice(*slice, parsed, name);
        const JsonSlice again = member(scan.text, name);
        require(again.text == slice->text);
    }
    const json params = parsed.contains("params") ? parsed.at("params") : json();
    check_slice(scan.meta, params, "_meta");
    check_slice(scan.name, params, "name");
    check_slice(scan.request_id, params, "requestId");
    check_slice(scan.progress, params, "progress");
    check_slice(scan.progress_token, params, "progressToken");
    check_slice(scan.meta_token, scan.meta ? params.at("_meta") : json(), "progressToken");
}

void check_rewrite(std::string_view text, const MessageScan& scan, json parsed) {
    if (!scan.id) return;
    const std::array edits{replace(text, scan.id, "18446744073709551615")};
    const std::string rewritten = splice(text, edits, Newlines::drop);
    require(rewritten.find_first_of("\r\n") == std::string::npos);
    parsed["id"] = 18446744073709551615ull;
    require(json::parse(rewritten) == parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const MessageScan scan = scan_message(text);
    require(is_well_formed(text) || scan.fault != ScanFault::none);
    if (outside_comparison(text) || scan.fault == ScanFault::too_deep ||
        scan.fault == ScanFault::duplicate_member) {
        return 0;
    }
    json parsed;
    const auto verdict = accepted(text, parsed);
    const bool ours = scan.fault == ScanFault::none || scan.fault == ScanFault::not_an_object;
    if (scan.has_lone_surrogate) {
        if (!ours) return 0;
        std::string mended(text);
        replace_lone_surrogates(mended);
        require(accepted(mended, parsed).value_or(true));
        return 0;
    }
    if (!verdict) return 0;  // the rest of the text was not looked at by nlohmann
    require(*verdict == ours);
    if (scan.fault != ScanFault::none) return 0;
    check_slices(scan, parsed);
    check_rewrite(text, scan, parsed);
    return 0;
}
