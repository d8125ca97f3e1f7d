// The modes of the terminal at standard input (termios(3)), changed only by a job in the foreground: from the
// background tcsetattr(3) stops its caller with SIGTTOU, and a caller that holds its ending signals blocked
// could then no longer be ended. What stood before is put back with this object.
#pragma once

#include <signal.h>
#include <termios.h>

namespace mcpm::cli {

class TerminalModes {
  public:
    TerminalModes();
    ~TerminalModes();
    TerminalModes(const TerminalModes&) = delete;
    TerminalModes& operator=(const TerminalModes&) = delete;

    /// Whether standard input is a terminal.
    bool is_terminal() const { return is_terminal_; }
    /// Whether this job may change the terminal and read it now.
    bool is_foreground() const;
    /// What stood when this object was made.
    const termios& usual() const { return usual_; }
    /// Sets other modes; false, and nothing was changed, without a terminal or in the background.
    bool set(const termios& modes, int when = TCSADRAIN);
    /// Puts back what stood before. In the background the terminal is another job's and is left alone.
    void restore(int when = TCSADRAIN);

  private:
    termios usual_{};
    bool is_terminal_ = false, is_set_ = false;
};

/// Stops as a background job that wants its terminal does, until it is continued in the foreground: true.
/// False when a signal of `ending` is pending (it is to be dealt with first), or when nobody could continue
/// it (an orphaned process group, POSIX XBD 11.1.4). SIGCONT and the signals of `ending` must be blocked.
bool wait_for_foreground(const TerminalModes& terminal, const sigset_t& ending);

/// Does what SIGTSTP does to a program that does not catch it: stops, and returns when it is continued.
/// Returns at once in an orphaned process group, which nobody would continue. The terminal is put back
/// before.
void stop_as_job(TerminalModes& terminal, int when = TCSADRAIN);

}  // namespace mcpm::cli
