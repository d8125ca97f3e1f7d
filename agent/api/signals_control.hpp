// What the API asks of the rooms that send: notices, letters, error reports, spans. Called on the loop
// thread; any of them may be unset.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

/// One sample for /metrics; those of one name stand together.
struct Figure {
    std::string name, help;
    bool is_counter = true;
    std::vector<std::pair<std::string, std::string>> labels = {};
    std::uint64_t value = 0;
};

/// An answer of 500 or more.
struct FailedRequest {
    std::string method, route;
    unsigned status = 0;
    std::string code, message;
};

struct SignalsControl {
    /// Where notices go, the rules, and what became of those that were sent.
    std::function<wire::Json()> channels = {};
    /// Sends one now to a channel, or to all; what each answered.
    std::function<Task<Result<wire::Json>>(std::string channel)> test = {};
    /// Takes a letter; false when mail is not set up.
    std::function<bool(std::string to, std::string subject, std::string text)> mail = {};
    std::function<void(const FailedRequest& failed)> request_failed = {};
    std::function<std::vector<Figure>()> figures = {};
    /// Crashes of agents before this one, as JSON; and sending one of them.
    std::function<Task<Result<wire::Json>>()> crashes = {};
    std::function<Task<Result<wire::Json>>(std::string name)> send_crash = {};
};

}  // namespace mcpm::api
