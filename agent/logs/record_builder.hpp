// Bytes from a pipe -> records ready to be written, in one output buffer: the hot path of capture, a few
// nanoseconds a line. Pure; owns nothing but counts.
#pragma once

#include "common/log_format.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace mcpm {

/// What stands in a batch of records.
struct RecordCounts {
    std::uint64_t records = 0;
    std::uint64_t lines = 0;  // those that ended
    std::uint64_t bytes = 0;  // of text, newlines included
};

/// `Flush(std::string_view records, const RecordCounts&)` is called whenever the buffer is full, and by
/// flush().
template <typename Flush>
class RecordBuilder {
  public:
    static constexpr std::size_t line_limit = 16384;
    static constexpr std::size_t minimum_buffer = 2 * (line_limit + log_own_prefix_bytes + 1);

    /// `out` has at least minimum_buffer bytes. One time for all that is fed. `own_run`: 0 for the shared
    /// one.
    RecordBuilder(std::span<char> out, LogTime time, LogStream stream, Flush& on_flush,
                  std::uint64_t own_run = 0)
        : out_(out), on_flush_(on_flush) {
        if (own_run == 0) {
            write_log_prefix(prefix_, time, stream, false);
        } else {
            prefix_bytes_ = write_log_own_prefix(prefix_, time, stream, own_run);
        }
    }

    /// LF and CRLF end a line. `carry` is the unfinished beginning of a line, at most line_limit bytes; a
    /// longer line comes in fragments of that size.
    void feed(std::string_view bytes, std::string& carry) {
        if (!carry.empty()) bytes = feed_behind_carry(bytes, carry);
        while (const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size())) {
            const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
            put_line({}, bytes.substr(0, length));
            bytes.remove_prefix(length + 1);
        }
        keep(bytes, carry);
    }

    /// The end of input: what is unfinished becomes a line.
    void finish(std::string& carry) {
        if (carry.empty() && !in_fragment_) return;
        put('F', carry, {});
        carry.clear();
    }

    void flush() {
        if (used_ != 0) on_flush_(std::string_view(out_.data(), used_), counts_);
        used_ = 0;
        counts_ = {};
    }

    /// Whether the last record of this stream is a fragment, here and over several builders.
    bool in_fragment() const { return in_fragment_; }
    void set_in_fragment(bool in_fragment) { in_fragment_ = in_fragment; }

  private:
    /// Ends the line that began in `carry`; what is left after it.
    std::string_view feed_behind_carry(std::string_view bytes, std::string& carry) {
        const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
        if (found == nullptr) return bytes;
        const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        put_line(carry, bytes.substr(0, length));
        carry.clear();
        return bytes.substr(length + 1);
    }

    /// Bytes without a newline: full fragments go out, the rest is kept.
    void keep(std::string_view bytes, std::string& carry) {
        while (carry.size() + bytes.size() > line_limit) {
            const std::size_t head = line_limit - carry.size();
            put('P', carry, bytes.substr(0, head));
            carry.clear();
            bytes.remove_prefix(head);
        }
        carry.append(bytes);
    }

    void put_line(std::string_view begin, std::string_view rest) {
        if (!rest.empty()) {
            if (rest.back() == '\r') rest.remove_suffix(1);
        } else if (!begin.empty() && begin.back() == '\r') {
            begin.remove_suffix(1);
        }
        while (begin.size() + rest.size() > line_limit) {
            const std::size_t head = line_limit - begin.size();
            put('P', begin, rest.substr(0, head));
            begin = {};
            rest.remove_prefix(head);
        }
        put('F', begin, rest);
    }

    void put(char tag, std::string_view begin, std::string_view rest) {
        const std::size_t size = prefix_bytes_ + begin.size() + rest.size() + 1;
        if (out_.size() - used_ < size) flush();
        char* at = out_.data() + used_;
        // A copy of known size is a few instructions; only the longer prefix needs more.
        std::memcpy(at, prefix_, log_prefix_bytes);
        if (prefix_bytes_ != log_prefix_bytes) std::memcpy(at, prefix_, prefix_bytes_);
        at[log_prefix_bytes - 2] = tag;
        at += prefix_bytes_;
        if (!begin.empty()) std::memcpy(at, begin.data(), begin.size());
        at += begin.size();
        if (!rest.empty()) std::memcpy(at, rest.data(), rest.size());
        at[rest.size()] = '\n';
        used_ += size;
        ++counts_.records;
        counts_.bytes += begin.size() + rest.size();
        in_fragment_ = tag == 'P';
        if (!in_fragment_) {
            ++counts_.lines;
            ++counts_.bytes;
        }
    }

    std::span<char> out_;
    Flush& on_flush_;
    char prefix_[log_own_prefix_bytes];
    std::size_t prefix_bytes_ = log_prefix_bytes;
    std::size_t used_ = 0;
    RecordCounts counts_;
    bool in_fragment_ = false;
};

}  // namespace mcpm
