#include "agent/front/mcp_batch.hpp"

#include "agent/front/front.hpp"
#include "agent/gateway/messages.hpp"

#include <utility>

namespace mcpm::front {

namespace {

using gateway::ClientPtr;
using gateway::ExchangePtr;
using gateway::Message;
using gateway::MessagePtr;
using gateway::Outbox;
using mcp::Era;
using mcp::MessageKind;

constexpr std::size_t batch_limit = 100;

Batch refused(std::string why) {
    return Batch{{}, McpRefusal{400, mcp::rpc_code::invalid_request, std::move(why), {}}};
}

bool are_done(const std::vector<ExchangePtr>& exchanges) {
    for (const auto& x : exchanges)
        if (!x->done) return false;
    return true;
}

/// What the calls of a batch bring goes on to the client; their answers are joined.
Task<> answer_together(ClientPtr client, std::vector<ExchangePtr> open, std::shared_ptr<Outbox> out) {
    std::string answers;
    while (!are_done(open) || out->next() != nullptr) {
        if (out->next() == nullptr) {
            co_await out->wait_for(std::chrono::hours(1));
            continue;
        }
        std::string text = out->take();
        const mcp::MessageScan scan = mcp::scan_message(text);
        if (scan.method) {
            client->out->push(std::move(text), scan.id ? Outbox::Weight::answer : Outbox::Weight::notice);
        } else {
            answers.append(answers.empty() ? "[" : ",").append(text);
        }
    }
    if (!answers.empty()) client->out->push(answers + "]", Outbox::Weight::answer);
}

}  // namespace

bool is_batch(const Message& message) {
    return message.scan.fault == mcp::ScanFault::not_an_object &&
           message.text.find_first_not_of(" \t\r\n") == message.text.find('[');
}

Batch read_batch(std::string_view text) {
    Batch batch;
    if (!mcp::is_well_formed(text)) return refused("the batch is not well-formed JSON");
    gateway::for_each_element(text, [&](const mcp::JsonSlice& element) {
        if (batch.messages.size() <= batch_limit)
            batch.messages.push_back(std::make_shared<const Message>(std::string(element.text)));
    });
    if (batch.messages.empty() || batch.messages.size() > batch_limit)
        return refused("a batch has between 1 and 100 messages");
    for (const auto& message : batch.messages) {
        if (message->kind.kind == MessageKind::invalid)
            return refused("in a batch: " + std::string(message->kind.why));
        if (decode_string(message->scan.method) == "initialize")
            return refused("initialize must not be part of a batch");
    }
    return batch;
}

std::vector<ExchangePtr> begin_batch(gateway::Gateway& gateway, const ClientPtr& client,
                                     std::vector<MessagePtr> messages, const std::shared_ptr<Outbox>& out) {
    std::vector<ExchangePtr> open;
    for (auto& message : messages) {
        if (message->kind.kind == MessageKind::request) {
            open.push_back(gateway.begin(client, std::move(message), Era::handshake, out));
        } else {
            take_unanswered(gateway, client, *message);
        }
    }
    return open;
}

Task<> finish_when_done(std::vector<ExchangePtr> open, std::shared_ptr<Outbox> out) {
    while (!are_done(open)) {
        co_await out->wait_for(std::chrono::hours(1));
    }
    out->finish();
}

void take_batch(Front& front, const ClientPtr& client, const Message& message) {
    const bool has_batches = client->version == "2024-11-05" || client->version == "2025-03-26";
    Batch batch = has_batches
                      ? read_batch(message.text)
                      : refused(client->version.empty() ? "a batch before initialize"
                                                        : "batches are not part of " + client->version);
    if (batch.refusal) {
        client->out->push(mcp::make_error({}, batch.refusal->code, batch.refusal->message, {}),
                          Outbox::Weight::answer);
        return;
    }
    auto out = std::make_shared<Outbox>(front.loop, Outbox::Keep::nothing);
    auto open = begin_batch(front.gateway, client, std::move(batch.messages), out);
    if (!open.empty()) front.tasks.spawn("answer a batch", answer_together(client, std::move(open), out));
}

}  // namespace mcpm::front
