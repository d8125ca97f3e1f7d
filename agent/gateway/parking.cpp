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

constexpr std::size_t questions_limit = 16;      // of one call, unanswered
constexpr std::size_t outcome_limit = 1u << 20;  // bytes of an answer that waits for its client

std::string input_required_result(const Parking& parking) {
    std::string result = R"({"resultType":"input_required","inputRequests":{)";
    bool first = true;
    for (const auto& [key, question] : parking.questions) {
        result.append(first ? "\"" : ",\"").append(key).append("\":").append(question.request);
        first = false;
    }
    return result + R"(},"requestState":")" + parking.state + "\"}";
}

bool is_same_request(const Exchange& one, const Exchange& other) {
    const auto& left = one.message->scan;
    const auto& right = other.message->scan;
    return one.method == other.method && decode_string(left.name) == decode_string(right.name) &&
           decode_string(left.uri) == decode_string(right.uri) && one.client->scope == other.client->scope &&
           one.client->principal == other.client->principal;
}

}  // namespace

bool may_need_input(std::string_view method) {
    return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

bool is_parked(const Exchange& x) {
    return x.parking && !x.parking->state.empty();
}

ExchangePtr latest_of(const ExchangePtr& x) {
    const ExchangePtr* latest = &x;
    while ((*latest)->successor) latest = &(*latest)->successor;
    return *latest;
}

/// A question of the server during this call; false when it cannot be put to its client.
bool Gateway::State::take_question(const ExchangePtr& x, const mcp::MessageScan& request) {
    if (!may_need_input(x->method) || x->rounds >= input_rounds_limit) return false;
    if (!x->parking) {
        if (parked.size() >= limits.parked || upstream(x->key).parked.size() >= limits.parked_per_server)
            return false;
        x->parking = std::make_unique<Parking>();
    }
    auto& parking = *x->parking;
    if (parking.questions.size() >= questions_limit) return false;
    ++counts.routed_requests;
    std::string text = R"({"method":)" + std::string(request.method.text);
    if (request.params) text.append(R"(,"params":)").append(request.params.text);
    text = mcp::splice(text + "}", {}, mcp::Newlines::drop);
    parking.questions.emplace("input-" + std::to_string(++parking.asked),
                              Question{std::string(request.id.text), std::move(text)});
    if (is_parked(*x) || parking.questions.size() > 1) return true;
    // What the server asks in one breath is asked at once.
    asio::post(loop, [weak = weak_from_this(), x] {
        if (const auto self = weak.lock()) self->park(x);
    });
    return true;
}

/// `to` waits for the answer of the call that `from` made.
void Gateway::State::hand_over(const ExchangePtr& from, const ExchangePtr& to) {
    to->target = from->target;
    to->key = from->key;
    to->call = std::exchange(from->call, 0);
    to->params = from->params;
    to->rewrite = std::move(from->rewrite);
    to->has_own_process = std::exchange(from->has_own_process, false);
    to->hold = std::move(from->hold);
    to->hard_end = from->hard_end;
    to->rounds = from->rounds;
    to->began = from->began;
    to->parking = std::move(from->parking);
    from->successor = to;
    const auto found = upstreams.find(from->key);
    if (found == upstreams.end()) return;
    found->second.open.erase(from);
    found->second.parked.erase(from);
}

/// The client of the call gets the questions as its result; what is left of the call waits for it here.
void Gateway::State::park(const ExchangePtr& x) {
    const auto* const facts = x->done ? nullptr : sessions.open_facts(x->key);
    if (facts == nullptr || x->call == 0 || !x->parking || x->parking->questions.empty()) return;
    const auto stay = std::make_shared<Exchange>(x->client, x->message);
    stay->id = x->id;
    stay->method = x->method;
    stay->era = x->era;
    stay->capabilities = x->capabilities;
    stay->level = x->level;
    stay->out = std::make_shared<Outbox>(loop, Outbox::Keep::nothing);  // nobody reads what comes meanwhile
    hand_over(x, stay);
    ++stay->rounds;
    stay->parking->state = unguessable_id();
    parked.emplace(stay->parking->state, stay);
    Upstream& up = upstream(stay->key);
    up.parked.insert(stay);
    if (stay->client->kind != Client::Kind::stateless) stay->client->open.insert(stay);
    arm_deadline(stay, limits.input);
    succeed(x, modern_result(input_required_result(*stay->parking), x->method, *facts));
    next_in_queue(up);
}

/// Questions that nobody will answer any more are answered with an error; nobody can call again.
void Gateway::State::unpark(const ExchangePtr& x) {
    const auto parking = std::move(x->parking);
    if (!parking) return;
    parked.erase(parking->state);
    for (const auto& [key, question] : parking->questions) {
        static_cast<void>(
            sessions.send(x->key, mcp::make_error(question.upstream_id, mcp::rpc_code::internal_error,
                                                  "the request it belongs to has ended", {})));
    }
}

/// The server has answered before its client came back: the answer waits for it, as long as the questions do.
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

/// The server has taken a question back. False when it is none of this call's.
bool Gateway::State::forget_question(const Exchange& x, std::string_view upstream_id) {
    return x.parking && std::erase_if(x.parking->questions, [&](const auto& entry) {
                            return entry.second.upstream_id == upstream_id;
                        }) > 0;
}

/// A client that calls again with the answers goes on where its call was parked.
bool Gateway::State::resume(const ExchangePtr& x) {
    if (parked.empty() || x->era != Era::per_request || !may_need_input(x->method)) return false;
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice state = mcp::member(params, "requestState");
    const auto found = state.type == JsonType::string ? parked.find(decode_string(state)) : parked.end();
    if (found == parked.end() || !is_same_request(*found->second, *x)) return false;
    const mcp::JsonSlice responses = mcp::member(params, "inputResponses");
    if (responses && responses.type != JsonType::object) {
        fail(x, mcp::rpc_code::invalid_params, "Invalid params: inputResponses is no object", {}, 400);
        return true;
    }
    const ExchangePtr stay = found->second;
    parked.erase(found);
    hand_over(stay, x);
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
