// What a KeeperLink keeps between its calls: the queue to the keeper, the requests that wait for their
// answers and the children it holds. Shared by the link, its two loops and every call in flight. Nobody else
// includes this.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/keeper/channel.hpp"
#include "agent/metrics/histogram.hpp"
#include "agent/runtime/keeper_link.hpp"

#include <deque>
#include <map>

namespace mcpm {

struct KeeperLink::State : std::enable_shared_from_this<State> {
    /// A packet that waits for room in the channel, with the descriptors that go with it.
    struct Outgoing {
        keeper::Message message;
        std::vector<UniqueFd> descriptors;
    };

    /// A child that is alive, or whose exit is known and not yet released.
    struct Held {
        explicit Held(Loop& loop) : changed(loop) {}
        Notifier changed;
        std::optional<Exit> exit;
        int pid = -1;
        std::uint64_t start_time = 0;
        int warden = 0;
        bool forgotten = false;
    };

    /// A request that waits for its answer.
    struct Asked {
        explicit Asked(Loop& loop) : answered(loop) {}
        Notifier answered;
        std::optional<keeper::Message> answer;
        std::optional<KeptChild> child;
        bool abandoned = false;
    };

    State(Loop& wanted_loop, UniqueFd fd)
        : loop(wanted_loop), socket(wanted_loop, fd.release()), arrived(wanted_loop) {}

    Loop& loop;
    Descriptor socket;
    Notifier arrived;  // the greeting and every kept child, or the end
    std::deque<Outgoing> queue;
    bool writing = false;
    bool greeted = false;
    bool gone = false;
    std::int32_t version = 0;
    int keeper_pid = -1;
    int agent_pid = -1;
    std::uint64_t kept_awaited = 0;
    std::uint64_t last_request = 0;
    std::vector<KeptChild> kept;
    std::map<std::uint64_t, std::shared_ptr<Held>> held;
    std::map<std::uint64_t, std::shared_ptr<Asked>> asked;
    metrics::Histogram answer_times{metrics::call_bounds};

    static Task<> read_loop(std::shared_ptr<State> state);
    static Task<> write_loop(std::shared_ptr<State> state);
    static Task<std::shared_ptr<Asked>> ask(std::shared_ptr<State> state, Outgoing outgoing);

    void take_in(const keeper::Message& message, keeper::Descriptors& descriptors);
    void take_answer(const keeper::Message& message, keeper::Descriptors& descriptors);
    void take_exit(std::uint64_t handle, const Exit& exit);
    void drop_unwanted(std::uint64_t handle);
    std::shared_ptr<Held> hold(const KeptChild& child);
    void lose();
    void send(Outgoing outgoing);
    bool send_now(const Outgoing& outgoing);
    void tell(keeper::Kind kind, std::uint64_t handle, std::uint32_t flags = 0, int number = 0);
    void forget(std::uint64_t handle);
};

}  // namespace mcpm
