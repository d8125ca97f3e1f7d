#include "agent/gateway/shown_uris.hpp"

#include "agent/gateway/ui_uris.hpp"
#include "agent/mcp/json_rpc.hpp"
#include "common/ascii.hpp"
#include "common/json_scan.hpp"
#include "common/json_walk.hpp"

#include <deque>
#include <vector>

namespace mcpm::gateway {

namespace {

constexpr std::string_view scheme = "mcpm+";

/// Places in a result, in the order they stand there.
class Marking {
  public:
    Marking(std::string_view result, std::string_view mark) : result_(result), mark_(mark) {}

    /// An object with a URI: a link, or what stands in `contents`.
    void mark(std::string_view object) {
        const auto uri = mcp::member(object, "uri");
        if (uri.type != mcp::JsonType::string) return;
        const std::string own = mcp::decode_string(uri);
        if (is_ui_uri(own)) return;
        texts_.push_back(mcp::quote(std::string(mark_) + own));
        edits_.push_back(mcp::replace(result_, uri, texts_.back()));
    }
    /// A block of content.
    void mark_block(const mcp::JsonSlice& block) {
        if (block.type != mcp::JsonType::object) return;
        const auto type = mcp::decode_string(mcp::member(block.text, "type"));
        if (type == "resource_link") mark(block.text);
        if (type == "resource") mark(mcp::member(block.text, "resource").text);
    }
    void mark_blocks(const mcp::JsonSlice& content) {
        if (content.type == mcp::JsonType::object) mark_block(content);
        if (content.type == mcp::JsonType::array)
            mcp::for_each_element(content.text, [this](const mcp::JsonSlice& block) { mark_block(block); });
    }
    const std::vector<mcp::Edit>& edits() const { return edits_; }

  private:
    std::string_view result_, mark_;
    std::deque<std::string> texts_;  // the edits' own
    std::vector<mcp::Edit> edits_;
};

}  // namespace

std::string uri_mark(std::string_view prefix) {
    std::string mark(scheme);
    for (const char c : prefix) {
        if (ascii::is_upper(c)) mark += '.';
        mark += c == '_' ? '+' : ascii::lower(c);
    }
    return mark + ":";
}

std::string_view mark_of(std::string_view uri) {
    const auto colon = uri.find(':');
    return uri.starts_with(scheme) && colon != std::string_view::npos ? uri.substr(0, colon + 1)
                                                                      : std::string_view();
}

std::string with_marked_uris(std::string result, std::string_view mark) {
    Marking marking(result, mark);
    mcp::for_each_member(result, [&](std::string_view name, const mcp::JsonSlice& value) {
        if (name == R"("content")") marking.mark_blocks(value);
        if (name == R"("contents")" && value.type == mcp::JsonType::array)
            mcp::for_each_element(value.text, [&](const mcp::JsonSlice& one) { marking.mark(one.text); });
        if (name == R"("messages")" && value.type == mcp::JsonType::array)
            mcp::for_each_element(value.text, [&](const mcp::JsonSlice& one) {
                marking.mark_blocks(mcp::member(one.text, "content"));
            });
    });
    if (marking.edits().empty()) return result;
    return mcp::splice(result, marking.edits(), mcp::Newlines::keep);
}

}  // namespace mcpm::gateway
