// "⠹ installing … 3 s" on stderr while something takes more than a second; nothing when stderr is no
// terminal. Never wider than the terminal; foreign text in it is harmless. Ctrl-C wipes it, and says what the
// agent does all the same.
#pragma once

#include "cli/output.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace mcpm::cli {

class OnInterrupt;

class Progress {
  public:
    /// `detail` is asked about once a second, on another thread; what it says takes the place of `what`,
    /// unless it is empty. The end waits for it.
    /// `goes_on`: a sentence for who presses Ctrl-C meanwhile, of what is not undone by it; terminal or not.
    Progress(Output& output, std::string what, std::function<std::string()> detail = {},
             const std::string& goes_on = {});
    /// Wipes the line.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    void spin();

    Output& output_;
    std::string what_;
    std::function<std::string()> detail_;
    std::unique_ptr<OnInterrupt> on_interrupt_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool end_ = false;
    std::thread thread_;
};

/// For an installation: what the agent began it ends.
std::string agent_goes_on(const std::string& name);

/// Without the frame before it; at most `columns` wide, where that is not 0.
std::string progress_line(const std::string& what, long long seconds, std::size_t columns);

}  // namespace mcpm::cli
