#include "agent/async/closers.hpp"
#include "agent/async/notifier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace mcpm;

namespace {

Task<> note(std::string& order, char name) {
    order += name;
    co_return;
}

Task<> fail() {
    throw std::runtime_error("it is stuck");
    co_return;
}

Task<> close_all(Closers& closers, std::string& failures) {
    co_await closers.run(
        [&failures](auto name, auto what) { failures += std::string(name) + ": " + std::string(what); });
}

Task<> await_change(Notifier& notifier, std::uint64_t seen, int& woken) {
    co_await notifier.wait_since(seen);
    ++woken;
}

Task<> await_in_vain(Notifier& notifier, std::uint64_t seen, bool& told) {
    told = co_await notifier.wait_since(seen, std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("What was opened last is closed first, each once, and one that fails holds nobody up") {
    Loop loop(1);
    Closers closers;
    std::string order, failures;
    closers.push("a", [&] { return note(order, 'a'); });
    closers.push("b", [] { return fail(); });
    closers.push("c", [&] { return note(order, 'c'); });
    asio::co_spawn(loop.get_executor(), close_all(closers, failures), asio::detached);
    loop.run();
    CHECK(order == "ca");
    CHECK(failures == "b: it is stuck");
    CHECK(closers.empty());
    loop.restart();
    asio::co_spawn(loop.get_executor(), close_all(closers, failures), asio::detached);
    loop.run();
    CHECK(order == "ca");
}

TEST_CASE("A notification between the look and the wait is not lost") {
    Loop loop(1);
    Notifier notifier(loop);
    int woken = 0;
    const auto seen = notifier.count();
    notifier.notify_all();
    asio::co_spawn(loop.get_executor(), await_change(notifier, seen, woken), asio::detached);
    loop.run();
    CHECK(woken == 1);
    loop.restart();
    asio::co_spawn(loop.get_executor(), await_change(notifier, notifier.count(), woken), asio::detached);
    loop.poll();
    CHECK(woken == 1);
    notifier.notify_all();
    loop.run();
    CHECK(woken == 2);
    bool told = true;
    loop.restart();
    asio::co_spawn(loop.get_executor(), await_in_vain(notifier, notifier.count(), told), asio::detached);
    loop.run();
    CHECK_FALSE(told);
    loop.restart();
    asio::co_spawn(loop.get_executor(), await_in_vain(notifier, notifier.count() - 1, told), asio::detached);
    loop.run();
    CHECK(told);
}
