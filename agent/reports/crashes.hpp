// What agents before this one left behind when they crashed (agent/crash): said once, listed, and sent when
// somebody asks for it. Owned by the root.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/reports/report.hpp"
#include "agent/reports/report_desk.hpp"
#include "common/crash_file.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace mcpm::reports {

/// A crash as it is reported: signal and frames, the innermost first.
Report report_of(const CrashReport& crash);

class Crashes {
  public:
    Crashes(std::filesystem::path folder, Workers& workers, ReportDesk& desk)
        : folder_(std::move(folder)), workers_(workers), desk_(desk) {}

    /// What people are told of the newest crash, once; empty when there is none or it was said. Reads and
    /// writes small files: for the start alone.
    std::string news() const;
    /// The newest first.
    Task<Result<wire::Json>> list();
    /// not_found; conflict when it was sent; unavailable when no receiver is set up.
    Task<Result<wire::Json>> send(std::string name);

  private:
    std::filesystem::path folder_;
    Workers& workers_;
    ReportDesk& desk_;
};

}  // namespace mcpm::reports
