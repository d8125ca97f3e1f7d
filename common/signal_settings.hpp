// What config.yaml says of what leaves this machine on its own: notices and error reports. A text that is
// secret may be "secret:NAME", the name of a stored one.
#pragma once

#include "common/notify_rule.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

enum class MailTls { required, opportunistic, off };

struct NotifySettings {
    std::string slack, discord;           // URLs; secret
    std::string webhook, webhook_secret;  // a URL; both secret
    std::string email_server;             // smtp://host:587, or smtps://host
    std::string email_user, email_password;
    std::string email_from;
    std::vector<std::string> email_to;
    MailTls email_tls = MailTls::required;
    bool has_desktop = false;
    std::vector<NotifyRule> rules = {};  // empty: all channels, from warning on, and recoveries
    std::optional<QuietHours> quiet = {};
    Duration group{10'000};                 // what comes within it goes together
    Duration repeat_after{3'600'000};       // the same again is not said before
    std::uint64_t disk_free = 1ULL << 30U;  // less than this is short; 0 = never
};

struct ReportSettings {
    std::string sentry_dsn;  // secret
    std::string environment = "production";
};

}  // namespace mcpm
