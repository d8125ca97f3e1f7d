#include "agent/notify/couriers.hpp"

#include "common/sha256.hpp"
#include "common/units.hpp"
#include "common/url.hpp"
#include "common/wire.hpp"

#include <unistd.h>

#include <array>
#include <utility>

namespace mcpm::notify {

namespace {

constexpr std::string_view stored = "secret:";
constexpr std::chrono::seconds longest{30};

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

/// "https://hooks.example", without the path, which is the secret.
std::string without_path(const std::string& url) {
    if (url.starts_with(stored)) return url;
    const std::string origin = origin_of_url(url);
    return origin.empty() ? origin : origin + "/…";
}

outgoing::Mail::Tls tls_of(MailTls tls) {
    constexpr std::array all{outgoing::Mail::Tls::required, outgoing::Mail::Tls::opportunistic,
                             outgoing::Mail::Tls::off};
    return all[static_cast<std::size_t>(tls)];
}

/// The server's last reply to a letter; 0 when there was none.
int reply_of(const Error& error) {
    return static_cast<int>(error.details.number(Detail::reply).value_or(0));
}

Delivery failed(const Error& error) {
    return {Delivery::Outcome::again, error.message, std::nullopt};
}

}  // namespace

Couriers::Couriers(const NotifySettings& settings, Means means)
    : settings_(settings), means_(std::move(means)), host_(host_name()) {
    const bool has_mail = !settings.email_server.empty() && !settings.email_from.empty();
    const std::array rows{std::pair{NotifyChannel::slack, !settings.slack.empty()},
                          std::pair{NotifyChannel::discord, !settings.discord.empty()},
                          std::pair{NotifyChannel::webhook, !settings.webhook.empty()},
                          std::pair{NotifyChannel::email, has_mail && !settings.email_to.empty()},
                          std::pair{NotifyChannel::desktop, settings.has_desktop}};
    for (const auto& [channel, is_set_up] : rows)
        if (is_set_up) set_up_.push_back(channel);
}

std::string Couriers::shown_target(NotifyChannel channel) const {
    switch (channel) {
        case NotifyChannel::slack:
            return without_path(settings_.slack);
        case NotifyChannel::discord:
            return without_path(settings_.discord);
        case NotifyChannel::webhook:
            return without_path(settings_.webhook);
        case NotifyChannel::desktop:
            return means_.desktop ? "notify-send" : "notify-send, which is not installed";
        case NotifyChannel::email:
            break;
    }
    std::string to;
    for (const auto& one : settings_.email_to) to += (to.empty() ? "" : ", ") + one;
    return to + " by " + settings_.email_server;
}

Task<Result<std::string>> Couriers::value_of(std::string setting) {
    if (!setting.starts_with(stored)) co_return setting;
    auto value = co_await means_.secret(setting.substr(stored.size()));
    co_return value;
}

Task<Delivery> Couriers::post(std::string address, std::string body, std::string key, Timestamp now) {
    auto url = co_await value_of(std::move(address));
    if (!url) co_return failed(url.error());
    const auto secret = co_await value_of(std::move(key));
    if (!secret) co_return failed(secret.error());
    outgoing::Request request;
    request.method = "POST";
    request.url = std::move(*url);
    request.headers = signature_headers(*secret, body, now);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("User-Agent", "mcpm/" MCPM_VERSION);
    request.body = std::move(body);
    request.limits.total = longest;
    request.limits.body = 64U << 10U;
    const auto ready = co_await means_.client.prepare();
    if (!ready) co_return failed(ready.error());
    const auto answer = co_await means_.client.fetch(std::move(request));
    if (!answer) co_return failed(answer.error());
    co_return judge_http(answer->head.status, answer->head.header("retry-after"));
}

Task<Delivery> Couriers::deliver(NotifyChannel channel, const Notices& notices) {
    const auto now = now_utc();
    switch (channel) {
        case NotifyChannel::slack:
            return post(settings_.slack, slack_message(notices, host_), {}, now);
        case NotifyChannel::discord:
            return post(settings_.discord, discord_message(notices, host_), {}, now);
        case NotifyChannel::webhook:
            return post(settings_.webhook, webhook_message(notices, host_, now), settings_.webhook_secret,
                        now);
        case NotifyChannel::email: {
            auto letter = letter_of(notices, host_);
            letter.to = settings_.email_to;
            return deliver_letter(std::move(letter));
        }
        case NotifyChannel::desktop:
            break;
    }
    return show(desktop_arguments(notices));
}

Task<Delivery> Couriers::show(std::vector<std::string> arguments) {
    if (!means_.desktop)
        co_return Delivery{Delivery::Outcome::never, "notify-send is not installed", std::nullopt};
    const auto shown = co_await means_.desktop(std::move(arguments));
    if (!shown) co_return Delivery{Delivery::Outcome::never, shown.error().message, std::nullopt};
    co_return Delivery{};
}

Task<Delivery> Couriers::deliver_letter(Letter letter) {
    const auto password = co_await value_of(settings_.email_password);
    if (!password) co_return failed(password.error());
    const auto now = now_utc();
    letter.from = settings_.email_from;
    auto mail = std::make_shared<outgoing::Mail>();
    mail->from = letter.from;
    mail->to = letter.to;
    mail->user = settings_.email_user;
    mail->password = *password;
    mail->tls = tls_of(settings_.email_tls);
    const std::string seed = letter.subject + letter.text + std::to_string(now.time_since_epoch().count());
    outgoing::Request request;
    request.url = settings_.email_server;
    request.body = write_letter(letter, sha256_hex(seed).substr(0, 24) + "@" + host_, now);
    request.mail = std::move(mail);
    request.limits.total = longest;
    const auto ready = co_await means_.client.prepare();
    if (!ready) co_return failed(ready.error());
    const auto answer = co_await means_.client.fetch(std::move(request));
    if (answer) co_return Delivery{};
    co_return judge_mail(reply_of(answer.error()), answer.error().message);
}

}  // namespace mcpm::notify
