// Carries a container's streams between the engine's connection and local pipes, so that logs and sessions
// get descriptors exactly as from a process. Bounded: it holds at most what one read brought, and whoever
// does not read slows the container down. Shared by its run and its coroutines; close() ends these.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/engine/frame_stream.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/runtime/runtime.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

/// Bytes of stdout and stderr.
using StreamBytes = std::array<std::uint64_t, 2>;

class ContainerPump : public std::enable_shared_from_this<ContainerPump> {
  public:
    /// `facts`: a second handle of the run's record.
    static Result<std::shared_ptr<ContainerPump>> create(Loop& loop, TaskGroup& tasks, RunFacts facts);

    /// The ends of who uses them.
    Pipes& pipes() { return pipes_; }

    /// To a container that starts: input and output by `stream`, from the first byte.
    void attach(std::unique_ptr<engine::FrameStream> stream);
    /// To a container that already ran: input by `stream`, whose output is thrown away, and output by the
    /// engine's own `log` from its beginning on, without the first `skipped` bytes of each stream, which
    /// are the first `taken` ones of the run.
    void resume(std::unique_ptr<engine::FrameStream> stream, std::unique_ptr<engine::FrameStream> log,
                StreamBytes skipped, StreamBytes taken);
    StreamMarks marks(OutputStream stream) const { return marks_[static_cast<std::size_t>(stream)]; }
    /// The engine does not have any more what was heard last.
    void forget_mark(OutputStream stream, std::uint64_t taken);

    /// What went into the pipes, with what was skipped.
    const StreamBytes& delivered() const { return delivered_; }
    bool has_begun() const { return carries_input_; }
    /// Nothing more comes by the connection it was given last.
    bool has_ended() const { return has_ended_; }
    Notifier& changed() { return changed_; }
    /// Readers of the pipes come to their end.
    void close_output();
    void close();

  private:
    ContainerPump(Loop& loop, TaskGroup& tasks, RunFacts facts);

    using StreamPointer = std::shared_ptr<engine::FrameStream>;
    static Task<> carry_output(std::shared_ptr<ContainerPump> self, StreamPointer stream,
                               StreamBytes skipped);
    static Task<> throw_away(std::shared_ptr<ContainerPump> self, StreamPointer stream);
    static Task<> carry_input(std::shared_ptr<ContainerPump> self);
    Task<> deliver(std::size_t which, std::string_view bytes);
    Task<> pass_on(std::string_view bytes);
    void mark(std::size_t which, std::string_view bytes);
    void keep_end(std::size_t which, std::string_view bytes);
    enum class InputPlace { between_lines, within_line };
    void note_input(InputPlace place);
    void drop_connection();

    TaskGroup& tasks_;
    RunFacts facts_;
    Pipes pipes_;
    Descriptor input_;
    std::array<Descriptor, 2> outputs_;
    StreamPointer connection_;  // for input, and for output unless there is a log_
    StreamPointer log_;
    StreamBytes delivered_{};
    std::array<StreamMarks, 2> marks_{};
    std::array<std::string, 2> ends_;  // of what was delivered, at most as long as a mark
    InputPlace input_place_;
    bool has_ended_ = false;
    bool is_closed_ = false;
    bool carries_input_ = false;
    Notifier changed_;
};

}  // namespace mcpm
