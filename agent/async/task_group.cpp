#include "agent/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace mcpm {

namespace {

/// Of a task that waited for two things at once and was cancelled, both throw.
std::exception_ptr first_of(std::exception_ptr thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const asio::multiple_exceptions& several) {
        return several.first_exception();
    } catch (...) {
        return thrown;
    }
}

}  // namespace

TaskGroup::TaskGroup(Loop& loop, Report report) : loop_(loop), report_(std::move(report)), drained_(loop) {
    drained_.expires_at(Clock::time_point::max());
}

void TaskGroup::spawn(std::string name, Task<> task) {
    if (cancelled_) return;
    entries_.emplace_back();
    const auto entry = std::prev(entries_.end());
    entry->name = std::move(name);
    asio::co_spawn(
        loop_.get_executor(), std::move(task),
        asio::bind_cancellation_slot(entry->signal.slot(), [this, entry](const std::exception_ptr& thrown) {
            finished(entry, thrown);
        }));
}

void TaskGroup::finished(std::list<Entry>::iterator entry, const std::exception_ptr& thrown) {
    const std::string name = std::move(entry->name);
    entries_.erase(entry);
    if (entries_.empty()) drained_.cancel();
    if (!thrown || !report_) return;
    try {
        std::rethrow_exception(first_of(thrown));
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) report_(name, error.what());
    } catch (const std::exception& error) {
        report_(name, error.what());
    }
}

void TaskGroup::cancel_all() {
    cancelled_ = true;
    // Emitting may resume a task that ends at once and leaves the list, so walk over a copy of places.
    std::vector<std::list<Entry>::iterator> places;
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) places.push_back(entry);
    for (const auto& entry : places) {
        asio::post(loop_, [this, entry, wanted = &*entry] {
            for (auto& candidate : entries_) {
                if (&candidate == wanted) {
                    entry->signal.emit(asio::cancellation_type::terminal);
                    return;
                }
            }
        });
    }
}

Task<> TaskGroup::drain() {
    while (!entries_.empty()) co_await drained_.async_wait();
}

}  // namespace mcpm
