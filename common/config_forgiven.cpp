#include "common/config_forgiven.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

void without_slack(Config& config) {
    config.notify.slack.clear();
}
void without_discord(Config& config) {
    config.notify.discord.clear();
}
void without_webhook(Config& config) {
    config.notify.webhook.clear();
}
void without_mail(Config& config) {
    config.notify.email_server.clear();
}
void without_desktop(Config& config) {
    config.notify.has_desktop = false;
}
void without_reports(Config& config) {
    config.reports.sentry_dsn.clear();
}

constexpr const char* no_mail = "no mail is sent";

/// Half an export is none: a webhook whose signature cannot be made, a mail server whose password is not
/// known.
constexpr std::array forgiven{
    ForgivenKey{"log_level", "log_level", [](Config& c) { c.log_level = Config().log_level; },
                "info is used"},
    ForgivenKey{"ws_heartbeat_interval", "ws_heartbeat_interval",
                [](Config& c) { c.http.heartbeat = HttpSettings().heartbeat; }, "30s is used"},
    ForgivenKey{"otel.arguments", "otel.arguments", [](Config& c) { c.arguments.traced.clear(); },
                "no arguments are exported"},
    ForgivenKey{"notify.slack", "notify.slack", without_slack, "no notice is sent to Slack"},
    ForgivenKey{"notify.discord", "notify.discord", without_discord, "no notice is sent to Discord"},
    ForgivenKey{"notify.webhook", "notify.webhook", without_webhook, "no notice is sent to a webhook"},
    ForgivenKey{"notify.webhook_secret", "notify.webhook", without_webhook,
                "no notice is sent to the webhook"},
    ForgivenKey{"notify.email_server", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.email_user", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.email_password", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.email_from", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.email_to", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.email_tls", "notify.email_server", without_mail, no_mail},
    ForgivenKey{"notify.desktop", "notify.desktop", without_desktop, "no notice is shown on this desktop"},
    ForgivenKey{"notify.quiet_hours", "notify.quiet_hours", [](Config& c) { c.notify.quiet.reset(); },
                "no hours are quiet"},
    ForgivenKey{"notify.group", "notify.group", [](Config& c) { c.notify.group = NotifySettings().group; },
                "10s is used"},
    ForgivenKey{"notify.repeat_after", "notify.repeat_after",
                [](Config& c) { c.notify.repeat_after = NotifySettings().repeat_after; }, "1h is used"},
    ForgivenKey{"notify.disk_free", "notify.disk_free",
                [](Config& c) { c.notify.disk_free = NotifySettings().disk_free; }, "1GiB is used"},
    ForgivenKey{"sentry.dsn", "sentry.dsn", without_reports, "no error is reported"},
    ForgivenKey{"sentry.environment", "sentry.environment",
                [](Config& c) { c.reports.environment = ReportSettings().environment; },
                "production is used"},
    ForgivenKey{
        "database.url", "", nullptr,
        "it is taken for another program's and passed over (unset it, or set MCPM_DATABASE_URL, which "
        "wins)",
        "DATABASE_URL"},
};

}  // namespace

const ForgivenKey* forgiven_key(std::string_view key, std::string_view variable) {
    const auto* const found = std::find_if(forgiven.begin(), forgiven.end(), [&](const ForgivenKey& one) {
        return one.key == key && (one.variable.empty() || one.variable == variable);
    });
    return found == forgiven.end() ? nullptr : found;
}

}  // namespace mcpm
