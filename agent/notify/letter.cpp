// Letters: RFC 5322, RFC 2045 and RFC 2047.
#include "agent/notify/messages.hpp"
#include "common/base64.hpp"
#include "common/units.hpp"
#include "common/whole_characters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace mcpm::notify {

namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// A header's text: as it is, or in encoded words of at most 75 characters, none of which parts a character.
std::string header_text(std::string_view text) {
    if (is_plain(text) && text.size() <= 900) return std::string(text);
    constexpr std::size_t most = 42;  // bytes that become 56 characters
    std::string out;
    while (!text.empty()) {
        const std::string_view word = whole_characters(text, most);
        out += (out.empty() ? "=?utf-8?b?" : "\r\n =?utf-8?b?") + base64::encode(word) + "?=";
        text.remove_prefix(word.size());
    }
    return out;
}

std::string in_lines(const std::string& base64) {
    constexpr std::size_t line = 76;
    std::string out;
    for (std::size_t at = 0; at < base64.size(); at += line) out += base64.substr(at, line) + "\r\n";
    return out;
}

std::string date_of(Timestamp now) {
    using namespace std::chrono;
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<std::chrono::days>(now);
    const year_month_day date(day);
    const hh_mm_ss time(floor<seconds>(now - day));
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days.at(weekday(day).c_encoding()),
                       static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

}  // namespace

Letter letter_of(const Notices& notices, std::string_view host) {
    Letter letter;
    letter.subject = "[mcpm] " + headline(notices);
    for (const auto& notice : notices) {
        letter.text += notice.title + "\n" + notice.text + "\n";
        letter.text += std::string(wire_name(notice.severity)) + ", " + format_time(notice.at) + "\n";
        if (!notice.server.empty()) letter.text += "more: mcpm why " + notice.server + "\n";
        letter.text += "\n";
    }
    letter.text += "mcpm on " + std::string(host) + "\n";
    return letter;
}

std::string write_letter(const Letter& letter, std::string_view message_id, Timestamp now) {
    std::string to;
    for (const auto& one : letter.to) to += (to.empty() ? "" : ",\r\n ") + one;
    std::string subject = letter.subject;
    std::replace_if(
        subject.begin(), subject.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return "Date: " + date_of(now) + "\r\nFrom: mcpm <" + letter.from + ">\r\nTo: " + to +
           "\r\nSubject: " + header_text(subject) + "\r\nMessage-ID: <" + std::string(message_id) +
           ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           in_lines(base64::encode(letter.text));
}

}  // namespace mcpm::notify
