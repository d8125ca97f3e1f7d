// One pipe of one server -> its log, as a coroutine that lives as long as the pipe. It always drains: when
// lines cannot be written they are dropped and counted, the server never waits for a disk.
#pragma once

#include "agent/async/task.hpp"
#include "agent/logs/log_house.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <memory>

namespace mcpm {

class RunFacts;

struct CaptureOrder {
    std::shared_ptr<ServerLog> log;
    std::uint64_t run = 0;
    LogStream stream = LogStream::error_output;
    UniqueFd pipe;
    RunFacts* facts = nullptr;
    bool resumed = false;
    RunKind kind = RunKind::shared;
};

/// Ends with the pipe, or when it is cancelled: then what is unfinished stays in the facts for the next
/// agent, or is written as a line when there are none.
Task<> capture_pipe(std::shared_ptr<LogHouse> house, std::unique_ptr<CaptureOrder> order);

}  // namespace mcpm
