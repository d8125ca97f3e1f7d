// HttpPeer: arguments that a call of 2026-07-28 repeats in headers (Mcp-Param-…). Which they are is read in
// the lists of tools that pass here; when the server finds them wrong, the list is asked for and the call
// sent again.
#include "agent/mcp/http_peer.hpp"
#include "common/json_walk.hpp"

#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t tools_limit = 4096;
constexpr unsigned pages_limit = 100;

}  // namespace

void HttpPeer::add_param_headers(outgoing::Headers& headers, const Post& post) const {
    if (param_headers_.empty() || post.message.method != "tools/call") return;
    const auto found = param_headers_.find(post.message.name);
    if (found == param_headers_.end()) return;
    const MessageScan scan = scan_message(post.line);
    const JsonSlice arguments = member(scan.params.text, "arguments");
    if (arguments.type != JsonType::object) return;
    for (const ParamHeader& header : found->second) {
        if (auto value = param_value(header, arguments.text))
            headers.emplace_back(header.name, std::move(*value));
    }
}

void HttpPeer::learn_param_headers(const JsonSlice& result) {
    if (result.type != JsonType::object) return;
    for_each_element(member(result.text, "tools").text, [&](const JsonSlice& tool) {
        if (tool.type != JsonType::object) return;
        const std::string name = decode_string(member(tool.text, "name"));
        auto headers = param_headers_of(member(tool.text, "inputSchema").text);
        if (headers.empty()) {
            param_headers_.erase(name);
        } else if (param_headers_.size() < tools_limit || param_headers_.contains(name)) {
            param_headers_[name] = std::move(headers);
        }
    });
}

/// Refused before anything was done: what is missing or wrong stands in the tool's schema as it is now.
void HttpPeer::look_up_param_headers(const PostPointer& refused) {
    refused->ticket.cancel();
    refused->sent_again = true;
    posts_.erase(refused.get());
    unlisted_.push_back(refused);
    if (unlisted_.size() > 1) return;
    listed_pages_ = 0;
    list_tools({});
}

void HttpPeer::list_tools(std::string_view cursor) {
    ++listed_pages_;
    auto post = std::make_shared<Post>(loop_);
    post->author = Author::listing;
    std::string params = "{\"_meta\":{" + per_request_meta("{}") + "}";
    if (!cursor.empty()) params += ",\"cursor\":" + quote(cursor);
    post->line = make_request(R"("mcpm-tools")", "tools/list", params + "}");
    post->message = read_outgoing(post->line);
    post->reader = SseReader(limits_.line);
    begin(post);
}

/// Listed or not: each call has its second try.
void HttpPeer::on_listed(const Post& list) {
    if (!list.cursor.empty() && listed_pages_ < pages_limit) return list_tools(list.cursor);
    for (const PostPointer& post : std::exchange(unlisted_, {})) {
        queued_bytes_ += post->line.size();
        queue_.push_front(post);
    }
    pump();
}

}  // namespace mcpm::mcp
