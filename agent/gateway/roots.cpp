// Roots: what a server that asks for roots/list does depends on its client's workspace, so no call of that
// client goes there before the question was answered. A client of the handshake era is asked by the server
// itself, in a process of its own that starts before the first call; one of 2026-07-28 by the result of its
// call (input_required), and it brings the roots when it calls again: nothing is kept here meanwhile.
#include "agent/gateway/state.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

constexpr std::chrono::seconds question_limit{3};  // from the handshake to roots/list
constexpr std::chrono::seconds answer_limit{10};   // from there to the client's answer
/// How long a server is left alone with its client's folders: it looks at them, and answers calls meanwhile
/// as if it had none.
constexpr std::chrono::milliseconds settle_time{150};

constexpr std::string_view roots_state = "mcpm.roots/list";
constexpr std::string_view roots_key = "roots";

/// The object without the members `one` and `other`.
std::string without(std::string_view object, std::string_view one, std::string_view other) {
    std::string text = "{";
    for_each_member(object, [&](std::string_view quoted, const mcp::JsonSlice& value) {
        const std::string name = decode_string(mcp::JsonSlice{quoted, JsonType::string});
        if (name == one || name == other) return;
        if (text.size() > 1) text.push_back(',');
        text.append(quoted).append(":").append(value.text);
    });
    return text + "}";
}

}  // namespace

/// A client of 2026-07-28 is asked for its roots before its call is sent anywhere. False when the server does
/// not ask unless it is called: its question comes to the client by parking (parking.cpp) then.
bool Gateway::State::ask_roots_first(const ExchangePtr& x) {
    if (x->era != Era::per_request || !x->client->roots.empty() || !needs_roots(*x)) return false;
    KeptPtr kept;
    const mcp::SessionFacts facts = *roots_wish(x->target->id, kept);
    if (!facts.asks_roots_first) return false;
    x->target = nullptr;  // no call was made
    succeed(x, modern_result(R"({"resultType":"input_required","inputRequests":{")" + std::string(roots_key) +
                                 R"(":{"method":"roots/list"}},"requestState":")" + std::string(roots_state) +
                                 "\"}",
                             x->method, facts));
    return true;
}

/// A call that its client makes again, with the roots it was asked for, goes on as if it had never been
/// asked. True when the roots are not there and the call has failed.
bool Gateway::State::take_roots(const ExchangePtr& x) {
    if (x->era != Era::per_request || !may_need_input(x->method)) return false;
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice state = mcp::member(params, "requestState");
    if (state.type != JsonType::string || decode_string(state) != roots_state) return false;
    const mcp::JsonSlice responses = mcp::member(params, "inputResponses");
    const mcp::JsonSlice roots =
        responses.type == JsonType::object ? mcp::member(responses.text, roots_key) : mcp::JsonSlice{};
    if (roots.type != JsonType::object || mcp::member(roots.text, "roots").type != JsonType::array) {
        fail(x, mcp::rpc_code::invalid_params, "Invalid params: inputResponses has no roots", {}, 400);
        return true;
    }
    x->client->roots = mcp::splice(roots.text, {}, mcp::Newlines::drop);
    const std::string rest = without(params, "requestState", "inputResponses");
    const mcp::Edit edit = mcp::replace(x->message->text, x->message->scan.params, rest);
    x->message =
        std::make_shared<const Message>(mcp::splice(x->message->text, {&edit, 1}, mcp::Newlines::keep));
    return false;
}

