// top: a live screen of the servers. What is asked of the agent is asked beside the screen, which never
// waits.
#include "cli/commands/all.hpp"
#include "cli/screen.hpp"
#include "cli/selection.hpp"
#include "cli/top_frame.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/why_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"
#include "common/words.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mcpm::cli::commands {

namespace {

constexpr std::chrono::seconds between_looks{1};
constexpr std::size_t log_lines = 500;

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) lines.emplace_back(take_line(text));
    return lines;
}

/// What was done elsewhere and is to be shown. Shared with threads that may outlive the screen.
class Mailbox {
  public:
    using Letter = std::function<void(TopState&)>;

    Mailbox() : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    void put(Letter letter) {
        const std::lock_guard lock(mutex_);
        letters_.push_back(std::move(letter));
        const std::uint64_t one = 1;
        (void)!::write(bell_.get(), &one, sizeof one);
    }
    std::vector<Letter> take() {
        const std::lock_guard lock(mutex_);
        std::uint64_t rung = 0;
        (void)!::read(bell_.get(), &rung, sizeof rung);
        return std::exchange(letters_, {});
    }
    int bell() const { return bell_.get(); }

    /// What the poller asks for beside the list: "logs" or "why" of a server.
    void watch(std::string asked, std::string server) {
        {
            const std::lock_guard lock(mutex_);
            asked_ = {std::move(asked), std::move(server)};
            hurry_ = true;
        }
        wake_.notify_all();
    }
    std::pair<std::string, std::string> watched() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    void hurry() { watch(watched().first, watched().second); }
    /// False when the screen is left.
    bool pause() {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, between_looks, [this] { return hurry_ || is_over_; });
        hurry_ = false;
        return !is_over_;
    }
    void end() {
        {
            const std::lock_guard lock(mutex_);
            is_over_ = true;
        }
        wake_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    UniqueFd bell_;
    std::vector<Letter> letters_;
    std::pair<std::string, std::string> asked_;
    bool hurry_ = false, is_over_ = false;
};
using Post = std::shared_ptr<Mailbox>;

std::vector<std::string> why_lines(const Json& why) {
    const Json& server = member(why, fields::why::server);
    std::vector<std::string> lines{"State      " + text(server, fields::server::status) + " " +
                                   text(server, fields::server::status_reason)};
    for (const auto& [key, label] : {std::pair{fields::why::code, "Code       "},
                                     {fields::why::cause, "Cause      "},
                                     {fields::why::advice, "Advice     "}}) {
        if (const std::string said = text(why, key); !said.empty()) lines.push_back(label + said);
    }
    const Json& calls = member(why, fields::why::in_flight);
    if (calls.is_array())
        for (const Json& call : calls)
            lines.push_back("In flight  " + text(call, fields::why::method) + " " +
                            text(call, fields::why::name) + " since " + text(call, fields::why::since));
    const Json& last = member(why, fields::why::last_lines);
    if (!last.is_array() || last.empty()) return lines;
    lines.emplace_back();
    lines.emplace_back("Last lines");
    for (const Json& line : last) lines.push_back("  " + text(line, fields::log_line::text));
    return lines;
}

Result<std::vector<std::string>> panel_of(AgentClient& agent, const std::string& asked,
                                          const std::string& server) {
    if (asked == "why") {
        const auto why = agent.part(server, "why");
        if (!why) return why.error();
        return why_lines(*why);
    }
    std::string log;
    const auto read =
        agent.stream(server_path(server) + "/logs?format=text&tail=" + std::to_string(log_lines),
                     [&](std::string_view bytes) {
                         log += bytes;
                         return true;
                     });
    if (!read) return read.error();
    return lines_of(log);
}

/// Looks again and again until the screen is left.
void keep_looking(AgentClient agent, const Post& post) {
    do {
        const auto servers = agent.servers();
        const auto stats = servers ? agent.stats() : servers;
        if (!stats) {
            const std::string why = stats.error().message;
            post->put([why](TopState& state) { state.say(why); });
        } else {
            auto rows = top_rows(*servers, *stats);
            post->put([rows = std::move(rows)](TopState& state) mutable { state.take(std::move(rows)); });
        }
        const auto [asked, server] = post->watched();
        if (asked.empty()) continue;
        const auto lines = panel_of(agent, asked, server);
        auto shown = lines ? *lines : std::vector<std::string>{lines.error().message};
        post->put([asked = asked, server = server, shown = std::move(shown)](TopState& state) mutable {
            state.refresh(asked, server, std::move(shown));
        });
    } while (post->pause());
}

