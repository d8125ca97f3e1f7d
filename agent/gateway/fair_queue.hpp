// What waits for a free place at one server. Those who wait take turns, so that one with a hundred calls does
// not hold up another with one; each one's own go in their order. Knows neither clients nor servers. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

namespace mcpm::gateway {

/// `Who` is a key (a pointer that its items keep alive); a default `Item` says that there is none.
template <typename Who, typename Item>
class FairQueue {
  public:
    /// Counts items that were given up meanwhile too, until their turn comes.
    std::size_t size() const { return size_; }
    bool is_empty() const { return size_ == 0; }

    void push(Who who, Item item) {
        auto& own = queues_[who];
        if (own.empty()) turns_.push_back(who);
        own.push_back(std::move(item));
        ++size_;
    }

    /// The next item; those that are over are dropped and cost nobody a turn.
    template <typename IsOver>
    Item pop(const IsOver& is_over) {
        Item next{};
        while (!turns_.empty() && !next) {
            const Who who = turns_.front();
            turns_.pop_front();
            next = first_of(who, is_over);
        }
        return next;
    }

  private:
    template <typename IsOver>
    Item first_of(Who who, const IsOver& is_over) {
        Item next{};
        const auto own = queues_.find(who);
        auto& items = own->second;
        while (!items.empty() && !next) {
            if (!is_over(items.front())) next = std::move(items.front());
            items.pop_front();
            --size_;
        }
        if (items.empty()) {
            queues_.erase(own);
        } else {
            turns_.push_back(who);
        }
        return next;
    }

    std::map<Who, std::deque<Item>> queues_;
    std::deque<Who> turns_;  // whose queue is next; each in it once
    std::size_t size_ = 0;
};

}  // namespace mcpm::gateway
