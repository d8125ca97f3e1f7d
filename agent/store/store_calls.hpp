// How a method of StateStore becomes work of the store's thread. Internal to the room.
#pragma once

#include "agent/store/batch.hpp"
#include "agent/store/connection.hpp"
#include "agent/store/state_store.hpp"
#include "agent/store/write_queue.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mcpm {

struct StateStore::State {
    std::shared_ptr<store::WriteQueue> queue;
    std::string data_id;
    std::uint64_t newest_event = 0;
    StoreOptions options;
};

namespace store {

inline std::optional<Error> error_of(Result<> result) {
    if (result.has_error()) return result.error();
    return std::nullopt;
}

inline Work writing(Kind kind, std::function<std::optional<Error>(Connection&)> run) {
    Work work;
    work.kind = kind;
    work.run = std::move(run);
    return work;
}

inline Task<Result<>> write(std::shared_ptr<WriteQueue> queue, std::string attempted, Work work) {
    auto error = co_await WriteQueue::submit(queue, std::move(attempted), std::move(work));
    if (error) co_return std::move(*error);
    co_return Result<>();
}

/// `load` runs on the store's thread and owns what it touches.
template <typename T>
Task<Result<T>> read(std::shared_ptr<WriteQueue> queue, std::string attempted,
                     std::function<T(Connection&)> load) {
    const auto loaded = std::make_shared<T>();
    Work work;
    work.run = [loaded, load = std::move(load)](Connection& connection) {
        *loaded = load(connection);
        return std::optional<Error>();
    };
    auto error = co_await WriteQueue::submit(queue, std::move(attempted), std::move(work));
    if (error) co_return std::move(*error);
    co_return std::move(*loaded);
}

}  // namespace store

}  // namespace mcpm
