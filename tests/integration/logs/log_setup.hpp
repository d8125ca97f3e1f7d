// A log folder, a loop and a store for tests with real pipes and files.
#pragma once

#include "agent/logs/log_store.hpp"
#include "common/log_reader.hpp"
#include "common/log_segments.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace mcpm::test {

inline const std::string server = "srv_abcdefghijkl";

struct Pipe {
    UniqueFd read, write;
};

inline Pipe make_pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

inline void write_whole(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n <= 0) throw std::runtime_error("the pipe was closed");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

/// A store with what it announced.
class Store {
  public:
    explicit Store(std::filesystem::path folder, LogLimits limits = {})
        : logs(std::make_unique<LogStore>(
              loop, std::move(folder), limits,
              [this](const std::string&, const std::string& what) { said.push_back(what); })) {}
    void close() { run_to_end(loop, logs->close()); }
    void drain(std::uint64_t run = 1) {
        run_to_end(loop, logs->drained(server, run, std::chrono::seconds(60)));
    }
    bool has_said(std::string_view part) const {
        for (const std::string& what : said) {
            if (what.find(part) != what.npos) return true;
        }
        return false;
    }

    Loop loop;
    std::vector<std::string> said;
    std::unique_ptr<LogStore> logs;
};

inline std::vector<std::string> texts_of(const std::filesystem::path& folder, const LogQuery& query = {}) {
    std::vector<std::string> texts;
    const auto cursor = LogReader(folder).read(query, [&](const LogLine& line) {
        texts.emplace_back(line.text);
        return true;
    });
    REQUIRE(cursor.has_value());
    return texts;
}

inline std::uint64_t bytes_in(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && parse_segment_name(entry.path().filename().string()))
            bytes += entry.file_size();
    }
    return bytes;
}

}  // namespace mcpm::test
