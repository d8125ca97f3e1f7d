// A terminal whose keys come one by one, and the signals that end a program, both as file descriptors: for a
// command that prints line by line and listens meanwhile. Ctrl-C stays a signal. What stood before is put
// back with this object. Before any other thread is made. Without a terminal only the signals are there.
#pragma once

#include "cli/terminal_modes.hpp"
#include "common/unique_fd.hpp"

#include <signal.h>

#include <string>

namespace mcpm::cli {

class KeyTerminal {
  public:
    KeyTerminal();
    ~KeyTerminal();
    KeyTerminal(const KeyTerminal&) = delete;
    KeyTerminal& operator=(const KeyTerminal&) = delete;

    /// Whether keys can come now: there is a terminal, and this job is in its foreground.
    bool has_keys() const { return modes_.is_foreground(); }
    int signals() const { return signals_.get(); }
    /// The next signal that came: SIGINT, SIGTERM, SIGHUP, SIGQUIT or SIGPIPE; 0 when there is none. Being
    /// continued is dealt with here.
    int next_signal();
    /// What was typed; nothing when the terminal is gone.
    bool read_keys(std::string& keys);
    /// Of a child, before it becomes a program.
    void give_back_in_child() const;

  private:
    void listen();

    sigset_t before_{};
    UniqueFd signals_;
    TerminalModes modes_;
};

}  // namespace mcpm::cli
