// One who watches: what it subscribed to, how far it has been told, and its heartbeat. Lives as long as its
// connection.
#pragma once

#include "agent/live/hub.hpp"
#include "agent/live/outbox.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace mcpm::live {

class Client {
  public:
    Client(Hub& hub, http::WebSocket& socket, std::optional<Resume> resume);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// To its end. `over` completes when its credential ends.
    Task<> run(Task<> over);
    void wake() { out_->wake(); }
    /// The client is told why as soon as what is being written is written.
    void end(std::uint16_t code, std::string reason);
    bool wants_samples() const;

  private:
    /// Lines are read by a task of the hub, which sees here that nobody wants them any more.
    struct Following {
        bool is_over = false;
    };
    struct Subscription {
        Topic topic = Topic::servers;
        std::string server_id = {};  // empty = all
        std::shared_ptr<Following> following = {};
    };
    struct Ending {
        std::uint16_t code = 0;
        std::string reason;
    };

    Task<> read();
    Task<> write();
    Task<> end_when(Task<> over);

    bool may_say_more();
    void take(std::string_view text);
    Result<> subscribe(Subscribe asked);
    void unsubscribe(std::uint64_t id);
    static Task<> follow(Hub& hub, std::shared_ptr<Outbox> out, std::shared_ptr<Following> following,
                         std::uint64_t id, std::string server_id, std::unique_ptr<LogTail> tail);

    void say_hello(std::optional<Resume> resume);
    Task<bool> send_waiting();
    Task<bool> send_news();
    Task<bool> send_samples();
    Task<bool> beat();
    std::string text_of(const Timeline::Item& item);
    bool is_asked_for(Topic topic, std::string_view server_id) const;
    bool has_news() const;
    /// What the timeline is asked next: those topics that were told least.
    struct Next {
        Timeline::Wanted wanted = Timeline::Wanted::neither;
        std::uint64_t after = 0;
    };
    Next next() const;
    bool has_samples() const;
    Clock::duration until_next() const;

    Hub& hub_;
    http::WebSocket& socket_;
    std::shared_ptr<Outbox> out_;
    std::map<std::uint64_t, Subscription> subscriptions_;
    std::optional<std::uint64_t> servers_told_, events_told_;  // up to which number; nothing = never asked
    std::uint64_t resume_after_ = 0;
    Clock::time_point resume_until_{};
    std::uint64_t samples_told_ = 0;
    Clock::time_point news_not_before_{}, next_beat_{};
    std::uint64_t life_at_beat_ = 0;
    unsigned silent_beats_ = 0;
    double turns_ = 0;
    Clock::time_point turns_at_{};
    std::optional<Ending> ending_;
};

}  // namespace mcpm::live
