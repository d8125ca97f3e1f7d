#include "agent/reports/spool.hpp"

#include "common/own_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace mcpm::reports {

namespace {

constexpr std::string_view suffix = ".envelope";
constexpr std::size_t longest = 64U << 10U;

/// Growing with time, so that names sort by age.
std::string new_name() {
    static std::atomic<std::uint64_t> count{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    return fmt::format("{:015}-{:06}-{:04}{}", milliseconds, ::getpid() % 1'000'000, ++count % 10'000,
                       suffix);
}

Result<> write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("keep an error report", errno, ErrorCode::unavailable);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

std::vector<std::string> Spool::names() const {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder_, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::string name = entry->path().filename().string();
        if (name.ends_with(suffix)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::size_t> Spool::add(std::string_view text) const {
    if (text.size() > longest)
        return Error{ErrorCode::payload_too_large, "keep an error report: it is too long"};
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    const auto path = folder_ / new_name();
    auto file = open_own_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file) return file.error();
    if (const auto written = write_whole(file->get(), text); !written) {
        ::unlink(path.c_str());
        return written.error();
    }
    auto waiting = names();
    std::uint64_t bytes = 0;
    for (const auto& name : waiting) {
        const auto size = std::filesystem::file_size(folder_ / name, failed);
        bytes += failed ? 0 : size;
    }
    std::size_t gone = 0;
    while (waiting.size() - gone > most_files || (bytes > most_bytes && gone + 1 < waiting.size())) {
        const auto size = std::filesystem::file_size(folder_ / waiting[gone], failed);
        bytes -= failed ? 0 : size;
        remove(waiting[gone++]);
    }
    return gone;
}

std::optional<Spool::Entry> Spool::oldest() const {
    for (const auto& name : names()) {
        auto text = read_own_file(folder_ / name, longest);
        if (text) return Entry{name, std::move(*text)};
        remove(name);  // it can't be read, and would be in the way for ever
    }
    return std::nullopt;
}

void Spool::remove(const std::string& name) const {
    std::error_code failed;
    std::filesystem::remove(folder_ / name, failed);
}

}  // namespace mcpm::reports
