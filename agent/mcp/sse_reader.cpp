#include "agent/mcp/sse_reader.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t longest_name = 64;    // of a field; those that mean something are shorter
constexpr std::size_t longest_id = 4096;    // of an event; it comes back as a header
constexpr std::size_t longest_event = 256;  // the event's name
constexpr std::size_t kept_head = 4096;
constexpr std::size_t kept_tail = 256;
constexpr std::size_t kept_capacity = 64u << 10;  // a bigger buffer is given back

void keep_tail(std::string& tail, std::string_view bytes) {
    tail.append(bytes.substr(bytes.size() - std::min(bytes.size(), kept_tail)));
    if (tail.size() > kept_tail) tail.erase(0, tail.size() - kept_tail);
}

void give_back(std::string& buffer) {
    if (buffer.capacity() > kept_capacity)
        std::string().swap(buffer);
    else
        buffer.clear();
}

std::size_t end_of_line(std::string_view bytes) {
    const auto feed = bytes.find('\n');
    const auto before = bytes.substr(0, feed).find('\r');
    return before == std::string_view::npos ? feed : before;
}

}  // namespace

void SseReader::feed(std::string_view bytes, const Sink& sink) {
    while (!bytes.empty()) {
        if (std::exchange(after_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = end_of_line(bytes);
        if (end == std::string_view::npos) return keep(bytes);
        const bool is_return = bytes[end] == '\r';
        finish_line(bytes.substr(0, end), sink);
        after_return_ = is_return;
        bytes.remove_prefix(end + 1);
    }
}

void SseReader::reset() {
    if (has_data_ || !line_.empty()) ++counts_.unfinished;
    at_start_ = true;
    after_return_ = false;
    give_back(line_);
    line_tail_.clear();
    line_length_ = 0;
    event_.clear();
    give_back(data_);
    data_tail_.clear();
    data_length_ = 0;
    has_data_ = too_long_ = false;
    id_.reset();
}

void SseReader::keep(std::string_view part) {
    if (line_length_ == 0 && line_.size() + part.size() <= limit_ + longest_name) {
        line_.append(part);
        return;
    }
    if (line_length_ == 0) {
        line_length_ = line_.size();
        keep_tail(line_tail_, line_);
        line_.append(part.substr(0, kept_head));
        line_.resize(std::min(line_.size(), kept_head));
        line_.shrink_to_fit();
    }
    line_length_ += part.size();
    keep_tail(line_tail_, part);
}

void SseReader::finish_line(std::string_view rest, const Sink& sink) {
    if (line_.empty() && rest.size() <= limit_ + longest_name) return take_line(rest, rest.size(), sink);
    keep(rest);
    const std::string line = std::exchange(line_, {});
    const std::uint64_t length = line_length_ == 0 ? line.size() : line_length_;
    take_line(line, length, sink);
    line_length_ = 0;
    line_tail_.clear();
}

void SseReader::take_line(std::string_view line, std::uint64_t length, const Sink& sink) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (std::exchange(at_start_, false) && line.substr(0, 3) == byte_order_mark) {
        line.remove_prefix(3);
        length -= 3;
    }
    if (line.empty()) return dispatch(sink);
    const auto colon = line.find(':');
    if (colon == 0) {
        ++counts_.comments;
        return;
    }
    if (colon == std::string_view::npos) return take_field(line, {}, 0);
    const std::string_view name = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    length -= colon + 1;
    if (!line.empty() && line.front() == ' ') {
        line.remove_prefix(1);
        --length;
    }
    take_field(name, line, length);
}

void SseReader::take_field(std::string_view name, std::string_view value, std::uint64_t length) {
    if (name == "data") return add_data(value, length);
    if (line_length_ != 0) {  // only its beginning is here
        ++counts_.ignored;
    } else if (name == "event" && length <= longest_event) {
        event_.assign(value);
    } else if (name == "id" && length <= longest_id && value.find('\0') == std::string_view::npos) {
        id_ = std::string(value);
    } else if (name == "retry") {
        if (const auto milliseconds = parse_number<std::uint64_t>(value))
            retry_ = *milliseconds;
        else
            ++counts_.ignored;
    } else {
        ++counts_.ignored;
    }
}

void SseReader::add_data(std::string_view value, std::uint64_t length) {
    if (std::exchange(has_data_, true)) {
        ++data_length_;
        if (!too_long_) data_.push_back('\n');
    }
    data_length_ += length;
    if (!too_long_ && data_length_ <= limit_) {
        data_.append(value);
        return;
    }
    if (!std::exchange(too_long_, true)) {
        keep_tail(data_tail_, data_);
        data_.append(value.substr(0, kept_head));
        data_.resize(std::min(data_.size(), kept_head));
        data_.shrink_to_fit();
    }
    keep_tail(data_tail_, line_length_ == 0 ? value : std::string_view(line_tail_));
}

void SseReader::dispatch(const Sink& sink) {
    if (id_) last_id_ = *std::exchange(id_, std::nullopt);
    if (!std::exchange(has_data_, false)) {
        event_.clear();
        return;
    }
    ++counts_.events;
    SseEvent event{event_.empty() ? std::string_view("message") : std::string_view(event_), data_};
    if (std::exchange(too_long_, false)) {
        ++counts_.oversized;
        event.tail = data_tail_;
        event.oversized = data_length_;
    }
    sink(event);
    event_.clear();
    give_back(data_);
    data_tail_.clear();
    data_length_ = 0;
}

}  // namespace mcpm::mcp
