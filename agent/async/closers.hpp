// What was opened, to be closed the other way round. An opener pushes how it is closed as soon as there is
// something to close; so a start that fails half way closes what was there, in the same order as a whole one.
#pragma once

#include "agent/async/task.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm {

class Closers {
  public:
    /// Receives what could not be closed and why; the others are closed all the same.
    using Report = std::function<void(std::string_view name, std::string_view what)>;

    /// `name` says what is closed, for reports.
    void push(std::string name, std::function<Task<>()> close);

    /// Runs them from the newest to the oldest, one at a time, each once.
    Task<> run(Report report);

    bool empty() const { return closers_.empty(); }

  private:
    struct Closer {
        std::string name;
        std::function<Task<>()> close;
    };
    std::vector<Closer> closers_;
};

}  // namespace mcpm
