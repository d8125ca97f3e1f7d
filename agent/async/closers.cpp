#include "agent/async/closers.hpp"

#include <exception>

namespace mcpm {

void Closers::push(std::string name, std::function<Task<>()> close) {
    closers_.push_back({std::move(name), std::move(close)});
}

Task<> Closers::run(Report report) {
    while (!closers_.empty()) {
        const Closer closer = std::move(closers_.back());
        closers_.pop_back();
        try {
            co_await closer.close();
        } catch (const std::exception& error) {
            if (report) report(closer.name, error.what());
        }
    }
}

}  // namespace mcpm
