// One installation under way, and the folder in which it is made. For this room's own files alone.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/packages/packages.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mcpm {

/// One installation and all who wait for it.
struct Packages::Flight {
    explicit Flight(Loop& loop) : landed(loop) {}

    void tell(std::string_view step) const {
        for (const auto& progress : listeners) progress(step);
    }

    PackageSource source;
    std::vector<Progress> listeners;
    std::optional<Result<Installed>> result;
    Notifier landed;
};

/// Removes the temporary folder whatever way its installation ends.
class Temporary {
  public:
    Temporary(Workers& workers, std::string path) : workers_(workers), path_(std::move(path)) {}
    ~Temporary() {
        if (path_.empty()) return;
        workers_.run([path = path_] {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        });
    }
    /// At once, and waited for: who hears that an installation failed finds nothing left of it. Only what a
    /// cancelled one leaves is removed after its end.
    Task<> remove() {
        auto removing = [path = path_] {
            std::error_code ignored;
            return std::filesystem::remove_all(path, ignored);
        };
        co_await offload(workers_, std::move(removing));
        path_.clear();
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

  private:
    Workers& workers_;
    std::string path_;
};

}  // namespace mcpm
