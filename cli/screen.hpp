// The terminal while a program has the whole screen: another buffer, no echo, keys as they come. Put back on
// every way out, signals included: they are taken out of the file signals() and never interrupt. One at a
// time; for the main thread, before any other thread is made.
#pragma once

#include "cli/terminal_modes.hpp"
#include "cli/top_state.hpp"
#include "common/unique_fd.hpp"

#include <signal.h>

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

class Screen {
  public:
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    /// Takes the screen. In the background: stops until it is in the foreground, as a job that wants its
    /// terminal does; false when a signal is to be dealt with first, or when nobody would ever continue it.
    bool enter();
    void leave();
    /// Puts the terminal back, stops, and takes the screen again when it is continued.
    void suspend();
    /// After being continued: whoever had the terminal meanwhile has left it otherwise.
    void take_again();
    /// Whether the screen is taken: draws nothing and reads nothing otherwise.
    bool is_taken() const { return is_entered_; }
    void draw(const std::vector<std::string>& lines);
    TopSize size() const;

    int signals() const { return signals_.get(); }
    /// The next signal that came; 0 when there is none.
    int next_signal() const;

  private:
    sigset_t before_{};
    UniqueFd signals_;
    TerminalModes modes_;
    bool is_entered_ = false;
};

/// Bytes of a terminal -> keys as TopState::press takes them. What is unfinished stays in `bytes`.
std::vector<std::string> keys_of(std::string& bytes);

}  // namespace mcpm::cli
