// Notices as each channel takes them: Slack, Discord, any webhook, a letter, a desktop. Pure.
#pragma once

#include "agent/notify/notice.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::notify {

using Notices = std::vector<Notice>;

/// One line for the lot: the title of one, or how many there are of the worst.
std::string headline(const Notices& notices);

std::string slack_message(const Notices& notices, std::string_view host);
std::string discord_message(const Notices& notices, std::string_view host);
std::string webhook_message(const Notices& notices, std::string_view host, Timestamp now);

/// The headers that sign a body: X-Mcpm-Timestamp (seconds since 1970) and X-Mcpm-Signature-256, which is
/// "sha256=" and the HMAC of "TIMESTAMP.BODY". None without a key.
std::vector<std::pair<std::string, std::string>> signature_headers(std::string_view key,
                                                                   std::string_view body, Timestamp now);

struct Letter {
    std::string from;
    std::vector<std::string> to;
    std::string subject, text;
};
Letter letter_of(const Notices& notices, std::string_view host);
/// A letter as it goes over the wire: RFC 5322 with MIME, the text in base64, lines with CRLF.
std::string write_letter(const Letter& letter, std::string_view message_id, Timestamp now);

/// The arguments of notify-send.
std::vector<std::string> desktop_arguments(const Notices& notices);

}  // namespace mcpm::notify
