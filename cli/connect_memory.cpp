#include "cli/connect_memory.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::cli {

namespace {

/// All that is remembered; what does not fit is not repeated, and its call not failed, after a loss.
constexpr std::size_t most_bytes = 1024UL * 1024;
constexpr std::size_t most_stale = 4096;
constexpr std::string_view went_away =
    "the mcpm agent went away while it worked on this call; whether the call took effect is not known";
constexpr std::string_view cancel_reason = "the server's side of the session is gone";

std::string error_line(std::string_view id, std::string_view message) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    return out.append(id).append(R"(,"error":{"code":-32000,"message":")").append(message).append("\"}}\n");
}

std::string cancel_line(std::string_view id) {
    std::string out = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)";
    return out.append(id).append(R"(,"reason":")").append(cancel_reason).append("\"}}\n");
}

/// A string or a whole number, as JSON-RPC of MCP has it.
bool is_answered_to(const mcp::JsonSlice& id) {
    if (id.type == mcp::JsonType::string) return true;
    return id.type == mcp::JsonType::number && id.text.find_first_of(".eE") == std::string_view::npos;
}

/// Plain text as the inside of a JSON string.
std::string plain(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') out += '\\';
        out += code < 0x20 || code > 0x7e ? ' ' : letter;
    }
    return out;
}

}  // namespace

ConnectMemory::Kind ConnectMemory::kind_of(std::string_view method) {
    struct Row {
        std::string_view method;
        Kind kind;
    };
    constexpr std::array rows{
        Row{"initialize", Kind::initialize},         Row{"subscriptions/listen", Kind::listen},
        Row{"resources/subscribe", Kind::subscribe}, Row{"resources/unsubscribe", Kind::unsubscribe},
        Row{"logging/setLevel", Kind::set_level},
    };
    for (const auto& row : rows) {
        if (row.method == method) return row.kind;
    }
    return Kind::call;
}

bool ConnectMemory::has_space(std::size_t more) const {
    return kept_bytes_ + more <= most_bytes;
}

void ConnectMemory::forget(Calls::iterator call) {
    kept_bytes_ -= call->first.size() + call->second.line.size();
    calls_.erase(call);
}

Verdict ConnectMemory::from_client(std::string_view line, std::uint64_t at) {
    const auto scan = mcp::scan_message(line);
    if (scan.fault != mcp::ScanFault::none) return Verdict::pass;  // the agent says what is wrong with it
    if (!scan.method) return scan.id ? client_answers(scan.id.text) : Verdict::pass;
    const auto method = mcp::decode_string(scan.method);
    if (scan.id) {
        // Another id than these two kinds comes back as null: nobody answers to it.
        if (is_answered_to(scan.id)) request(scan, method, at);
    } else {
        notification(scan, method, at);
    }
    return Verdict::pass;
}

void ConnectMemory::request(const mcp::MessageScan& scan, std::string_view method, std::uint64_t at) {
    Call call{kind_of(method), at};
    if (call.kind != Kind::call && has_space(2 * scan.text.size())) call.line = scan.text;
    if (call.kind == Kind::initialize) {
        if (handshake_) kept_bytes_ -= handshake_->line.size();
        handshake_ = Line{call.line, at};
        initialized_.reset();
        kept_bytes_ += call.line.size();
        call.line.clear();
    }
    if (!has_space(scan.id.text.size())) return;
    call.method = method.substr(0, 64);
    kept_bytes_ += scan.id.text.size() + call.line.size();
    calls_.emplace(scan.id.text, std::move(call));
}

void ConnectMemory::notification(const mcp::MessageScan& scan, std::string_view method, std::uint64_t at) {
    if (method == "notifications/initialized") initialized_ = Line{std::string(scan.text), at};
    if (method != "notifications/cancelled" || !scan.request_id) return;
    // Nobody answers it any more; an answer that crosses passes all the same.
    const auto call = calls_.find(std::string(scan.request_id.text));
    if (call != calls_.end() && call->second.kind != Kind::initialize) forget(call);
}

void ConnectMemory::long_from_client(std::string_view id, bool has_method, std::uint64_t at) {
    if (id.empty() || !has_method || !has_space(id.size())) return;
    kept_bytes_ += id.size();
    calls_.emplace(id, Call{Kind::call, at, {}, {}});
}

Verdict ConnectMemory::client_answers(std::string_view id) {
    const std::string key(id);
    asked_.erase(key);
    return stale_.erase(key) > 0 ? Verdict::drop : Verdict::pass;
}

Verdict ConnectMemory::from_agent(std::string_view line) {
    const auto scan = mcp::scan_message(line);
    if (scan.fault != mcp::ScanFault::none) return Verdict::pass;
    if (!scan.method) return scan.id ? answer(scan.id.text, scan.error.text) : Verdict::pass;
    if (!scan.id) return is_second_acknowledgement(scan) ? Verdict::drop : Verdict::pass;
    long_from_agent(scan.id.text, true);
    return Verdict::pass;
}

void ConnectMemory::long_from_agent(std::string_view id, bool has_method) {
    if (id.empty()) return;
    if (!has_method) {
        answer(id, {});
        return;
    }
    stale_.erase(std::string(id));
    if (asked_.size() < 1024) asked_.emplace(id);
}

Verdict ConnectMemory::answer(std::string_view id, std::string_view error) {
    const std::string key(id);
    if (awaits_opening_ && key == own_opening_) {
        awaits_opening_ = false;
        if (!error.empty()) refusal_ = error;
        return Verdict::drop;
    }
    if (own_.erase(key) > 0) return Verdict::drop;
    const auto call = calls_.find(key);
    if (call == calls_.end()) return Verdict::pass;
    if (error.empty()) take_effect(call->second);
    repeated_.erase(key);
    acknowledged_.erase(key);
    forget(call);
    return Verdict::pass;
}

