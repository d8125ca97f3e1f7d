#include "agent/async/deadlines.hpp"
#include "agent/async/feed.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/async/with_deadline.hpp"
#include "tests/support/run_to_end.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

using namespace mcpm;
using namespace std::chrono_literals;
using mcpm::test::run_to_end;

namespace {

Task<> never(Notifier& notifier) {
    co_await notifier.wait();
}
Task<> fails() {
    throw std::runtime_error("broken");
    co_return;
}
Task<> drain(TaskGroup& group) {
    co_await group.drain();
}
struct CountedEnd {
    explicit CountedEnd(std::shared_ptr<int> ends_) : ends(std::move(ends_)) {}
    CountedEnd(const CountedEnd&) = delete;
    CountedEnd& operator=(const CountedEnd&) = delete;
    ~CountedEnd() { ++*ends; }
    std::shared_ptr<int> ends;
};
Task<> counted(std::shared_ptr<Notifier> notifier, std::shared_ptr<int> ends) {
    const CountedEnd end(std::move(ends));
    co_await notifier->wait();
}
Task<> has_own_group(Loop& loop, std::shared_ptr<Notifier> notifier, std::shared_ptr<int> ends) {
    TaskGroup own(loop);
    own.spawn("one", counted(notifier, ends));
    own.spawn("other", counted(notifier, ends));
    co_await own.drain();
}
Task<Result<int>> answer(int value) {
    co_return value;
}
Task<Result<int>> answer_never(Notifier& notifier) {
    co_await notifier.wait();
    co_return 1;
}
Task<> notify(Notifier& notifier) {
    for (int turn = 0; turn < 5; ++turn) co_await asio::post(co_await asio::this_coro::executor, use_task);
    notifier.notify_all();
}
Task<std::uint64_t> wait_feed(Feed<int>& feed, std::uint64_t cursor) {
    co_await feed.wait(cursor);
    co_return feed.read(cursor, 10).items.size();
}
Task<> search(Workers& workers, std::promise<void>& begun, bool& was_stopped) {
    auto work = [&begun, &was_stopped](const std::stop_token& left) {
        begun.set_value();
        while (!left.stop_requested()) std::this_thread::yield();
        was_stopped = true;
        return 1;
    };
    co_await offload_stoppable(workers, std::move(work));
}
Task<> push(Feed<int>& feed, int value) {
    feed.push(value);
    co_return;
}

}  // namespace

TEST_CASE("A cancelled group ends tasks that would wait for ever") {
    Loop loop(1);
    Notifier notifier(loop);
    std::string reported;
    TaskGroup group(loop, [&](std::string_view, std::string_view what) { reported = what; });
    group.spawn("waiter", never(notifier));
    group.spawn("waiter", never(notifier));
    loop.poll();
    CHECK(group.size() == 2);
    group.cancel_all();
    run_to_end(loop, drain(group));
    CHECK(group.size() == 0);
    CHECK(reported.empty());
}

TEST_CASE("Tasks of a coroutine that is given up end after it") {
    Loop loop(1);
    const auto ends = std::make_shared<int>(0);
    TaskGroup group(loop);
    group.spawn("owner", has_own_group(loop, std::make_shared<Notifier>(loop), ends));
    loop.poll();
    group.cancel_all();
    run_to_end(loop, drain(group));
    loop.restart();
    loop.poll();
    CHECK(*ends == 2);
}

TEST_CASE("What a task throws is reported under its name and harms no other") {
    Loop loop(1);
    std::string reported;
    TaskGroup group(loop, [&](std::string_view name, std::string_view what) {
        reported = std::string(name) + ": " + std::string(what);
    });
    group.spawn("bad one", fails());
    run_to_end(loop, drain(group));
    CHECK(reported == "bad one: broken");
}

TEST_CASE("An operation that is quick enough keeps its value") {
    Loop loop(1);
    const auto value = run_to_end(loop, with_deadline(answer(7), 10s, "asking"));
    REQUIRE(value);
    CHECK(*value == 7);
}

