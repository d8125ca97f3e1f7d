// "⠹ installing … 3 s" on stderr while something takes more than a second; nothing when stderr is no
// terminal. Never wider than the terminal; foreign text in it is harmless.
#pragma once

#include "cli/output.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace mcpm::cli {

class Progress {
  public:
    /// `detail` is asked about once a second, on another thread; what it says takes the place of `what`,
    /// unless it is empty. The end waits for it.
    Progress(Output& output, std::string what, std::function<std::string()> detail = {});
    /// Wipes the line.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    void spin();

    Output& output_;
    std::string what_;
    std::function<std::string()> detail_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool end_ = false;
    std::thread thread_;
};

/// Without the frame before it; at most `columns` wide, where that is not 0.
std::string progress_line(const std::string& what, long long seconds, std::size_t columns);

}  // namespace mcpm::cli
