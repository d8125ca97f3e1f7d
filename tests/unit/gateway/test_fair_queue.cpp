#include "agent/gateway/fair_queue.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using mcpm::gateway::FairQueue;

namespace {

struct Call {
    std::string name;
    bool is_over = false;
};
using Item = std::shared_ptr<Call>;
using Queue = FairQueue<int, Item>;

Item push(Queue& queue, int who, std::string name) {
    auto item = std::make_shared<Call>(Call{std::move(name)});
    queue.push(who, item);
    return item;
}

std::string pop(Queue& queue) {
    const auto next = queue.pop([](const Item& item) { return item->is_over; });
    return next ? next->name : "-";
}

std::string rest(Queue& queue) {
    std::string names;
    while (!queue.is_empty()) names += pop(queue);
    return names;
}

}  // namespace

TEST_CASE("One's own items come in the order in which they were put in") {
    Queue queue;
    for (const char* name : {"a", "b", "c"}) push(queue, 1, name);
    CHECK(queue.size() == 3);
    CHECK(rest(queue) == "abc");
    CHECK(queue.size() == 0);
    CHECK(pop(queue) == "-");
}

TEST_CASE("Those who wait take turns, however much each of them has") {
    Queue queue;
    for (const char* name : {"a", "b", "c", "d"}) push(queue, 1, name);
    push(queue, 2, "X");
    for (const char* name : {"m", "n"}) push(queue, 3, name);
    CHECK(rest(queue) == "aXmbncd");
}

TEST_CASE("Who comes back after the last of its items has gone waits behind the others again") {
    Queue queue;
    push(queue, 1, "a");
    push(queue, 2, "x");
    push(queue, 2, "y");
    CHECK(pop(queue) == "a");
    push(queue, 1, "b");
    CHECK(rest(queue) == "xby");
}

TEST_CASE("What was given up is passed over and costs nobody a turn") {
    Queue queue;
    push(queue, 1, "a")->is_over = true;
    push(queue, 1, "b");
    push(queue, 2, "x");
    push(queue, 3, "m")->is_over = true;
    push(queue, 4, "z");
    CHECK(queue.size() == 5);
    CHECK(rest(queue) == "bxz");
}

TEST_CASE("A queue of nothing but what was given up is empty when it was looked through") {
    Queue queue;
    push(queue, 1, "a")->is_over = true;
    push(queue, 2, "b")->is_over = true;
    CHECK_FALSE(queue.is_empty());
    CHECK(pop(queue) == "-");
    CHECK(queue.is_empty());
}

TEST_CASE("The queue lets go of what it gave out") {
    Queue queue;
    const std::weak_ptr<Call> given = push(queue, 1, "a");
    const std::weak_ptr<Call> over = push(queue, 1, "b");
    over.lock()->is_over = true;
    pop(queue);
    CHECK(given.expired());
    CHECK(pop(queue) == "-");
    CHECK(over.expired());
}