TEST_CASE("An operation that is too slow ends with timed_out and says what was attempted") {
    Loop loop(1);
    Notifier notifier(loop);
    const auto value = run_to_end(loop, with_deadline(answer_never(notifier), 1ms, "asking the oracle"));
    REQUIRE(!value);
    CHECK(value.error().code == ErrorCode::timed_out);
    CHECK(value.error().message == "asking the oracle: no answer within 1 ms");
}

TEST_CASE("A notifier says whether it was notified or the limit passed") {
    Loop loop(1);
    Notifier notifier(loop);
    CHECK_FALSE(run_to_end(loop, notifier.wait_for(1ms)));
    TaskGroup group(loop);
    group.spawn("notify", notify(notifier));
    CHECK(run_to_end(loop, notifier.wait_for(10s)));
}

TEST_CASE("Offloaded work runs on another thread and its value comes back") {
    Loop loop(1);
    Workers workers(2);
    const auto here = std::this_thread::get_id();
    const auto there = run_to_end(loop, offload(workers, [] { return std::this_thread::get_id(); }));
    CHECK(here != there);
    CHECK_THROWS_AS(run_to_end(loop, offload(workers, []() -> int { throw std::runtime_error("x"); })),
                    std::runtime_error);
}

TEST_CASE("A feed tells a late reader how many items it missed") {
    Loop loop(1);
    Feed<int> feed(loop, 3);
    for (int i = 0; i < 5; ++i) feed.push(i);
    const auto batch = feed.read(0, 10);
    CHECK(batch.missed == 2);
    CHECK(batch.items == std::vector<int>{2, 3, 4});
    CHECK(batch.next == 5);
    TaskGroup group(loop);
    group.spawn("push", push(feed, 9));
    CHECK(run_to_end(loop, wait_feed(feed, 5)) == 1);
}

namespace {

struct Limited {
    explicit Limited(std::string name_) : name(std::move(name_)) {}
    std::string name;
    Deadline<Limited> deadline{*this};
};

}  // namespace

TEST_CASE("Of many deadlines on one timer those that passed are told, in the order they were set") {
    Loop loop;
    std::string told;
    Deadlines<Limited> deadlines(loop, [&](Limited& limited) { told += limited.name; });
    Limited a("a"), b("b"), late("late"), cleared("cleared"), again("again");
    const auto now = Clock::now();
    deadlines.set(late.deadline, now + 1h);
    deadlines.set(a.deadline, now + 1ms);
    deadlines.set(b.deadline, now);
    deadlines.set(cleared.deadline, now);
    deadlines.set(again.deadline, now);
    deadlines.set(again.deadline, now + 1h);
    cleared.deadline.clear();
    {
        Limited gone("gone");
        deadlines.set(gone.deadline, now);
    }
    while (told.size() < 2) loop.run_one();
    CHECK(((told == "ab") || (told == "ba")));
    CHECK(late.deadline.is_set());
    CHECK(again.deadline.is_set());
    CHECK_FALSE(a.deadline.is_set());
    loop.poll();
    CHECK(told.size() == 2);
}

TEST_CASE("A deadline that is told may set itself again, and the list may end before it") {
    Loop loop;
    Limited limited("x");
    int times = 0;
    {
        Deadlines<Limited>* self = nullptr;
        Deadlines<Limited> deadlines(loop, [&](Limited& it) {
            if (++times < 3) self->set(it.deadline, Clock::now());
        });
        self = &deadlines;
        deadlines.set(limited.deadline, Clock::now());
        while (times < 3) loop.run_one();
        deadlines.set(limited.deadline, Clock::now() + 1h);
    }
    CHECK_FALSE(limited.deadline.is_set());
    loop.restart();
    loop.run();
    CHECK(times == 3);
}

TEST_CASE("Work that nobody waits for any more is told so, and ends") {
    Loop loop(1);
    Workers workers(1);
    TaskGroup group(loop);
    std::promise<void> begun;
    bool was_stopped = false;
    group.spawn("search", search(workers, begun, was_stopped));
    loop.poll();
    begun.get_future().wait();
    group.cancel_all();
    run_to_end(loop, drain(group));
    CHECK(was_stopped);
    CHECK(group.size() == 0);
}
