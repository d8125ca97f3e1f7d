#include "cli/connect_long_line.hpp"

namespace mcpm::cli {

namespace {

constexpr std::size_t longest_key = 16;
constexpr std::size_t longest_id = 4096;

bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

}  // namespace

void LongLine::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        // Nearly all of a long message is one string or many that nobody asks about.
        if (in_string_ && !escaped_ && !in_key_ && !in_id_) {
            std::size_t plain = 0;
            while (plain < bytes.size() && bytes[plain] != '"' && bytes[plain] != '\\') ++plain;
            bytes.remove_prefix(plain);
            if (bytes.empty()) return;
        }
        byte(bytes.front());
        bytes.remove_prefix(1);
    }
}

std::string_view LongLine::id() const {
    return id_.size() < longest_id ? std::string_view(id_) : std::string_view();
}

void LongLine::byte(char letter) {
    if (in_string_) return in_string(letter);
    if (letter == '"') {
        in_string_ = true;
        in_key_ = depth_ == 1 && expects_key_;
        if (in_key_) key_.clear();
    }
    if (letter == '{' || letter == '[') ++depth_;
    if (letter == '}' || letter == ']') --depth_;
    if (depth_ == 1) at_top_level(letter);
    if (depth_ == 0) in_id_ = false;
}

void LongLine::in_string(char letter) {
    const bool ends = letter == '"' && !escaped_;
    escaped_ = letter == '\\' && !escaped_;
    if (in_id_ && id_.size() < longest_id) id_ += letter;
    if (in_key_ && !ends && key_.size() < longest_key) key_ += letter;
    if (!ends) return;
    in_string_ = false;
    in_key_ = false;
}

void LongLine::at_top_level(char letter) {
    switch (letter) {
        case '{':
            expects_key_ = true;
            return;
        case ',':
            expects_key_ = true;
            in_id_ = false;
            return;
        case ':':
            expects_key_ = false;
            begin_value();
            return;
        default:
            if (in_id_ && !is_blank(letter) && id_.size() < longest_id) id_ += letter;
    }
}

void LongLine::begin_value() {
    if (key_ == "method") has_method_ = true;
    in_id_ = key_ == "id";
    if (in_id_) id_.clear();
}

}  // namespace mcpm::cli
