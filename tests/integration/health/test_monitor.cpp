// The monitor with real connections: a listener that answers as it is told.
#include "agent/health/health_monitor.hpp"
#include "common/unique_fd.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

using Tcp = asio::ip::tcp;
using Acceptor = UseOutcome::as_default_on_t<asio::basic_socket_acceptor<Tcp, Executor>>;

struct House {
    House() : acceptor(loop.get_executor(), Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        asio::co_spawn(loop.get_executor(), serve(), asio::detached);
        ProbeMeans means;
        means.run_command = [this](HealthTarget) { return command(); };
        means.ask_mcp = [this](HealthTarget) { return command(); };
        means.fetch = [this](HealthTarget) { return command(); };
        HealthMonitor::Sinks sinks;
        sinks.report = [this](const std::string& id, std::uint64_t, Health health, std::string why) {
            reports.push_back({id, health, std::move(why)});
        };
        sinks.record = [this](const std::string&, const HealthCheck& check) { checks.push_back(check); };
        monitor.emplace(loop, std::move(means), std::move(sinks));
    }
    ~House() {
        asio::co_spawn(loop.get_executor(), end(), asio::detached);
        loop.restart();
        loop.run_for(10s);
    }

    Task<> end() {
        co_await monitor->close();
        boost::system::error_code ignored;
        acceptor.close(ignored);
    }
    Task<ProbeFinding> command() {
        ++commands;
        co_return finding;
    }
    Task<> serve() {
        for (;;) {
            auto [failure, socket] = co_await acceptor.async_accept();
            if (failure) co_return;
            if (answer.empty()) {
                held.push_back(std::move(socket));
                continue;
            }
            std::array<char, 1024> request{};
            const auto [unread, got] = co_await socket.async_read_some(asio::buffer(request), use_outcome);
            asked = std::string(request.data(), got);
            co_await asio::async_write(socket, asio::buffer(answer), use_outcome);
        }
    }
    std::string port() { return std::to_string(acceptor.local_endpoint().port()); }
    HealthTarget target(HealthKind kind, std::string where, std::uint64_t run = 1) {
        HealthTarget target{"srv_a", run, {}, {}};
        target.health.kind = kind;
        target.health.target = std::move(where);
        target.health.interval = 10ms;
        target.health.failure_threshold = 2;
        return target;
    }
    /// Runs the loop until it holds.
    template <typename Condition>
    bool until(Condition condition) {
        const auto end = Clock::now() + 20s;
        while (!condition() && Clock::now() < end) {
            loop.restart();
            loop.run_for(5ms);
        }
        return condition();
    }

    struct Said {
        std::string id;
        Health health;
        std::string why;
    };
    Loop loop{1};
    Acceptor acceptor;
    std::string answer = "HTTP/1.1 200 OK\r\n\r\n";
    std::string asked;
    ProbeFinding finding;
    int commands = 0;
    std::vector<asio::basic_stream_socket<Tcp, Executor>> held;
    std::vector<Said> reports;
    std::vector<HealthCheck> checks;
    std::optional<HealthMonitor> monitor;
};

}  // namespace

TEST_CASE("A page that answers is healthy, one that fails is unhealthy after its threshold, and recovers") {
    House house;
    house.monitor->watch({house.target(HealthKind::http, "http://127.0.0.1:" + house.port() + "/live?x=1")});
    REQUIRE(house.until([&] { return house.checks.size() >= 2; }));
    REQUIRE(house.reports.size() == 1);
    CHECK(house.reports[0].health == Health::healthy);
    CHECK(house.asked.starts_with("GET /live?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + house.port() + "\r\n"));
    house.answer = "HTTP/1.1 503 Busy\r\n\r\n";
    REQUIRE(house.until([&] { return house.reports.size() >= 2; }));
    CHECK(house.reports[1].health == Health::unhealthy);
    CHECK(house.reports[1].why.find("503") != std::string::npos);
    house.answer = "HTTP/1.1 302 Found\r\n\r\n";
    REQUIRE(house.until([&] { return house.reports.back().health == Health::healthy; }));
    REQUIRE(house.monitor->last_check("srv_a"));
    CHECK(house.monitor->last_check("srv_a")->outcome == CheckOutcome::good);
}

TEST_CASE("One that takes a connection and says nothing is given up at the time limit") {
    House house;
    house.answer.clear();
    auto target = house.target(HealthKind::http, "http://127.0.0.1:" + house.port() + "/");
    target.health.timeout = 20ms;
    house.monitor->watch({target});
    REQUIRE(house.until([&] { return !house.reports.empty(); }));
    CHECK(house.reports[0].health == Health::unhealthy);
    CHECK(house.reports[0].why == "no answer within 20ms");
}

TEST_CASE("A port is well while somebody listens on it") {
    House house;
    house.monitor->watch({house.target(HealthKind::tcp, "127.0.0.1:" + house.port())});
    REQUIRE(house.until([&] { return !house.reports.empty(); }));
    CHECK(house.reports[0].health == Health::healthy);
    house.acceptor.close();
    REQUIRE(house.until([&] { return house.reports.back().health == Health::unhealthy; }));
    CHECK(house.reports.back().why.find("refused") != std::string::npos);
}

TEST_CASE("A process is well while it runs, and nothing is looked at again") {
    House house;
    house.monitor->watch({house.target(HealthKind::process, "")});
    REQUIRE(house.until([&] { return !house.reports.empty(); }));
    CHECK(house.reports[0].health == Health::healthy);
    CHECK(house.checks.empty());
    CHECK(house.commands == 0);
}

TEST_CASE("Who is let go is not looked at any more, who stays as it is goes on undisturbed") {
    House house;
    const auto first = house.target(HealthKind::command, "");
    house.monitor->watch({first});
    REQUIRE(house.until([&] { return house.checks.size() >= 2; }));
    house.monitor->watch({first});
    REQUIRE(house.until([&] { return house.checks.size() >= 3; }));
    CHECK(house.reports.size() == 1);  // the verdict is not begun anew
    house.monitor->watch({house.target(HealthKind::command, "", 2)});
    REQUIRE(house.until([&] { return house.reports.size() == 2; }));
    house.monitor->watch({});
    CHECK(house.monitor->watched() == 0);
    CHECK(!house.monitor->last_check("srv_a"));
    const int before = house.commands;
    house.loop.restart();
    house.loop.run_for(100ms);
    CHECK(house.commands == before);
}

TEST_CASE("An unhealthy server is reported with every failure, so that a rule may act on it") {
    House house;
    house.finding = {CheckOutcome::bad, "the command ended with 1"};
    house.monitor->watch({house.target(HealthKind::mcp, "")});
    REQUIRE(house.until([&] { return house.reports.size() >= 3; }));
    for (const auto& said : house.reports) CHECK(said.health == Health::unhealthy);
    CHECK(house.reports[0].why == "the command ended with 1");
}

TEST_CASE("TLS, and a body that counts, are fetched by the room that can") {
    for (const bool is_tls : {true, false}) {
        CAPTURE(is_tls);
        House house;
        auto target = house.target(HealthKind::http, is_tls ? "https://localhost/" : "http://localhost/");
        if (!is_tls) target.health.match = "ready";
        house.finding = {CheckOutcome::bad, "so it says"};
        house.monitor->watch({target});
        REQUIRE(house.until([&] { return !house.reports.empty(); }));
        CHECK(house.reports[0].why == "so it says");
        CHECK(house.asked.empty());
    }
}
