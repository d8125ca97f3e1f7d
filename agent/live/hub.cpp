#include "agent/live/hub.hpp"

#include "agent/live/client.hpp"

#include <array>
#include <random>
#include <utility>

namespace mcpm::live {

namespace {

constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t try_again_later = 1013;
constexpr std::uint16_t connect_again = 1012;
constexpr std::size_t events_at_once = 256;
constexpr std::chrono::milliseconds good_bye{500};

/// Tells this run of the agent from others.
std::string make_boot() {
    constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";
    std::random_device source;
    std::string out;
    for (int at = 0; at < 12; ++at) out += digits[source() % digits.size()];
    return out;
}

}  // namespace

Hub::Hub(Loop& loop, HubLimits limits, HubSources sources)
    : loop_(loop),
      limits_(limits),
      sources_(std::move(sources)),
      boot_(make_boot()),
      samples_(std::make_shared<std::vector<Sample>>()),
      changed_(loop),
      tasks_(loop) {}

Hub::~Hub() = default;

void Hub::wake_all() {
    for (auto* client : clients_) client->wake();
}

void Hub::follow(Feed<Event>& events) {
    tasks_.spawn("what happens, for pages", follow_events(events));
}

Task<> Hub::follow_events(Feed<Event>& events) {
    auto cursor = events.end();
    for (;;) {
        co_await events.wait(cursor);
        auto batch = events.read(cursor, events_at_once);
        cursor = batch.next;
        if (batch.missed != 0) begin_anew();
        for (auto& event : batch.items) add(std::move(event));
    }
}

void Hub::begin_anew() {
    boot_ = make_boot();
    for (auto* client : clients_) client->end(connect_again, "events were missed");
}

void Hub::add(Event event) {
    if (change_of(event.type) == Change::deleted) texts_.erase(event.server_id);
    timeline_.add(std::move(event));
    wake_all();
}

std::shared_ptr<const std::string> Hub::text_of(const std::string& server_id, std::uint64_t number) {
    auto& known = texts_[server_id];
    if (known.text && known.number == number) return known.text;
    auto text = sources_.server(server_id);
    if (!text) {
        texts_.erase(server_id);
        return nullptr;
    }
    known = {number, std::make_shared<const std::string>(std::move(*text))};
    return known.text;
}

Task<> Hub::serve(http::WebSocket& socket, std::optional<Resume> resume, Task<> over) {
    if (is_closed_ || clients_.size() >= limits_.clients) {
        co_await socket.close(is_closed_ ? going_away : try_again_later,
                              is_closed_ ? "the agent stops" : "too many connections");
        co_return;
    }
    struct Entry {
        Entry(Hub& of, Client& one) : hub(of), client(one) { hub.clients_.insert(&client); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() {
            hub.clients_.erase(&client);
            if (hub.clients_.empty()) hub.texts_.clear();
            hub.changed_.notify_all();
        }
        Hub& hub;
        Client& client;
    };
    Client client(*this, socket, std::move(resume));
    const Entry entry(*this, client);
    co_await client.run(std::move(over));
}

bool Hub::is_sampling_asked() const {
    for (const auto* client : clients_) {
        if (client->wants_samples()) return true;
    }
    return false;
}

void Hub::sample_while_asked() {
    if (is_sampling_ || is_closed_) return;
    is_sampling_ = true;
    tasks_.spawn("what servers use", sample_loop());
}

Task<> Hub::sample_loop() {
    struct Ended {
        explicit Ended(bool& flag) : is_sampling(flag) {}
        Ended(const Ended&) = delete;
        Ended& operator=(const Ended&) = delete;
        ~Ended() { is_sampling = false; }
        bool& is_sampling;
    };
    const Ended ended(is_sampling_);
    while (is_sampling_asked()) {
        auto samples = co_await sources_.sample();
        samples_ = std::make_shared<const std::vector<Sample>>(std::move(samples));
        ++sampled_;
        wake_all();
        co_await sleep_for(limits_.sample_every);
    }
}

Task<> Hub::close() {
    is_closed_ = true;
    for (auto* client : clients_) client->end(going_away, "the agent stops");
    const auto end = Clock::now() + good_bye;
    while (!clients_.empty() && Clock::now() < end) co_await changed_.wait_for(end - Clock::now());
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm::live