/// Beside the screen: a start takes as long as it takes.
void act_aside(Invocation& call, const TopWish& wish, const Post& post) {
    auto agent = call.agent();
    if (!agent) {
        const std::string why = agent.error().message;
        post->put([why](TopState& state) { state.say(why); });
        return;
    }
    std::thread([agent = std::move(*agent), wish, post]() mutable {
        const auto done = agent.act(wish.server, wish.what);
        std::string said = wish.what + " " + wish.name + ": " + (done ? "done" : done.error().message);
        post->put([said = std::move(said)](TopState& state) { state.say(said); });
        post->hurry();
    }).detach();
}

void open_panel(TopState& state, const TopWish& wish, const Post& post) {
    TopPanel panel{wish.what + ": " + wish.name, {"…"}};
    panel.asked = wish.what;
    panel.server = wish.server;
    panel.follows = wish.what == "logs";
    state.open(std::move(panel));
    post->watch(wish.what, wish.server);
}

enum class Next { go_on, end };

class Top {
  public:
    Top(Invocation& call, std::string filter, Paint paint)
        : call_(call), state_(std::move(filter)), paint_(paint), post_(std::make_shared<Mailbox>()) {}

    Outcome run() {
        auto agent = call_.agent();
        if (!agent) return agent.error();
        int ended_by = 0;
        {
            Screen screen;
            screen.enter();
            std::thread([agent = std::move(*agent), post = post_]() mutable {
                keep_looking(std::move(agent), post);
            }).detach();
            ended_by = show(screen);
            post_->end();
        }
        if (ended_by == SIGTTOU)
            return Error{ErrorCode::validation_error,
                         "top is in the background of its terminal, and nobody can bring it to the front",
                         {},
                         "start it in the foreground (timeout --foreground, setsid --ctty)"};
        // As if it had not been caught: whoever waits sees what ended it.
        if (ended_by != 0 && ended_by != SIGINT) ::raise(ended_by);
        return ExitStatus::done;
    }

  private:
    /// Until it is left; the signal that ended it, or 0.
    int show(Screen& screen) {
        for (;;) {
            screen.draw(top_frame(state_, screen.size(), now_utc(), paint_));
            std::array<pollfd, 3> waits{pollfd{screen.is_taken() ? STDIN_FILENO : -1, POLLIN, 0},
                                        pollfd{screen.signals(), POLLIN, 0},
                                        pollfd{post_->bell(), POLLIN, 0}};
            if (::poll(waits.data(), waits.size(), screen.is_taken() ? -1 : 0) < 0 && errno != EINTR)
                return 0;
            for (auto& letter : post_->take()) letter(state_);
            while (const int signal = screen.next_signal()) {
                if (signal == SIGTSTP) screen.suspend();
                if (signal == SIGCONT) screen.take_again();
                if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT)
                    return signal;
            }
            if (!screen.is_taken()) return SIGTTOU;
            if (waits[0].revents == 0) continue;
            std::array<char, 256> typed{};
            const ssize_t got = ::read(STDIN_FILENO, typed.data(), typed.size());
            const bool is_gone = got == 0 && (waits[0].revents & (POLLHUP | POLLERR)) != 0;
            if (got < 0 || is_gone) return 0;  // the terminal is not there any more
            if (got > 0) bytes_.append(typed.data(), static_cast<std::size_t>(got));
            for (const auto& key : keys_of(bytes_))
                if (press(key, screen) == Next::end) return 0;
        }
    }

    Next press(const std::string& key, const Screen& screen) {
        const bool had_panel = state_.panel().has_value();
        const TopWish wish = state_.press(key, screen.size());
        if (wish.kind == TopWish::Kind::quit) return Next::end;
        if (wish.kind == TopWish::Kind::panel) open_panel(state_, wish, post_);
        if (had_panel && !state_.panel()) post_->watch({}, {});
        if (wish.kind == TopWish::Kind::act) {
            state_.say(wish.what + " " + wish.name + " …");
            act_aside(call_, wish, post_);
        }
        return Next::go_on;
    }

    Invocation& call_;
    TopState state_;
    Paint paint_;
    Post post_;
    std::string bytes_;
};

}  // namespace

Outcome top(Invocation& call) {
    std::optional<std::string> filter;
    call.options.positional("FILTER", filter, "only servers with this in their name", Completes::servers);
    if (!call.parse()) return call.outcome();
    if (!call.out.is_terminal() || ::isatty(STDIN_FILENO) == 0)
        return Error{
            ErrorCode::validation_error, "top needs a terminal", {}, "mcpm stats prints the same once"};
    return Top(call, filter.value_or(""), call.out.paint()).run();
}

}  // namespace mcpm::cli::commands