void ConnectMemory::take_effect(const Call& call) {
    if (call.kind == Kind::initialize && handshake_) handshake_->is_answered = true;
    if (call.line.empty()) return;
    if (call.kind == Kind::set_level) level_ = call.line;
    if (call.kind != Kind::subscribe && call.kind != Kind::unsubscribe) return;
    const auto uri = mcp::decode_string(mcp::scan_message(call.line).uri);
    const auto known = subscriptions_.find(uri);
    if (known != subscriptions_.end()) {
        kept_bytes_ -= uri.size() + known->second.size();
        subscriptions_.erase(known);
    }
    if (call.kind == Kind::unsubscribe) return;
    kept_bytes_ += uri.size() + call.line.size();
    subscriptions_.emplace(uri, call.line);
}

/// A repeated listen is acknowledged a second time; the client has had that.
bool ConnectMemory::is_second_acknowledgement(const mcp::MessageScan& scan) {
    if (!scan.meta || scan.text.find("acknowledged") == std::string_view::npos) return false;
    if (mcp::decode_string(scan.method) != "notifications/subscriptions/acknowledged") return false;
    const auto id = mcp::member(scan.meta.text, "io.modelcontextprotocol/subscriptionId");
    if (!id) return false;
    const std::string key(id.text);
    if (calls_.find(key) != calls_.end()) acknowledged_.insert(key);
    return repeated_.erase(key) > 0;
}

std::string ConnectMemory::lost(std::uint64_t sent) {
    std::string out;
    for (auto next = calls_.begin(); next != calls_.end();) {
        const auto call = next++;
        const auto kind = call->second.kind;
        const bool is_repeated =
            kind == Kind::initialize || (kind == Kind::listen && !call->second.line.empty());
        if (call->second.at >= sent || is_repeated) continue;
        out += error_line(call->first, went_away);
        forget(call);
    }
    for (const auto& id : asked_) {
        out += cancel_line(id);
        stale_.insert(id);
    }
    asked_.clear();
    if (stale_.size() > most_stale) stale_.clear();
    own_.clear();
    repeated_.clear();
    awaits_opening_ = false;
    // What was sent is from now on what is said again.
    for (auto* line : {&handshake_, &initialized_}) {
        if (*line && (*line)->at < sent) (*line)->at = 0;
    }
    for (auto& [id, call] : calls_) {
        if (call.at < sent) call.at = 0;
    }
    return out;
}

std::string ConnectMemory::lost_call(std::string_view id) {
    const auto call = calls_.find(std::string(id));
    if (call == calls_.end()) return {};
    forget(call);
    return error_line(id, went_away);
}

bool ConnectMemory::has_waiting(std::uint64_t sent) const {
    return std::any_of(calls_.begin(), calls_.end(),
                       [&](const auto& entry) { return entry.second.at >= sent; });
}

std::vector<std::string> ConnectMemory::unanswered() const {
    std::vector<std::string> named;
    for (const auto& [id, call] : calls_) {
        if (call.kind == Kind::listen) continue;
        named.push_back(id + (call.method.empty() ? "" : " (" + call.method + ")"));
    }
    return named;
}

std::string ConnectMemory::fail_waiting(std::uint64_t sent, std::string_view why) {
    std::string out;
    for (auto next = calls_.begin(); next != calls_.end();) {
        const auto call = next++;
        if (call->second.at < sent) continue;
        out += error_line(call->first, plain(why));
        if (call->second.kind == Kind::initialize) handshake_.reset();
        forget(call);
    }
    return out;
}

bool ConnectMemory::has_in_flight(Kind kind) const {
    return std::any_of(calls_.begin(), calls_.end(),
                       [&](const auto& entry) { return entry.second.kind == kind; });
}

std::string ConnectMemory::next_id() {
    return "\"mcpm-connect-" + std::to_string(++own_count_) + "\"";
}

/// The request once more, with an id of ours.
std::string ConnectMemory::again(std::string_view line, std::string_view id) {
    const auto scan = mcp::scan_message(line);
    const std::array edits{mcp::replace(line, scan.id, id)};
    return mcp::splice(line, edits, mcp::Newlines::drop) + "\n";
}

std::string ConnectMemory::opening(std::uint64_t sent) {
    if (!handshake_ || handshake_->at >= sent || handshake_->line.empty()) return {};
    if (!handshake_->is_answered)
        return has_in_flight(Kind::initialize) ? handshake_->line + "\n" : std::string();
    own_opening_ = next_id();
    awaits_opening_ = true;
    return again(handshake_->line, own_opening_);
}

std::string ConnectMemory::after_opening(std::uint64_t sent) {
    std::string out;
    if (handshake_ && handshake_->is_answered) {
        if (initialized_ && initialized_->at < sent) out += initialized_->line + "\n";
        const auto repeat = [&](const std::string& line) {
            const auto id = next_id();
            own_.insert(id);
            out += again(line, id);
        };
        if (!level_.empty()) repeat(level_);
        for (const auto& [uri, line] : subscriptions_) repeat(line);
    }
    for (const auto& [id, call] : calls_) {
        if (call.kind != Kind::listen || call.at >= sent) continue;
        if (acknowledged_.count(id) > 0) repeated_.insert(id);
        out += call.line + "\n";
    }
    return out;
}

}  // namespace mcpm::cli
