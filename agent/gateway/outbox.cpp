#include "agent/gateway/outbox.hpp"

#include <utility>

namespace mcpm::gateway {

void Outbox::push(std::string message, Weight weight) {
    if (finished_) return;
    if (weight == Weight::notice && waiting_bytes_ + message.size() > notices_limit) {
        ++dropped_;
        return;
    }
    waiting_bytes_ += message.size();
    items_.push_back(Item{++last_number_, std::move(message)});
    if (waiting_bytes_ > waiting_limit && items_.size() - next_ > 1) give_up();
    changed_.notify_all();
}

void Outbox::finish() {
    finished_ = true;
    changed_.notify_all();
}

void Outbox::give_up() {
    dropped_ += items_.size() - next_;
    items_.clear();
    next_ = waiting_bytes_ = kept_bytes_ = 0;
    finished_ = true;
    changed_.notify_all();
}

void Outbox::advance() {
    if (next_ >= items_.size()) return;
    const std::size_t size = items_[next_].text.size();
    waiting_bytes_ -= size;
    if (keep_ == Keep::nothing) {
        items_.pop_front();
        return;
    }
    kept_bytes_ += size;
    ++next_;
    trim();
}

std::string Outbox::take() {
    std::string text = std::move(items_[next_].text);
    waiting_bytes_ -= text.size();
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(next_));
    return text;
}

void Outbox::trim() {
    while (next_ > 0 && kept_bytes_ > kept_limit) {
        kept_bytes_ -= items_.front().text.size();
        items_.pop_front();
        --next_;
    }
}

bool Outbox::rewind(std::uint64_t after) {
    if (after > last_number_) return false;
    const std::uint64_t first = items_.empty() ? last_number_ + 1 : items_.front().number;
    if (after + 1 < first) return false;
    const auto target = static_cast<std::size_t>(after + 1 - first);
    while (next_ > target) {
        --next_;
        kept_bytes_ -= items_[next_].text.size();
        waiting_bytes_ += items_[next_].text.size();
    }
    while (next_ < target) advance();
    return true;
}

}  // namespace mcpm::gateway
