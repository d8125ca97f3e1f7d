// A server of the handshake era asks for something during the call of a client of 2026-07-28. Nothing can be
// asked of that client but by the result of its call, so the call stays open at the server ("parked") while
// its client has the questions (input_required). Whoever calls again with the requestState takes its place.
#include "agent/gateway/state.hpp"
#include "common/json_walk.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

constexpr std::size_t outcome_limit = 1u << 20;  // bytes of an answer that waits for its client

}  // namespace

/// A question of the server during this call; false when it cannot be put to its client.
bool Gateway::State::take_question(const ExchangePtr& x, const mcp::MessageScan& request) {
    if (!may_need_input(x->method) || x->rounds >= input_rounds_limit) return false;
    if (!x->parking) {
        if (parked.is_full() || upstream(x->key).parked.size() >= limits.parked_per_server) return false;
        x->parking = std::make_unique<Parking>();
    }
    auto& parking = *x->parking;
    std::string text = R"({"method":)" + std::string(request.method.text);
    if (request.params) text.append(R"(,"params":)").append(request.params.text);
    text = mcp::splice(text + "}", {}, mcp::Newlines::drop);
    if (!parking.add(std::string(request.id.text), std::move(text))) return false;
    ++counts.routed_requests;
    if (is_parked(*x) || parking.questions.size() > 1) return true;
    // What the server asks in one turn of the loop is given to the client together.
    asio::post(loop, [weak = weak_from_this(), x] {
        if (const auto self = weak.lock()) self->park(x);
    });
    return true;
}

/// `to` waits for the answer of the call that `from` made.
void Gateway::State::hand_over(const ExchangePtr& from, const ExchangePtr& to) {
    const std::string key = from->key;
    static_cast<ForwardedCall&>(*to) = std::exchange(static_cast<ForwardedCall&>(*from), ForwardedCall{});
    to->began = from->began;
    from->successor = to;
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    found->second.open.erase(from);
    found->second.parked.erase(from);
}

/// The client gets the questions as the result of `x`; another exchange takes over the call at the server and
/// waits for the client.
void Gateway::State::park(const ExchangePtr& x) {
    const auto* const facts = x->done ? nullptr : sessions.open_facts(x->key);
    if (facts == nullptr || x->call == 0 || !x->parking || x->parking->questions.empty()) return;
    const auto stay = std::make_shared<Exchange>(x->client, x->message);
    static_cast<AskedRequest&>(*stay) = *x;
    stay->is_own = true;
    stay->out = std::make_shared<Outbox>(loop, Outbox::Keep::nothing);  // nobody reads what comes meanwhile
    park_trace(*x, *stay);
    hand_over(x, stay);
    ++stay->rounds;
    parked.put(stay);
    Upstream& up = upstream(stay->key);
    up.parked.insert(stay);
    if (stay->client->kind != Client::Kind::stateless) stay->client->open.insert(stay);
    arm_deadline(stay, limits.input);
    succeed(x, modern_result(stay->parking->input_required(), x->method, *facts));
    next_in_queue(up);
}

/// The call is over: the server gets an error for each open question, and nobody can take the call up again.
void Gateway::State::unpark(const ExchangePtr& x) {
    const auto parking = std::move(x->parking);
    if (!parking) return;
    parked.forget(parking->state);
    for (const auto& [key, question] : parking->questions) {
        static_cast<void>(
            sessions.send(x->key, mcp::make_error(question.upstream_id, mcp::rpc_code::internal_error,
                                                  "the request it belongs to has ended", {})));
    }
}

/// An answer of the server that comes before the client is back waits for the client, as long as the
/// questions would. False when the call is not parked.
bool Gateway::State::keep_outcome(const ExchangePtr& x, mcp::Answer& answer) {
    if (!is_parked(*x)) return false;
    const auto found = upstreams.find(x->key);
    if (found != upstreams.end()) found->second.parked.erase(x);
    if (answer.text.size() > outcome_limit) {
        answer =
            mcp::Answer{mcp::Answer::Kind::failed,
                        {},
                        Error{ErrorCode::payload_too_large,
                              "call '" + x->target->name + "': it ended before it was given its input, " +
                                  "with an answer that was too large to be kept"}};
    }
    x->parking->questions.clear();
    x->parking->outcome = std::move(answer);
    return true;
}

/// A client that calls again with the answers goes on where its call was parked.
bool Gateway::State::resume(const ExchangePtr& x) {
    if (parked.is_empty() || x->era != Era::per_request || !may_need_input(x->method)) return false;
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice state = mcp::member(params, "requestState");
    const ExchangePtr stay = state.type == JsonType::string ? parked.find(decode_string(state), *x) : nullptr;
    if (!stay) return false;
    const mcp::JsonSlice responses = mcp::member(params, "inputResponses");
    if (responses && responses.type != JsonType::object) {
        fail(x, mcp::rpc_code::invalid_params, "Invalid params: inputResponses is no object", {}, 400);
        return true;
    }
    parked.forget(stay->parking->state);
    hand_over(stay, x);
    take_over_trace(*stay, *x);
    let_go(stay);
    x->parking->state.clear();
    if (auto outcome = std::exchange(x->parking->outcome, std::nullopt)) {
        x->parking.reset();
        on_answer(x, std::move(*outcome));
        return true;
    }
    upstream(x->key).open.insert(x);
    if (x->level) tell_level(x->key);
    give_answers(x, responses);
    return true;
}

void Gateway::State::give_answers(const ExchangePtr& x, const mcp::JsonSlice& responses) {
    auto& questions = x->parking->questions;
    for (auto at = questions.begin(); at != questions.end();) {
        const mcp::JsonSlice response =
            responses.type == JsonType::object ? mcp::member(responses.text, at->first) : mcp::JsonSlice{};
        if (response.type != JsonType::object) {
            ++at;
            continue;
        }
        const auto sent = sessions.send(
            x->key,
            mcp::splice(mcp::make_response(at->second.upstream_id, response.text), {}, mcp::Newlines::drop));
        if (!sent) {
            withdraw(x);
            return fail(x, sent.error());
        }
        at = questions.erase(at);
    }
    if (questions.empty()) return arm_deadline(x, limits.call);
    if (x->rounds < input_rounds_limit) return park(x);
    withdraw(x);
    fail(x, Error{ErrorCode::unavailable,
                  "the server's questions were asked again and again, and not answered"});
}

}  // namespace mcpm::gateway
