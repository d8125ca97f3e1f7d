// `mcpm connect` at work: standard input to the agent, the agent to standard output, by one poll loop.
// Nothing but protocol goes to standard output, whatever fails. When the agent goes away, calls in flight are
// answered with an error, and the conversation goes on with the next agent as if nothing had been.
#pragma once

#include "cli/connect_lines.hpp"
#include "cli/connect_link.hpp"
#include "cli/connect_long_line.hpp"
#include "cli/connect_memory.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "common/paths.hpp"
#include "common/unique_fd.hpp"

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mcpm::cli {

class ConnectShim {
  public:
    /// `target` is the path to ask for; `words` takes what people should read (stderr). What was asked before
    /// the end of input is waited for as long as `drain`.
    ConnectShim(const Paths& paths, std::string target, Output& words, std::chrono::milliseconds drain);

    /// Until the client is gone (done), or the conversation cannot go on.
    Outcome run();

  private:
    using Clock = std::chrono::steady_clock;
    enum class Stage { connecting, asking, reopening, open };

    void turn();
    int milliseconds_to_wait() const;
    void look_at_clock();

    void take_from_client();
    void input_ends();
    bool is_drained() const;
    void cut_off();
    void judge_client();
    void judge_long_from_client(const LineBuffer::Piece& piece);
    void give_to_client();
    void take_from_agent();
    void judge_agent();
    void give_to_agent();

    void connect();
    void begin_conversation();
    void go_on();
    void refused();
    void lost();
    void nobody_there(const Error& why);
    void try_again_in(Clock::duration delay);
    void end(Outcome outcome);

    const Paths& paths_;
    std::string target_;
    Output& words_;
    UniqueFd own_output_;  // standard output opened anew, so that only our writes do not wait
    int output_ = 1;
    bool output_is_socket_ = false;

    LineBuffer to_agent_, to_client_;
    ConnectMemory memory_;
    LongLine long_from_client_, long_from_agent_;
    std::uint64_t long_at_ = 0;

    std::optional<ConnectLink> link_;
    Stage stage_ = Stage::connecting;
    bool was_open_ = false;
    std::chrono::milliseconds drain_;
    std::optional<Clock::time_point> drain_end_;  // the client's input has ended
    bool is_rest_timed_ = false;                  // and all that it asked is answered
    bool ends_line_ = true;                       // what it said last
    bool has_said_absent_ = false;
    Clock::time_point away_since_ = Clock::now();
    Clock::time_point deadline_ = Clock::now();  // of the stage; of connecting: the next try
    std::chrono::milliseconds delay_{0};
    std::optional<Outcome> outcome_;
};

}  // namespace mcpm::cli
