// An exchange that hands a letter over, by SMTP.
#include "agent/outgoing/exchange.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm::outgoing {

void Exchange::set_mail() {
    const auto& curl = *client_->curl;
    const auto& mail = *request_.mail;
    const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy_, option, value); };
    constexpr std::array tls{CURLUSESSL_ALL, CURLUSESSL_TRY, CURLUSESSL_NONE};
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_USE_SSL, static_cast<long>(tls[static_cast<std::size_t>(mail.tls)]));
    if (!mail.user.empty()) {
        set(CURLOPT_USERNAME, mail.user.c_str());
        set(CURLOPT_PASSWORD, mail.password.c_str());
    }
    set(CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
    for (const auto& one : mail.to) headers_ = curl.slist_append(headers_, ("<" + one + ">").c_str());
    set(CURLOPT_MAIL_RCPT, headers_);
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &Exchange::give_letter);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    given_ = 0;
}

std::size_t Exchange::give_letter(char* out, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const auto rest = std::string_view(exchange.request_.body).substr(exchange.given_);
    const std::size_t now = std::min(size * count, rest.size());
    std::copy_n(rest.data(), now, out);
    exchange.given_ += now;
    exchange.last_byte_ = Clock::now();
    return now;
}

/// The reply to a letter, 250 and its like, as a head without headers.
void Exchange::note_last_reply() {
    long status = 0;
    client_->curl->easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    head_.status = static_cast<int>(status);
    head_complete_ = true;
}

}  // namespace mcpm::outgoing
