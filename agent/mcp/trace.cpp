#include "agent/mcp/trace.hpp"

#include "agent/mcp/json_rpc.hpp"
#include "common/encodings.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t most_open = 4096;

class TracedPeer final : public Peer {
  public:
    TracedPeer(std::shared_ptr<Peer> peer, std::shared_ptr<Trace> trace)
        : peer_(std::move(peer)), trace_(std::move(trace)) {}

    Result<> start(TaskGroup& group) override { return peer_->start(group); }
    Result<> send(std::string line, std::uint64_t tag) override {
        if (trace_->is_watched()) trace_->message(line, true);
        return peer_->send(std::move(line), tag);
    }
    bool withdraw(std::uint64_t tag) override { return peer_->withdraw(tag); }
    void close_input() override { peer_->close_input(); }
    void drain() override { peer_->drain(); }
    void close() override { peer_->close(); }
    bool input_open() const override { return peer_->input_open(); }
    std::size_t queued_bytes() const override { return peer_->queued_bytes(); }

  private:
    std::shared_ptr<Peer> peer_;
    std::shared_ptr<Trace> trace_;
};

TraceKind kind_of(MessageKind kind) {
    switch (kind) {
        case MessageKind::request:
            return TraceKind::request;
        case MessageKind::notification:
            return TraceKind::notification;
        case MessageKind::response:
            return TraceKind::response;
        case MessageKind::error:
            return TraceKind::error;
        case MessageKind::invalid:
            break;
    }
    return TraceKind::other;
}

/// The trace's id out of "00-TRACE-SPAN-FLAGS"; empty where there is none.
std::string trace_in(const JsonSlice& meta) {
    constexpr std::size_t begin = 3;
    constexpr std::size_t digits = 32;
    if (meta.type != JsonType::object) return {};
    const std::string context = decode_string(member(meta.text, "traceparent"));
    if (context.size() <= begin + digits || context[begin - 1] != '-' || context[begin + digits] != '-')
        return {};
    std::string id = context.substr(begin, digits);
    return is_hex(id, digits) ? id : std::string();
}

}  // namespace

Trace::Watch::~Watch() {
    if (--trace_->watchers_ == 0) trace_->open_.clear();
}

void Trace::message(std::string_view text, bool to_server) {
    const MessageScan scan = scan_message(text);
    TraceRecord record;
    record.at = now_utc();
    record.to_server = to_server;
    record.kind = kind_of(classify(scan).kind);
    record.method = decode_string(scan.method);
    record.name = decode_string(scan.name ? scan.name : scan.uri);
    record.id = scan.id.text;
    record.trace = trace_in(scan.meta);
    record.bytes = text.size() + 1;
    if (text.size() <= longest_message) record.message = text;
    if (to_server) record.client = std::exchange(client_, {});
    if (record.kind == TraceKind::request && open_.size() < most_open) {
        open_[{to_server, record.id}] =
            Open{record.method, record.name, record.client, record.trace, Clock::now()};
    }
    if (record.kind == TraceKind::response || record.kind == TraceKind::error) {
        record.tool_failed = scan.result && member(scan.result.text, "isError").text == "true";
        if (const auto asked = open_.find({!to_server, record.id}); asked != open_.end()) {
            record.method = asked->second.method;
            record.name = asked->second.name;
            record.client = asked->second.client;
            record.trace = asked->second.trace;
            record.took =
                std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - asked->second.since);
            open_.erase(asked);
        }
    }
    feed_.push(std::move(record));
}

void Trace::remark(std::string what) {
    if (!is_watched()) return;
    TraceRecord record;
    record.at = now_utc();
    record.method = "remark";
    record.message = R"({"remark":)" + quote(what) + "}";
    record.bytes = record.message.size();
    feed_.push(std::move(record));
}

std::shared_ptr<Peer> traced(const std::shared_ptr<Trace>& trace, Peer::Events events,
                             const PeerMaker& make) {
    events.line = [trace, pass = std::move(events.line)](std::string_view line, bool first) {
        if (trace->is_watched()) trace->message(line, false);
        pass(line, first);
    };
    return std::make_shared<TracedPeer>(make(std::move(events)), trace);
}

}  // namespace mcpm::mcp
