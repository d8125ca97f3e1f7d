// The room handover: what must outlive the agent. It may include common alone. It never starts, reads or ends
// a run.
//
// The small record of one run that survives the agent (a memfd the keeper holds a duplicate of).
// Read and written by position, so a mapping costs no memory per server. Only one agent at a time uses it.
//
// Layout (native byte order; the writer and the reader are on one machine, versions differ at most):
//   0     magic "MCPMRUN1", then FixedPart
//   256   the stdout carry (at most carry_limit bytes), then the stderr carry
//   33024 the session: length-prefixed JSON, at most 1 MiB
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm {

enum class OutputStream : unsigned { standard_output = 0, error_output = 1 };

/// By which the place in a container's own log is found again when its engine has rotated it: how its output
/// began, and how the last whole line that was heard ended.
struct StreamMarks {
    static constexpr std::size_t length = 31;

    std::uint64_t tail_end = 0;  // bytes since the run began
    std::uint8_t tail_size = 0;
    char tail[length] = {};
    std::uint8_t head_size = 0;
    char head[length] = {};

    std::string_view tail_text() const { return {tail, tail_size <= length ? tail_size : 0U}; }
    std::string_view head_text() const { return {head, head_size <= length ? head_size : 0U}; }
};

class RunFacts {
  public:
    static constexpr std::size_t carry_limit = 16384;
    static constexpr std::size_t session_limit = 1 << 20;

    static Result<RunFacts> create();
    /// Takes over a record of a previous agent; a foreign or torn one is an error.
    static Result<RunFacts> adopt(UniqueFd memfd);

    /// A record in a file, for a run that no keeper holds: made, or taken over. Such a record also counts
    /// what was taken in.
    static Result<RunFacts> create_file(const std::string& path);
    static Result<RunFacts> adopt_file(const std::string& path);

    /// A second handle of the same record.
    Result<RunFacts> share() const;

    /// A duplicate for the keeper.
    UniqueFd duplicate() const;

    // --- outgoing: set before a write that the kernel may cut (longer than PIPE_BUF), cleared after it is
    // whole ---
    void set_message_half_written(bool half);
    bool message_half_written() const;

    // --- incoming: true between a read and the moment its lines are in the file or the peer ---
    void set_read_pending(OutputStream stream, bool pending);
    bool read_pending(OutputStream stream) const;
    /// Bytes of a stream that reached their reader since the run began, in a record of a file only. The log
    /// of a container's engine goes on from there.
    void add_taken(OutputStream stream, std::uint64_t bytes);
    std::uint64_t taken(OutputStream stream) const;
    /// The run is one client's own; in a record of a file only, where nobody else says so.
    void set_own(bool is_own);
    bool is_own() const;
    void set_marks(OutputStream stream, const StreamMarks& marks);
    StreamMarks marks(OutputStream stream) const;
    /// What a container was sent does not end with a line, or it is not known.
    void set_input_within_line(bool within);
    bool input_within_line() const;
    /// The beginning of a line whose end has not been read yet. Longer than carry_limit is a bug.
    void set_carry(OutputStream stream, std::string_view bytes);
    std::string carry(OutputStream stream) const;

    /// What somebody asked for that ends this run: the next agent goes on with it. (A stop is in the store.)
    enum class Underway : std::uint8_t { nothing, restart, removal };
    void set_underway(Underway what);
    Underway underway() const;

    /// Of which definition the run is (start_mark() of the supervisor); 0 when it is not known.
    void set_definition(std::uint64_t mark);
    std::uint64_t definition() const;

    // --- the MCP session: stored when it is learned ---
    Result<> set_session(std::string_view json);
    std::string session() const;  // empty when there is none
    /// Request ids below this may still be answered.
    void set_next_request_id(std::uint64_t id);
    std::uint64_t next_request_id() const;

  private:
    explicit RunFacts(UniqueFd memfd, bool counts = false) : memfd_(std::move(memfd)), counts_(counts) {}
    static Result<> begin(const UniqueFd& file);

    UniqueFd memfd_;
    bool counts_ = false;
};

}  // namespace mcpm
