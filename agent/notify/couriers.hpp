// One delivery to a channel: the effect behind agent/notify/messages. Owned by the desk.
#pragma once

#include "agent/async/task.hpp"
#include "agent/notify/delivery.hpp"
#include "agent/notify/messages.hpp"
#include "agent/outgoing/client.hpp"
#include "common/error.hpp"
#include "common/signal_settings.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm::notify {

class Couriers {
  public:
    struct Means {
        outgoing::Client& client;
        /// Runs notify-send with these arguments; unset where there is none.
        std::function<Task<Result<>>(std::vector<std::string> arguments)> desktop = {};
        /// The value of a stored secret.
        std::function<Task<Result<std::string>>(std::string name)> secret = {};
    };

    Couriers(const NotifySettings& settings, Means means);

    /// The channels that config.yaml sets up, in the order of the enumeration.
    const std::vector<NotifyChannel>& set_up() const { return set_up_; }
    /// Where a channel leads, as a person may see it.
    std::string shown_target(NotifyChannel channel) const;

    Task<Delivery> deliver(NotifyChannel channel, const Notices& notices);
    /// To one who is not of the team.
    Task<Delivery> deliver_letter(Letter letter);

  private:
    Task<Delivery> post(std::string address, std::string body, std::string key, Timestamp now);
    Task<Delivery> show(std::vector<std::string> arguments);
    Task<Result<std::string>> value_of(std::string setting);

    const NotifySettings& settings_;
    Means means_;
    std::vector<NotifyChannel> set_up_;
    std::string host_;
};

}  // namespace mcpm::notify
