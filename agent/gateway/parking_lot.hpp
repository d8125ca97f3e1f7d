// Calls that are open at a server of the handshake era while their clients (2026-07-28) have the server's
// questions: each is found again by the requestState that its client was given, once, and only by the same
// request of the same principal. Bounded. Sends nothing: what a question or an answer means to a server is
// the caller's. One loop thread.
#pragma once

#include "agent/gateway/client.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// How often one call may be given back for input.
inline constexpr unsigned input_rounds_limit = 16;
/// Of those whose server may ask for input, and whose result may be input_required.
bool may_need_input(std::string_view method);
/// The client of `x` has the questions, and nobody of it waits here at present.
bool is_parked(const Exchange& x);
/// Who waits for the answer of the call that `x` made.
ExchangePtr latest_of(const ExchangePtr& x);

class ParkingLot {
  public:
    explicit ParkingLot(std::size_t limit) : limit_(limit) {}

    bool is_empty() const { return parked_.empty(); }
    std::size_t size() const { return parked_.size(); }
    bool is_full() const { return parked_.size() >= limit_; }

    /// Under a requestState that nobody can guess; it is in the call's Parking from now on.
    void put(const ExchangePtr& call);
    /// The call that `asker` goes on with; null when there is none of that state, or it is another request.
    ExchangePtr find(const std::string& state, const Exchange& asker) const;
    void forget(const std::string& state) { parked_.erase(state); }
    std::vector<ExchangePtr> of_principal(std::string_view principal) const;
    /// Any of them. There must be one.
    ExchangePtr any() const { return parked_.begin()->second; }

  private:
    std::size_t limit_;
    std::map<std::string, ExchangePtr, std::less<>> parked_;  // by requestState
};

}  // namespace mcpm::gateway
