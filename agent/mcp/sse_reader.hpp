// Bytes of a text/event-stream to events, in whatever pieces they come (HTML living standard, section 9.2.6).
// Memory is bounded by the limit; an event over it is told as such, with its beginning and its end. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::mcp {

struct SseEvent {
    std::string_view event;  // "message" when the stream named none
    std::string_view data;   // the beginning when it is over the limit
    std::string_view tail = {};
    std::uint64_t oversized = 0;  // bytes of the data when they are over the limit, else 0
};

struct SseCounts {
    std::uint64_t events = 0, comments = 0;
    std::uint64_t oversized = 0;   // events over the limit
    std::uint64_t ignored = 0;     // fields that mean nothing, or whose value is none
    std::uint64_t unfinished = 0;  // an event without its end when the stream ended
};

class SseReader {
  public:
    using Sink = std::function<void(const SseEvent& event)>;

    explicit SseReader(std::size_t limit = 16u << 20) : limit_(limit) {}

    /// `sink` may not feed or reset this reader.
    void feed(std::string_view bytes, const Sink& sink);
    /// The stream ended: what has no end yet is lost, and the next bytes begin another stream. Ids and retry
    /// stay.
    void reset();

    /// Of the last whole event that carried one, also before it.
    const std::string& last_event_id() const { return last_id_; }
    /// Milliseconds, as the stream asked for them last.
    std::optional<std::uint64_t> retry() const { return retry_; }
    const SseCounts& counts() const { return counts_; }

  private:
    void keep(std::string_view part);
    void finish_line(std::string_view rest, const Sink& sink);
    void take_line(std::string_view line, std::uint64_t length, const Sink& sink);
    void take_field(std::string_view name, std::string_view value, std::uint64_t length);
    void add_data(std::string_view value, std::uint64_t length);
    void dispatch(const Sink& sink);

    std::size_t limit_;
    bool at_start_ = true;  // a byte order mark may come
    bool after_return_ = false;
    std::string line_;               // the beginning of a line
    std::string line_tail_;          // of one over the limit
    std::uint64_t line_length_ = 0;  // of one over the limit; 0 when it is not
    std::string event_, data_, data_tail_;
    std::uint64_t data_length_ = 0;  // with all line feeds
    bool has_data_ = false, too_long_ = false;
    std::optional<std::string> id_;  // of the event that is being read
    std::string last_id_;
    std::optional<std::uint64_t> retry_;
    SseCounts counts_;
};

}  // namespace mcpm::mcp
