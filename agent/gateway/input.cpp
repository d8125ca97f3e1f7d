// A server of 2026-07-28 asks for input by the result of the call (input_required). For a client of the
// handshake era each of those is a request on the stream of its call; the answers go back with the call, made
// again under a new id.
#include "agent/gateway/state.hpp"
#include "common/json_walk.hpp"

#include <utility>

namespace mcpm::gateway {

using mcp::JsonType;

namespace {

/// A client's answers to what its server asked, as they come.
struct Collected {
    explicit Collected(Loop& loop) : changed(loop) {}
    std::map<std::string, std::string> responses;  // quoted key -> result text
    std::string error;                             // of a client that refused
    std::size_t expected = 0;
    Notifier changed;
};

void ask(const ExchangePtr& x, const std::shared_ptr<Collected>& collected, std::string_view key,
         std::string_view request) {
    const std::string id = std::to_string(x->client->next_request++);
    Asked asked;
    asked.exchange = x;
    asked.taken = [collected, key = std::string(key)](const mcp::MessageScan& answer) {
        if (answer.result) {
            collected->responses[key] = answer.result.text;
        } else if (answer.error) {
            collected->error = answer.error.text;
        }
        collected->changed.notify_all();
    };
    x->client->asked.emplace(id, std::move(asked));
    x->asked.insert(id);
    x->out->push(mcp::make_request(id, decode_string(mcp::member(request, "method")),
                                   mcp::member(request, "params").text),
                 Outbox::Weight::answer);
    ++collected->expected;
}

/// The params of the call that is made again, with the answers.
std::string params_again(std::string_view params, const Collected& collected, std::string_view state_text) {
    std::string kept = "{";
    for_each_member(params.empty() ? "{}" : params, [&](std::string_view name, const mcp::JsonSlice& value) {
        if (name == R"("inputResponses")" || name == R"("requestState")") return;
        if (kept.size() > 1) kept.push_back(',');
        kept.append(name).append(":").append(value.text);
    });
    if (kept.size() > 1) kept.push_back(',');
    kept += R"("inputResponses":{)";
    bool first = true;
    for (const auto& [key, text] : collected.responses) {
        kept.append(first ? "" : ",").append(key).append(":").append(text);
        first = false;
    }
    kept += "}";
    if (!state_text.empty()) kept.append(R"(,"requestState":)").append(state_text);
    return kept + "}";
}

}  // namespace

Task<> Gateway::State::relay_input(std::shared_ptr<State> self, ExchangePtr x, std::string result) {
    if (++x->rounds > input_rounds_limit) {
        self->fail(x, Error{ErrorCode::unavailable, "the server asked for input again and again"});
        co_return;
    }
    const auto collected = std::make_shared<Collected>(self->loop);
    const mcp::JsonSlice requests = mcp::member(result, "inputRequests");
    if (requests.type == JsonType::object) {
        for_each_member(requests.text, [&](std::string_view key, const mcp::JsonSlice& request) {
            if (request.type == JsonType::object) ask(x, collected, key, request.text);
        });
    }
    self->arm_deadline(x, self->limits.call);
    while (!x->done && collected->error.empty() && collected->responses.size() < collected->expected) {
        co_await collected->changed.wait();
    }
    if (x->done) co_return;
    if (!collected->error.empty()) {
        self->pass_error(x, collected->error);
        co_return;
    }
    x->params = params_again(x->params_text(), *collected, mcp::member(result, "requestState").text);
    self->send_or_queue(x);
}

}  // namespace mcpm::gateway
