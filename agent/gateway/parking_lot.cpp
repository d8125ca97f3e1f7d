#include "agent/gateway/parking_lot.hpp"

#include "common/random.hpp"

#include <utility>

namespace mcpm::gateway {

namespace {

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

// --- the questions of one call ---

bool Parking::add(std::string upstream_id, std::string request) {
    if (questions.size() >= questions_limit) return false;
    questions.emplace("input-" + std::to_string(++asked),
                      Question{std::move(upstream_id), std::move(request)});
    return true;
}

bool Parking::take_back(std::string_view upstream_id) {
    return std::erase_if(questions,
                         [&](const auto& entry) { return entry.second.upstream_id == upstream_id; }) > 0;
}

std::string Parking::input_required() const {
    std::string result = R"({"resultType":"input_required","inputRequests":{)";
    bool first = true;
    for (const auto& [key, question] : questions) {
        result.append(first ? "\"" : ",\"").append(key).append("\":").append(question.request);
        first = false;
    }
    return result + R"(},"requestState":")" + state + "\"}";
}

// --- all calls ---

void ParkingLot::put(const ExchangePtr& call) {
    call->parking->state = random_hex(unguessable);
    parked_.emplace(call->parking->state, call);
}

ExchangePtr ParkingLot::find(const std::string& state, const Exchange& asker) const {
    const auto found = parked_.find(state);
    return found != parked_.end() && is_same_request(*found->second, asker) ? found->second : nullptr;
}

std::vector<ExchangePtr> ParkingLot::of_principal(std::string_view principal) const {
    std::vector<ExchangePtr> found;
    for (const auto& [state, call] : parked_) {
        if (call->client->principal == principal) found.push_back(call);
    }
    return found;
}

}  // namespace mcpm::gateway
