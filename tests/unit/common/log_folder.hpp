// A log folder that is written by hand, and what a reader sees in it.
#pragma once

#include "common/log_reader.hpp"
#include "common/log_segments.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mcpm::test {

inline constexpr LogTime epoch{std::chrono::seconds(1763835000)};

/// A log folder that is written by hand.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/mcpm-log-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    const std::filesystem::path& path() const { return path_; }
    void segment(std::uint64_t number) { number_ = number; }
    void raw(const std::string& bytes) const {
        std::ofstream(path_ / segment_name(number_), std::ios::app | std::ios::binary) << bytes;
    }
    std::size_t bytes() const { return std::filesystem::file_size(path_ / segment_name(number_)); }
    void record(int second, const std::string& text, LogStream stream = LogStream::error_output,
                bool partial = false) {
        std::string out(log_prefix_bytes, ' ');
        write_log_prefix(out.data(), epoch + std::chrono::seconds(second), stream, partial);
        raw(out + text + "\n");
    }
    void note(int second, const std::string& text) {
        raw(format_log_note(epoch + std::chrono::seconds(second), text));
    }
    /// Of an own run.
    void record_of(std::uint64_t run, int second, const std::string& text, bool partial = false) {
        std::string out(log_own_prefix_bytes, ' ');
        out.resize(write_log_own_prefix(out.data(), epoch + std::chrono::seconds(second),
                                        LogStream::error_output, run));
        if (partial) out[log_prefix_bytes - 2] = 'P';
        raw(out + text + "\n");
    }
    void note_of(std::uint64_t run, int second, const std::string& text) {
        raw(format_log_note(epoch + std::chrono::seconds(second), text, run));
    }
    void run(std::uint64_t run, int second, RunKind kind = RunKind::shared) const {
        const auto size = std::filesystem::exists(path_ / segment_name(number_))
                              ? std::filesystem::file_size(path_ / segment_name(number_))
                              : 0;
        std::ofstream(path_ / "runs.idx", std::ios::app)
            << format_run_row({run, epoch + std::chrono::seconds(second), number_, size, kind});
    }

  private:
    std::filesystem::path path_;
    std::uint64_t number_ = 1;
};

struct Seen {
    std::vector<std::string> texts;
    std::vector<std::uint64_t> sequences;
    std::vector<bool> cuts;
    LogCursor cursor;
};

inline LogReader::Sink into(Seen& seen) {
    return [&seen](const LogLine& line) {
        seen.texts.emplace_back(line.text);
        seen.sequences.push_back(line.sequence);
        seen.cuts.push_back(line.cut);
        return true;
    };
}

inline Seen read(const Folder& folder, const LogQuery& query) {
    Seen seen;
    const auto cursor = LogReader(folder.path()).read(query, into(seen));
    REQUIRE(cursor.has_value());
    seen.cursor = *cursor;
    return seen;
}

using Texts = std::vector<std::string>;

/// 300 lines in three segments, one a second.
inline void fill(Folder& folder) {
    for (int i = 0; i < 300; ++i) {
        if (i % 100 == 0) folder.segment(static_cast<std::uint64_t>(i + 1));
        folder.record(i, "line " + std::to_string(i));
    }
}

}  // namespace mcpm::test
