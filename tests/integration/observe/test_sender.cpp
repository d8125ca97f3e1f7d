#include "agent/async/notifier.hpp"
#include "agent/observe/sender.hpp"
#include "tests/integration/store/fixture.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using namespace mcpm::observe;

namespace {

struct Receiver {
    std::vector<wire::Json> bodies;
    int status = 204;
    Sender::Post post() {
        return [this](std::string body) { return take(std::move(body)); };
    }
    Task<Result<int>> take(std::string body) {
        bodies.push_back(*wire::parse(body));
        co_return status;
    }
};

CallRow call(int number) {
    CallRow row;
    row.at = Timestamp(std::chrono::hours(number));
    CallNames names;
    names.server = "secret-server";
    names.tool = "tool" + std::to_string(number);
    names.client = "secret-client";
    names.principal = "token:secret";
    row.names = std::make_shared<const CallNames>(std::move(names));
    return row;
}

HistoryStore::Calls shared(std::vector<CallRow> calls) {
    return std::make_shared<const std::vector<CallRow>>(std::move(calls));
}

}  // namespace

TEST_CASE("A whole batch is sent at once, and less waits for its minute") {
    Loop loop;
    test::Folder folder;
    auto opened = test::must_open(loop, folder.database());
    HistoryStore history(*opened.store);
    Sender::Pace pace;
    pace.batch = 3;
    pace.pause = std::chrono::hours(1);
    Sender sender(loop, history, "1.2.3", pace);
    Receiver receiver;
    Notifier came(loop);
    sender.start([&](std::string body) -> Task<Result<int>> {
        came.notify_all();
        return receiver.take(std::move(body));
    });
    REQUIRE(test::run_to_end(loop, history.add_calls(shared({call(1), call(2)}))).has_value());
    sender.note_stored(2);
    REQUIRE(test::run_to_end(loop, history.add_calls(shared({call(3)}))).has_value());
    CHECK(receiver.bodies.empty());
    sender.note_stored(1);
    test::run_to_end(loop, came.wait());
    REQUIRE(receiver.bodies.size() == 1);
    CHECK(receiver.bodies[0]["calls"].size() == 3);
    test::run_to_end(loop, sender.close());
    test::run_to_end(loop, opened.store->close());
}

TEST_CASE("What is taken is not sent again, what is refused is, and no name of a server or client goes out") {
    Loop loop;
    test::Folder folder;
    auto opened = test::must_open(loop, folder.database());
    HistoryStore history(*opened.store);
    Sender::Pace pace;
    pace.batch = 2;
    Sender sender(loop, history, "1.2.3", pace);
    Receiver receiver;
    CHECK(*test::run_to_end(loop, sender.send(receiver.post())) == false);
    REQUIRE(test::run_to_end(loop, history.add_calls(shared({call(1), call(2), call(3)}))).has_value());
    receiver.status = 500;
    CHECK_FALSE(test::run_to_end(loop, sender.send(receiver.post())).has_value());
    receiver.status = 204;
    CHECK(*test::run_to_end(loop, sender.send(receiver.post())));
    CHECK(*test::run_to_end(loop, sender.send(receiver.post())));
    CHECK(*test::run_to_end(loop, sender.send(receiver.post())) == false);
    REQUIRE(receiver.bodies.size() == 3);
    CHECK(receiver.bodies[0]["calls"] == receiver.bodies[1]["calls"]);
    CHECK(receiver.bodies[1]["calls"].size() == 2);
    CHECK(receiver.bodies[2]["calls"][0]["tool"] == "tool3");
    CHECK(receiver.bodies[2]["version"] == "1.2.3");
    for (const auto& body : receiver.bodies) CHECK(body.dump().find("secret") == std::string::npos);
    test::run_to_end(loop, opened.store->close());
}
