#include "common/crash_file.hpp"

#include "common/number.hpp"
#include "common/own_file.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

constexpr std::string_view first_line = "mcpm-crash 1";
constexpr std::size_t longest = 64U << 10U;
constexpr std::size_t most_frames = 256;

std::string_view next_word(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::uint64_t number_of(std::string_view text) {
    const bool is_hex = text.starts_with("0x");
    if (is_hex) text.remove_prefix(2);
    return take_number<std::uint64_t>(text, is_hex ? 16 : 10).value_or(0);
}

void read_line(std::string_view line, CrashReport& crash) {
    const auto key = next_word(line);
    if (key == "version") crash.version = line;
    if (key == "build-id") crash.build_id = line;
    if (key == "time") crash.at = Timestamp(std::chrono::seconds(number_of(line)));
    if (key == "signal") crash.signal = static_cast<int>(number_of(line));
    if (key == "address") crash.address = number_of(line);
    if (key == "end") crash.is_whole = true;
    if (key != "frame" || crash.frames.size() == most_frames) return;
    CrashFrame frame;
    frame.address = number_of(next_word(line));
    frame.module = next_word(line);
    frame.offset = number_of(line);
    crash.frames.push_back(std::move(frame));
}

}  // namespace

Result<CrashReport> read_crash(std::string_view text) {
    if (!text.starts_with(first_line)) return Error{ErrorCode::validation_error, "read a crash: it is none"};
    CrashReport crash;
    while (!text.empty()) {
        read_line(take_line(text), crash);
    }
    return crash;
}

std::vector<CrashReport> list_crashes(const std::filesystem::path& folder) {
    std::vector<CrashReport> crashes;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        const bool is_sent = name.ends_with(sent_suffix);
        if (!is_sent && !name.ends_with(crash_suffix)) continue;
        const auto text = read_own_file(entry->path(), longest);
        auto crash = text ? read_crash(*text) : Result<CrashReport>(text.error());
        if (!crash) continue;
        crash->name = name;
        crash->is_sent = is_sent;
        crashes.push_back(std::move(*crash));
    }
    std::sort(crashes.begin(), crashes.end(),
              [](const CrashReport& left, const CrashReport& right) { return left.name > right.name; });
    return crashes;
}

std::string signal_word(int signal) {
    const char* const name = ::sigabbrev_np(signal);
    return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

}  // namespace mcpm