/// Starts the process of its own that this client will need, before its first call.
void Gateway::State::open_with_roots(const ClientPtr& client, const TargetPtr& target) {
    const bool may_have_own = target->sharing == Sharing::automatic || target->sharing == Sharing::per_client;
    if (!may_have_own || client->kind == Client::Kind::stateless) return;
    const bool sleeps = target->is_lazy && sessions.open_facts(target->id) == nullptr;
    if (sleeps || !has_member(client->capabilities, "roots") || client->own_opening.contains(target->id))
        return;
    const auto own = client->own_sessions.find(target->id);
    if (own != client->own_sessions.end() && sessions.open_facts(own->second) != nullptr) return;
    KeptPtr kept;
    const auto* const wants = roots_wish(target->id, kept);
    if (wants == nullptr || !wants->asks_roots_first || !directory.is_up(target->id)) return;
    OwnWish wish;
    wish.client = client;
    wish.target = target;
    wish.capabilities = client->capabilities;
    tasks.spawn("an own process of " + target->name, open_ahead(shared_from_this(), std::move(wish)));
}

/// roots/list of a process of the client's own, while no call of the client is open there, or when the
/// client's roots are known.
void Gateway::State::on_roots_request(const ClientPtr& client, const std::string& key,
                                      const mcp::MessageScan& request) {
    RootsQuestion& question = upstream(key).roots;
    if (!client->roots.empty()) {
        static_cast<void>(sessions.send(key, mcp::make_response(request.id.text, client->roots)));
        question.stage = RootsQuestion::Stage::answered;
        return client->own_changed.notify_all();
    }
    if (!has_member(client->capabilities, "roots")) {
        refuse_request(key, request, "roots/list");
        question.stage = RootsQuestion::Stage::answered;
        return client->own_changed.notify_all();
    }
    const std::string id = std::to_string(client->next_request);
    ask_client(client, nullptr, key, request);
    if (question.stage != RootsQuestion::Stage::not_asked) return;
    question.stage = RootsQuestion::Stage::asked;
    question.upstream_id = request.id.text;
    const mcp::Edit edit = mcp::replace(request.text, request.id, id);
    question.message = mcp::splice(request.text, {&edit, 1}, mcp::Newlines::drop);
    offer_roots_question(*client, key);
    client->own_changed.notify_all();
}

/// A session whose GET stream nobody reads is asked on the stream of the call that waits for the answer.
void Gateway::State::offer_roots_question(Client& client, const std::string& key) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end() || client.kind != Client::Kind::session || client.readers > 0) return;
    const std::string server_id = server_of(key);
    for (const auto& x : client.open) {
        const bool waits = x->target && x->target->id == server_id && x->key.empty() && x->owns_out;
        if (!waits || found->second.roots.message.empty()) continue;
        x->out->push(std::exchange(found->second.roots.message, {}), Outbox::Weight::answer);
    }
}

void Gateway::State::note_roots_answer(const std::string& key, std::string_view upstream_id) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end() || found->second.roots.upstream_id != upstream_id) return;
    found->second.roots.stage = RootsQuestion::Stage::answered;
    const ClientPtr client = own_processes.owner(key);
    if (client) client->own_changed.notify_all();
}

/// Until the server knows the client's roots; not longer than its question and the answer may take.
Task<> Gateway::State::until_roots(std::shared_ptr<State> self, ClientPtr client, std::string key) {
    using Stage = RootsQuestion::Stage;
    const auto begun = Clock::now();
    for (;;) {
        const auto found = self->upstreams.find(key);
        if (found == self->upstreams.end() || !client->is_open || self->sessions.open_facts(key) == nullptr)
            co_return;
        const Stage stage = found->second.roots.stage;
        if (stage == Stage::answered) break;
        const auto end = begun + (stage == Stage::asked ? question_limit + answer_limit : question_limit);
        if (Clock::now() >= end) {
            if (stage == Stage::asked) {
                self->directory.orphan(server_of(key), "mcpm: a client did not answer roots/list within " +
                                                           std::to_string(answer_limit.count()) +
                                                           " s; its calls go on without its folders");
            }
            co_return;
        }
        static_cast<void>(co_await client->own_changed.wait_for(end - Clock::now()));
    }
    co_await sleep_for(settle_time);
}

}  // namespace mcpm::gateway
