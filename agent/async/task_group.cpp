#include "agent/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <list>
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

struct TaskGroup::State {
    struct Entry {
        std::string name;
        asio::cancellation_signal signal;
    };

    State(Loop& loop_, Report report_) : loop(loop_), report(std::move(report_)), drained(loop) {
        drained.expires_at(Clock::time_point::max());
    }

    void finished(std::list<Entry>::iterator entry, const std::exception_ptr& thrown) {
        const std::string name = std::move(entry->name);
        entries.erase(entry);
        if (entries.empty()) drained.cancel();
        if (!thrown || !report) return;
        try {
            std::rethrow_exception(first_of(thrown));
        } catch (const boost::system::system_error& error) {
            if (error.code() != asio::error::operation_aborted) report(name, error.what());
        } catch (const std::exception& error) {
            report(name, error.what());
        }
    }

    Loop& loop;
    Report report;
    std::list<Entry> entries;
    bool is_cancelled = false;
    Timer drained;
};

TaskGroup::TaskGroup(Loop& loop, Report report) : state_(std::make_shared<State>(loop, std::move(report))) {}

TaskGroup::~TaskGroup() {
    state_->report = {};  // whom it would tell goes, too
    if (!state_->entries.empty() && !state_->loop.stopped()) cancel_all();
}

void TaskGroup::spawn(std::string name, Task<> task) {
    if (state_->is_cancelled) return;
    state_->entries.emplace_back();
    const auto entry = std::prev(state_->entries.end());
    entry->name = std::move(name);
    asio::co_spawn(state_->loop.get_executor(), std::move(task),
                   asio::bind_cancellation_slot(entry->signal.slot(),
                                                [state = state_, entry](const std::exception_ptr& thrown) {
                                                    state->finished(entry, thrown);
                                                }));
}

void TaskGroup::cancel_all() {
    state_->is_cancelled = true;
    // Emitting may resume a task that ends at once and leaves the list, so walk over a copy of places.
    std::vector<std::list<State::Entry>::iterator> places;
    for (auto entry = state_->entries.begin(); entry != state_->entries.end(); ++entry)
        places.push_back(entry);
    for (const auto& entry : places) {
        asio::post(state_->loop, [state = state_, entry, wanted = &*entry] {
            for (auto& candidate : state->entries) {
                if (&candidate == wanted) {
                    entry->signal.emit(asio::cancellation_type::terminal);
                    return;
                }
            }
        });
    }
}

Task<> TaskGroup::drain() {
    const auto state = state_;
    while (!state->entries.empty()) co_await state->drained.async_wait();
}

std::size_t TaskGroup::size() const {
    return state_->entries.size();
}

Loop& TaskGroup::loop() const {
    return state_->loop;
}

}  // namespace mcpm
