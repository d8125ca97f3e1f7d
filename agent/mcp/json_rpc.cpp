#include "agent/mcp/json_rpc.hpp"

#include "common/number.hpp"

#include <nlohmann/json.hpp>

#include <string.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace mcpm::mcp {

namespace {

bool is_integer(const JsonSlice& slice) {
    return slice.type == JsonType::number && slice.text.find_first_of(".eE") == std::string_view::npos;
}

bool is_id(const JsonSlice& slice) {
    return slice.type == JsonType::string || is_integer(slice);
}

Classified invalid(std::string_view why) {
    return Classified{MessageKind::invalid, why};
}

Classified classify_call(const MessageScan& scan) {
    if (scan.method.type != JsonType::string) return invalid("its method is not a string");
    if (scan.result || scan.error) return invalid("it has a method and a result or error");
    if (scan.params && scan.params.type != JsonType::object) return invalid("its params are not an object");
    if (!scan.id) return Classified{MessageKind::notification};
    if (!is_id(scan.id)) return invalid("its id is neither a string nor an integer");
    return Classified{MessageKind::request};
}

Classified classify_answer(const MessageScan& scan) {
    if (scan.result && scan.error) return invalid("it has both a result and an error");
    if (scan.error) {
        if (scan.error.type != JsonType::object) return invalid("its error is not an object");
        if (scan.id && scan.id.type != JsonType::null && !is_id(scan.id))
            return invalid("its id has a wrong type");
        return Classified{MessageKind::error};
    }
    if (!scan.result) return invalid("it has no method, no result and no error");
    if (!is_id(scan.id)) return invalid("its id is neither a string nor an integer");
    return Classified{MessageKind::response};
}

std::string head(std::string_view id) {
    std::string text = R"({"jsonrpc":"2.0",)";
    if (!id.empty()) text.append(R"("id":)").append(id).append(",");
    return text;
}

std::string with_params(std::string text, std::string_view method, std::string_view params) {
    text.append(R"("method":)").append(quote(method));
    if (!params.empty()) text.append(R"(,"params":)").append(params);
    text.push_back('}');
    return text;
}

bool is_empty_object(std::string_view object) {
    return object.substr(1).find_first_not_of(" \t\r\n") + 2 == object.size();
}

/// `"_meta":{…}` or its inside, placed behind the opening brace of `object`.
struct Insertion {
    std::size_t at = 0;
    std::string text;
};

Insertion behind_brace(std::string_view message, std::string_view object, std::string inside) {
    if (!is_empty_object(object)) inside.push_back(',');
    return Insertion{static_cast<std::size_t>(object.data() - message.data()) + 1, std::move(inside)};
}

}  // namespace

Classified classify(const MessageScan& scan) {
    if (scan.fault == ScanFault::not_an_object) return invalid("it is JSON, but not an object");
    if (scan.fault != ScanFault::none) return invalid("it is not a JSON message");
    if (scan.jsonrpc.text != R"("2.0")") return invalid(R"(its "jsonrpc" is not "2.0")");
    return scan.method ? classify_call(scan) : classify_answer(scan);
}

