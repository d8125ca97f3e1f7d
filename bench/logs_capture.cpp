// Capture rate (B1-B4 of the targets) and search (B6, B7): a child that writes, a store that captures.
// Usage: logs_capture FOLDER MEGABYTES block|lines. Prints one line per measurement.
#include "agent/logs/log_store.hpp"
#include "common/log_reader.hpp"
#include "tests/support/run_to_end.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace mcpm;

namespace {

using Seconds = std::chrono::duration<double>;

double processor_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void write_lines(int fd, std::size_t total, bool block) {
    std::string text;
    for (int i = 0; i < (block ? 640 : 1); ++i)
        text += std::string(99, static_cast<char>('a' + i % 26)) + "\n";
    for (std::size_t done = 0; done < total; done += text.size()) {
        if (::write(fd, text.data(), text.size()) < 0) break;
    }
    ::_exit(0);
}

long resident_kib() {
    long pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * 4;
}

void measure_capture(LogStore& logs, Loop& loop, std::size_t total, bool block) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    ::fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
    const pid_t child = ::fork();
    if (child == 0) write_lines(ends[1], total, block);
    ::close(ends[1]);
    const double cpu = processor_seconds();
    const long memory = resident_kib();
    const auto start = Clock::now();
    logs.capture("bench", 1, LogStream::standard_output, UniqueFd(ends[0]), nullptr, false);
    test::run_to_end(loop, logs.drained("bench", 1, std::chrono::minutes(5)));
    const Seconds took = Clock::now() - start;
    const double bytes = static_cast<double>(total);
    std::printf("capture %s: %.0f MB/s, %.2f CPU s/GB, memory +%ld KiB, dropped %lu\n",
                block ? "blocks" : "lines", bytes / took.count() / 1e6,
                (processor_seconds() - cpu) / (bytes / 1e9), resident_kib() - memory,
                logs.counters("bench").dropped_lines);
    ::waitpid(child, nullptr, 0);
}

void measure_read(const char* what, const LogStore& logs, const LogQuery& query) {
    std::uint64_t lines = 0;
    const auto start = Clock::now();
    const auto cursor = LogReader(logs.folder_of("bench")).read(query, [&](const LogLine&) {
        ++lines;
        return true;
    });
    const Seconds took = Clock::now() - start;
    std::printf("%s: %.1f ms, %lu lines%s\n", what, took.count() * 1000, lines, cursor ? "" : " FAILED");
}

}  // namespace

int main(int count, char** words) {
    if (count != 4) return 2;
    const std::size_t total = std::strtoul(words[2], nullptr, 10) * 1000 * 1000;
    Loop loop;
    LogLimits limits;
    limits.server_bytes = 4ull << 30;
    limits.total_bytes = 4ull << 30;
    limits.segments = 1000;
    LogStore logs(loop, words[1], limits,
                  [](const std::string&, const std::string& said) { std::puts(said.c_str()); });
    measure_capture(logs, loop, total, std::string(words[3]) == "block");
    LogQuery query;
    query.tail = 100;
    measure_read("tail 100", logs, query);
    query = {};
    query.text = "needle in the hay";
    measure_read("text", logs, query);
    query.ignore_case = true;
    measure_read("text, any case", logs, query);
    query = {};
    query.pattern = "needle [0-9]+";
    measure_read("pattern with a literal", logs, query);
    test::run_to_end(loop, logs.close());
}
