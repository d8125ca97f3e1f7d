// The room offers: what a server offers, kept while it sleeps and compared with what was approved. It may
// include supervisor, sessions, store and gateway. It never decides whether a server runs, nor speaks to
// clients.
//
// After a session is opened, asks the server what it offers, compares it with what it offered last time,
// keeps it, and reports the server healthy. A difference is announced as an event. While the server runs,
// what the server says about changed lists has it asked again.
//
// What was kept is held in memory too, so that it can be shown at once while a server is not there.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/event_type.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

class ManifestWatch {
  public:
    ManifestWatch(Loop& loop, mcp::Sessions& sessions, StateStore& store, Supervisor& supervisor,
                  const AgentLog& log, Duration settle_time = std::chrono::milliseconds(500));

    /// What former agents kept. Before any server is started or taken over.
    Task<> load();

    /// A session of that run is open (new or taken over).
    void look(const std::string& server_id, std::uint64_t run);
    /// A notification of a running server; one that says that a list changed makes us look again, once for
    /// all that come within the settle time.
    void on_notification(const std::string& server_id, std::string_view notification);

    /// A request of a running server; that it asks for roots is kept with what it offers, for the time when
    /// it is not there.
    void on_request(const std::string& server_id, const mcp::MessageScan& request);
    /// Waits until what a server offers since its last start was looked at, or could not be; at most `limit`.
    Task<> looked_at(std::string server_id, Duration limit);

    /// Somebody saw that a server that runs offers something else.
    void look_again(const std::string& server_id);

    /// What the server offered when it was last looked at; null when it never was. It does not change in the
    /// holder's hands: the next look puts another one in its place.
    std::shared_ptr<const Manifest> kept(const std::string& server_id) const;

    /// Grows with every change of what is kept or approved.
    std::uint64_t changes() const { return changes_; }

    /// The tools as they were approved; null when they never were. They stay until the server is removed.
    std::shared_ptr<const Approval> approval(const std::string& server_id) const;
    Task<Result<>> approve(std::string server_id, std::string tools);

    Task<> close();

  private:
    enum class Due { no, after_settling, at_once };
    /// At most one look per server is under way; what comes meanwhile is noted here.
    struct Looking {
        std::uint64_t run = 0;
        std::uint64_t looked_run = 0;  // the last one that was looked at, well or in vain
        Due due = Due::no;
        bool busy = false;
        bool has_failed = false;  // the lists of the server could not be had
    };

    void want(const std::string& server_id, Due due);
    Task<> look_while_due(std::string server_id);
    /// By a check that has nothing to do with its session: then its lists alone do not make it healthy.
    bool is_checked_apart(const std::string& server_id) const;
    Task<> look_and_compare(std::string server_id, std::uint64_t run);
    Task<Result<Manifest>> take(std::string server_id);
    Task<> keep(std::string server_id, Manifest manifest);
    void forget_removed();
    void announce_difference(const std::string& server_id, const std::string& sentence);
    void announce_unapproved(const std::string& server_id, const Manifest& now);
    void announce_left_out(const std::string& server_id, const Manifest& now);
    void announce(const std::string& server_id, EventType type, std::string message);

    mcp::Sessions& sessions_;
    StateStore& store_;
    Supervisor& supervisor_;
    const AgentLog& log_;
    const Duration settle_time_;
    std::map<std::string, std::shared_ptr<const Manifest>> kept_;
    std::map<std::string, std::shared_ptr<const Approval>> approvals_;
    std::map<std::string, Looking> looking_;
    std::uint64_t changes_ = 0;
    Notifier looked_;
    TaskGroup tasks_;
};

}  // namespace mcpm