std::string quote(std::string_view text) {
    const bool is_plain = std::all_of(text.begin(), text.end(),
                                      [](char c) { return c >= ' ' && c < '\x7F' && c != '"' && c != '\\'; });
    if (is_plain) return std::string("\"").append(text).append("\"");
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string make_request(std::string_view id, std::string_view method, std::string_view params) {
    return with_params(head(id), method, params);
}

std::string make_notification(std::string_view method, std::string_view params) {
    return with_params(head({}), method, params);
}

std::string make_response(std::string_view id, std::string_view result) {
    std::string text;
    text.reserve(id.size() + result.size() + 40);
    text.append(R"({"jsonrpc":"2.0",)");
    if (!id.empty()) text.append(R"("id":)").append(id).append(",");
    return text.append(R"("result":)").append(result).append("}");
}

std::string make_error(std::string_view id, int code, std::string_view message, std::string_view data) {
    std::string text = head(id.empty() ? "null" : id);
    text.append(R"("error":{"code":)").append(std::to_string(code));
    text.append(R"(,"message":)").append(quote(message));
    if (!data.empty()) text.append(R"(,"data":)").append(data);
    return text.append("}}");
}

RpcError read_error(const JsonSlice& error) {
    RpcError read;
    read.code = rpc_code::internal_error;
    if (error.type != JsonType::object) return read;
    std::string_view code = member(error.text, "code").text;
    read.code = take_number<decltype(read.code)>(code).value_or(read.code);
    read.message = decode_string(member(error.text, "message"));
    read.data = member(error.text, "data").text;
    return read;
}

/// memmem(3) finds a word much sooner than std::string does.
bool has_word(std::string_view text, std::string_view word) {
    return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

bool says_tool_error(std::string_view result) {
    return has_word(result, R"("isError")") && member(result, "isError").text == "true";
}

Error to_error(const JsonSlice& error, std::string_view attempted) {
    const RpcError read = read_error(error);
    Error ours{ErrorCode::wrong_state, std::string(attempted)};
    ours.message += ": the server answered with error " + std::to_string(read.code);
    if (!read.message.empty()) ours.message += ": " + read.message;
    std::string text = R"({"code":)" + std::to_string(read.code) + R"(,"message":)" + quote(read.message);
    if (!read.data.empty()) text.append(R"(,"data":)").append(read.data);
    text += "}";
    replace_lone_surrogates(text);
    ours.details = std::move(text);
    return ours;
}

namespace {

/// Three are all that a request ever needs: what goes into its `_meta`, its progress token, its traceparent.
struct Edits {
    Insertion insertion = {};
    std::string traceparent = {};  // quoted
    std::array<Edit, 3> items{};
    std::size_t count = 0;
    std::span<const Edit> all() const { return {items.data(), count}; }
};

/// Members that are missing go to `inside`; a traceparent that is there is replaced.
void plan_trace(const TraceKeys& trace, const MessageScan& scan, std::string_view text, std::string& inside,
                Edits& edits) {
    if (trace.traceparent.empty()) return;
    const bool has_meta = scan.meta.type == JsonType::object;
    edits.traceparent = quote(trace.traceparent);
    if (const auto there = has_meta ? member(scan.meta.text, "traceparent") : JsonSlice{}) {
        edits.items[edits.count++] = replace(text, there, edits.traceparent);
        return;
    }
    inside += (inside.empty() ? "" : ",") + std::string(R"("traceparent":)") + edits.traceparent;
    const bool has_state = has_meta && member(scan.meta.text, "tracestate");
    if (!trace.tracestate.empty() && !has_state) inside += R"(,"tracestate":)" + quote(trace.tracestate);
}

/// What is said of the request beside its line, and the edits of `text`, which holds its params.
void plan(const RequestParts& parts, const MessageScan& scan, std::string_view text, const std::string& id,
          Outgoing& out, Edits& edits) {
    out.name = decode_string(scan.name ? scan.name : scan.uri);
    out.asker_token = scan.meta_token.text;
    out.has_token = parts.wants_progress || scan.meta_token;
    std::string inside(parts.own_meta);
    if (out.has_token && !scan.meta_token)
        inside += (inside.empty() ? "" : ",") + std::string(R"("progressToken":)") + id;
    if (parts.trace != nullptr) plan_trace(*parts.trace, scan, text, inside, edits);
    Insertion& insertion = edits.insertion;
    if (!inside.empty() && scan.meta.type == JsonType::object) {
        insertion = behind_brace(text, scan.meta.text, std::move(inside));
    } else if (!inside.empty()) {
        insertion = behind_brace(text, scan.params.text, R"("_meta":{)" + inside + "}");
    }
    if (!insertion.text.empty()) edits.items[edits.count++] = Edit{insertion.at, 0, insertion.text};
    if (scan.meta_token) edits.items[edits.count++] = replace(text, scan.meta_token, id);
    std::sort(edits.items.begin(), edits.items.begin() + static_cast<std::ptrdiff_t>(edits.count),
              [](const Edit& one, const Edit& other) { return one.at < other.at; });
}

/// The params are known to be good, and go straight into the line.
Outgoing outgoing_of_scanned(const RequestParts& parts) {
    const std::string id = std::to_string(parts.id);
    Outgoing out;
    Edits edits;
    plan(parts, *parts.scanned, parts.params, id, out, edits);
    const std::string method = quote(parts.method);
    std::size_t size = parts.params.size() + method.size() + id.size() + 64;
    for (const Edit& edit : edits.all()) size += edit.text.size();
    out.line.reserve(size);
    out.line.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"method":)").append(method);
    out.line.append(R"(,"params":)");
    if (parts.scanned->has_newline) {
        out.line.append(splice(parts.params, edits.all(), Newlines::drop));
    } else {
        std::size_t from = 0;
        for (const Edit& edit : edits.all()) {
            out.line.append(parts.params.substr(from, edit.at - from)).append(edit.text);
            from = edit.at + edit.length;
        }
        out.line.append(parts.params.substr(from));
    }
    out.line.push_back('}');
    return out;
}

}  // namespace

Result<Outgoing> make_outgoing(const RequestParts& parts) {
    if (parts.scanned != nullptr && !parts.params.empty()) return outgoing_of_scanned(parts);
    const std::string id = std::to_string(parts.id);
    const bool is_traced = parts.trace != nullptr && !parts.trace->traceparent.empty();
    const bool needs_params = parts.wants_progress || !parts.own_meta.empty() || is_traced;
    const std::string_view params = parts.params.empty() && needs_params ? "{}" : parts.params;
    const std::string plain = make_request(id, parts.method, params);
    const MessageScan scan = scan_message(plain);
    if (classify(scan).kind != MessageKind::request || scan.id.text != id ||
        scan.params.text.size() < params.size()) {
        const std::string why =
            scan.fault == ScanFault::none ? "they are not a JSON object" : describe_fault(scan);
        return Error{ErrorCode::validation_error,
                     "send " + std::string(parts.method) + " to the server: the params are wrong: " + why};
    }
    Outgoing out;
    Edits edits;
    plan(parts, scan, plain, id, out, edits);
    out.line = splice(plain, edits.all(), scan.has_newline ? Newlines::drop : Newlines::keep);
    return out;
}

}  // namespace mcpm::mcp
