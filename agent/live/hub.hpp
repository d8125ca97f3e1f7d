// The room live: the WebSocket of those who watch. It may include http and async. It never changes anything.
//
// Those who watch over a WebSocket, and what they are told: changes of servers and events as they happen,
// what servers use while somebody asks for that, lines of logs. Owns no truth: what is said is asked of its
// sources when it is sent. Nobody who watches holds back another, or the agent. Loop thread.
#pragma once

#include "agent/async/feed.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/http/websocket.hpp"
#include "agent/live/client_message.hpp"
#include "agent/live/timeline.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"
#include "common/event.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm::live {

struct HubLimits {
    std::chrono::milliseconds heartbeat = HttpSettings{}.heartbeat;
    std::chrono::milliseconds sample_every{2'000};
    std::size_t clients = 512;
    std::size_t subscriptions = 64;        // of one client
    std::size_t waiting_bytes = 1u << 20;  // of lines and answers that a client has not taken yet
    double messages_per_second = 100;      // from one client; bursts of twice that
};

/// What a server uses now, as JSON.
struct Sample {
    std::string server_id, text;
};

/// The lines of one log, from where somebody began to read.
class LogTail {
  public:
    struct Lines {
        std::string text = {};     // a JSON array, or empty when there are none
        std::uint64_t missed = 0;  // that were deleted before they could be read
        bool is_last = true;       // there are no more for now
    };
    virtual ~LogTail() = default;
    virtual Task<Result<Lines>> read() = 0;
    /// Until there may be more, or a moment has passed.
    virtual Task<> wait() = 0;
};

/// Where it all comes from.
struct HubSources {
    /// The server as the API shows it, as JSON; nothing when it is gone.
    std::function<std::optional<std::string>(const std::string& server_id)> server;
    /// An id or a name -> the id.
    std::function<Result<std::string>(std::string_view id_or_name)> find;
    std::function<Task<std::vector<Sample>>()> sample;
    std::function<Result<std::unique_ptr<LogTail>>(const Subscribe& asked, const std::string& server_id)>
        tail;
    /// The event as the API shows it.
    std::function<std::string(const Event& event)> event_text;
};

/// Where a client that was here before goes on.
struct Resume {
    std::uint64_t after = 0;
    std::string boot;
};

class Client;

class Hub {
  public:
    Hub(Loop& loop, HubLimits limits, HubSources sources);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Adds what happens from now on; `events` outlives it.
    void follow(Feed<Event>& events);
    void add(Event event);

    /// Serves one client to its end. `over` completes when its credential ends.
    Task<> serve(http::WebSocket& socket, std::optional<Resume> resume, Task<> over);

    std::size_t clients() const { return clients_.size(); }
    /// Where somebody goes on who reads everything now and watches later.
    Resume now() const { return {timeline_.newest(), boot_}; }
    /// Says good-bye to all; nobody is served afterwards.
    Task<> close();

  private:
    friend class Client;
    struct Text {
        std::uint64_t number = 0;
        std::shared_ptr<const std::string> text;
    };

    /// Null when it is gone. The same text for all who are told of the same change.
    std::shared_ptr<const std::string> text_of(const std::string& server_id, std::uint64_t number);
    Task<> follow_events(Feed<Event>& events);
    /// Nobody is told what was not seen here: all begin anew.
    void begin_anew();
    void wake_all();
    void sample_while_asked();
    Task<> sample_loop();
    bool is_sampling_asked() const;

    Loop& loop_;
    HubLimits limits_;
    HubSources sources_;
    std::string boot_;
    Timeline timeline_;
    std::unordered_map<std::string, Text> texts_;  // by server, of its last change
    std::set<Client*> clients_;
    std::shared_ptr<const std::vector<Sample>> samples_;
    std::uint64_t sampled_ = 0;  // how often
    bool is_sampling_ = false;
    bool is_closed_ = false;
    Notifier changed_;
    TaskGroup tasks_;
};

}  // namespace mcpm::live
