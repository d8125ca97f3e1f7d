// "⠹ installing … 3 s" on stderr while something takes more than a second; nothing when stderr is no
// terminal.
#pragma once

#include "cli/output.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mcpm::cli {

class Progress {
  public:
    Progress(Output& output, std::string what);
    /// Wipes the line.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    void spin();

    Output& output_;
    std::string what_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool end_ = false;
    std::thread thread_;
};

}  // namespace mcpm::cli
