// What config.yaml says, as the limits of the rooms it is for. Pure.
#pragma once

#include "agent/gateway/gateway.hpp"
#include "agent/http/listener.hpp"
#include "agent/logs/log_store.hpp"
#include "common/config_file.hpp"

namespace mcpm {

LogLimits limits_of(const LogSettings& settings);
http::Limits limits_of(const HttpSettings& settings);
gateway::GatewayLimits limits_of(const GatewaySettings& settings);

}  // namespace mcpm
