#include "common/log_format.hpp"

#include "common/number.hpp"

#include <array>
#include <cstring>

namespace mcpm {
namespace {

constexpr std::size_t time_bytes = 30;
constexpr std::size_t stream_at = 31;
constexpr std::size_t tag_at = 38;
constexpr std::string_view note_tag = "F:mcpm";
constexpr std::string_view own_tag = ":r";

constexpr std::array<char, 200> make_pairs() {
    std::array<char, 200> pairs{};
    for (std::size_t n = 0; n < 100; ++n) {
        pairs[2 * n] = static_cast<char>('0' + n / 10);
        pairs[2 * n + 1] = static_cast<char>('0' + n % 10);
    }
    return pairs;
}
constexpr std::array<char, 200> pairs = make_pairs();

void write_pair(char* out, unsigned value) {
    std::memcpy(out, pairs.data() + std::size_t{2} * value, 2);
}

void write_nanoseconds(char* out, unsigned value) {
    out[0] = static_cast<char>('0' + value / 100'000'000);
    value %= 100'000'000;
    for (int at = 7; at >= 1; at -= 2) {
        write_pair(out + at, value % 100);
        value /= 100;
    }
}

/// The number in `count` digits, or -1 when one of them is none.
int read_digits(const char* in, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const unsigned digit = static_cast<unsigned char>(in[i]) - unsigned{'0'};
        if (digit > 9) return -1;
        value = value * 10 + static_cast<int>(digit);
    }
    return value;
}

std::optional<LogTime> parse_prefix_time(const char* in) {
    using namespace std::chrono;
    if (in[4] != '-' || in[7] != '-' || in[10] != 'T' || in[13] != ':' || in[16] != ':' || in[19] != '.' ||
        in[29] != 'Z') {
        return std::nullopt;
    }
    const int y = read_digits(in, 4), mo = read_digits(in + 5, 2), d = read_digits(in + 8, 2);
    const int h = read_digits(in + 11, 2), mi = read_digits(in + 14, 2), s = read_digits(in + 17, 2);
    const int ns = read_digits(in + 20, 9);
    // What 64 bits of nanoseconds can hold: 1678 to 2262.
    if (y < 1678 || y > 2261 || mo < 1 || mo > 12 || d < 1 || d > 31 || h < 0 || h > 23 || mi < 0 ||
        mi > 59 || s < 0 || s > 60 || ns < 0) {
        return std::nullopt;
    }
    const sys_days day = year{y} / static_cast<int>(mo) / static_cast<int>(d);
    return LogTime{day} + hours(h) + minutes(mi) + seconds(s) + nanoseconds(ns);
}

/// What stands behind `P` or `F`.
void read_further_tags(std::string_view tags, LogRecord& record) {
    if (tags.starts_with(note_tag)) {
        record.note = true;
        tags.remove_prefix(note_tag.size());
    } else {
        tags.remove_prefix(1);
    }
    if (!tags.starts_with(own_tag)) {
        record.note = record.note && tags.empty();
        return;
    }
    tags.remove_prefix(own_tag.size());
    record.run = parse_number<decltype(record.run)>(tags).value_or(0);
}

}  // namespace

void write_log_time(char* out, LogTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const auto rest = time - day;
    const auto all_seconds = static_cast<unsigned>(duration_cast<seconds>(rest).count());
    const int y = static_cast<int>(date.year());
    write_pair(out, static_cast<unsigned>(y / 100));
    write_pair(out + 2, static_cast<unsigned>(y % 100));
    write_pair(out + 5, static_cast<unsigned>(date.month()));
    write_pair(out + 8, static_cast<unsigned>(date.day()));
    write_pair(out + 11, all_seconds / 3600);
    write_pair(out + 14, all_seconds / 60 % 60);
    write_pair(out + 17, all_seconds % 60);
    write_nanoseconds(out + 20, static_cast<unsigned>((rest - seconds(all_seconds)).count()));
    out[4] = out[7] = '-';
    out[10] = 'T';
    out[13] = out[16] = ':';
    out[19] = '.';
    out[29] = 'Z';
}

void write_log_prefix(char* out, LogTime time, LogStream stream, bool partial) {
    write_log_time(out, time);
    const std::string_view name = stream == LogStream::standard_output ? " stdout " : " stderr ";
    std::memcpy(out + time_bytes, name.data(), name.size());
    out[tag_at] = partial ? 'P' : 'F';
    out[tag_at + 1] = ' ';
}

std::size_t write_log_own_prefix(char* out, LogTime time, LogStream stream, std::uint64_t own_run) {
    write_log_prefix(out, time, stream, false);
    const std::string tag = std::string(own_tag) + std::to_string(own_run) + " ";
    return tag_at + 1 + tag.copy(out + tag_at + 1, tag.size());
}

std::string format_log_note(LogTime time, std::string_view text, std::uint64_t own_run) {
    std::string note(log_prefix_bytes, ' ');
    write_log_prefix(note.data(), time, LogStream::error_output, false);
    note.resize(tag_at);
    note.append(note_tag);
    if (own_run != 0) note.append(own_tag).append(std::to_string(own_run));
    note.append(" ").append(text);
    for (char& c : note) {
        if (c == '\n') c = ' ';
    }
    note += '\n';
    return note;
}

std::optional<LogRecord> parse_log_record(std::string_view line) {
    if (line.size() <= tag_at || line[time_bytes] != ' ' || line[tag_at - 1] != ' ') return std::nullopt;
    LogRecord record;
    const std::string_view stream = line.substr(stream_at, 6);
    if (stream == "stdout") {
        record.stream = LogStream::standard_output;
    } else if (stream != "stderr") {
        return std::nullopt;
    }
    const char tag = line[tag_at];
    if (tag != 'F' && tag != 'P') return std::nullopt;
    std::size_t text_at = tag_at + 1;
    if (text_at < line.size() && line[text_at] != ' ') {
        // Further tags follow after a colon.
        if (line[text_at] != ':') return std::nullopt;
        text_at = std::min(line.find(' ', text_at), line.size());
    }
    const auto time = parse_prefix_time(line.data());
    if (!time) return std::nullopt;
    record.time = *time;
    record.partial = tag == 'P';
    if (text_at > tag_at + 1) read_further_tags(line.substr(tag_at, text_at - tag_at), record);
    record.text = line.substr(std::min(text_at + 1, line.size()));
    return record;
}

std::string_view wire_name(LogStream stream) {
    return stream == LogStream::standard_output ? "stdout" : "stderr";
}

std::string_view wire_name(LogLevel level) {
    switch (level) {
        case LogLevel::unknown:
            return "unknown";
        case LogLevel::trace:
            return "trace";
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        case LogLevel::error:
            return "error";
        case LogLevel::fatal:
            return "fatal";
    }
    return "unknown";
}

}  // namespace mcpm
