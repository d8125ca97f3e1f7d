#include "common/log_scan.hpp"

#include <string.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mcpm {
namespace {

constexpr std::size_t nowhere = std::string_view::npos;

std::size_t line_start(std::string_view bytes, std::size_t at) {
    const void* newline = at == 0 ? nullptr : ::memrchr(bytes.data(), '\n', at);
    return newline == nullptr
               ? 0
               : static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data()) + 1;
}

/// The beginning of the first record from `from` on that may be a fragment: fragments are long, so it has no
/// newline in one of the windows of half that length. One look per window instead of one per line.
std::size_t find_long_record(std::string_view bytes, std::size_t from) {
    constexpr std::size_t window = log_fragment_minimum / 2;
    for (std::size_t at = from; at + window <= bytes.size(); at += window) {
        if (::memchr(bytes.data() + at, '\n', window) == nullptr)
            return std::max(line_start(bytes, at), from);
    }
    return nowhere;
}

}  // namespace

LogScan::LogScan(const LogQuery& query, const LogMatcher& matcher, std::optional<std::uint64_t> whose,
                 const Sink& sink)
    : query_(query), matcher_(matcher), sink_(sink), whose_(whose) {}

LogCursor LogScan::run(LogSegments& segments, const Start& start, std::uint64_t end, Ending ending) {
    seen_ = start.seen;
    sequence_ = start.sequence ? *start.sequence : segments.sequence_at(start.position);
    std::uint64_t position = start.position;
    if (query_.minimum_level) learn_groups(segments, position);
    while (position < end && !stopped_ && !query_.abandoned.stop_requested()) {
        const auto block = segments.read(position, end);
        if (!block || block->bytes.empty()) break;
        const LogSegment& segment = segments.at(block->position);
        if (block->position == segment.start) sequence_ = segment.number;
        const std::uint64_t after = block->position + block->bytes.size();
        // Still being written.
        if (block->torn && after == segments.end() && ending == Ending::more_follows) break;
        position = block->position + take_block(*block, after >= end);
    }
    if (ending == Ending::flush) {
        for (Pending& pending : pending_) emit_pending(pending, false);
    }
    return cursor(segments, position);
}

void LogScan::learn_groups(LogSegments& segments, std::uint64_t position) {
    constexpr std::size_t looked_back = 200;  // records; a longer traceback is cut there
    std::vector<std::uint64_t> before;
    while (position > 0 && before.size() < looked_back) {
        const std::uint64_t earlier = segments.record_before(position);
        if (earlier >= position) break;
        before.push_back(position = earlier);
    }
    for (auto at = before.rbegin(); at != before.rend(); ++at) {
        const auto record = parse_log_record(segments.head(*at));
        if (record && !record->note) groups_.level_of(record->text, record->stream, record->run);
    }
}

LogCursor LogScan::cursor(LogSegments& segments, std::uint64_t position) {
    LogCursor here;
    if (segments.all().empty()) return here;
    here.seen = sequence_;
    here.sequence = sequence_;
    for (const Pending& pending : pending_) {
        if (!pending.open || pending.position >= position) continue;
        position = pending.position;
        here.sequence = pending.sequence;
    }
    const LogSegment& segment = segments.at(position);
    if (position == segment.start && here.sequence < segment.number) here.sequence = segment.number;
    here.seen = std::max({here.seen, here.sequence, seen_});
    here.segment = segment.number;
    here.offset = position - segment.start;
    return here;
}

/// How many bytes were taken: all of them unless the sink stopped.
std::size_t LogScan::take_block(const LogBlock& block, bool is_last) {
    const std::string_view bytes = block.bytes;
    next_hit_ = next_long_ = hit_ = 0;
    std::size_t at = 0;
    while (at < bytes.size() && !stopped_) {
        // With a level every line counts, and behind a match: the next may belong to it.
        const bool may_pass = !has_pending() && !matcher_.required().is_empty() && !query_.minimum_level;
        if (may_pass && at >= hit_ && !kin_.is_following()) {
            hit_ = pass_over(bytes, at);
            const std::size_t next = kin_start(bytes, at, hit_);
            if (next > at) {
                groups_ = {};
                kin_.forget();
            }
            sequence_ += count_newlines(bytes.substr(at, next - at));
            const std::size_t passed_from = std::exchange(at, next);
            if (at == bytes.size()) return is_last ? at : held_back(bytes, passed_from);
            ++hit_;
        }
        if (query_.abandoned.stop_requested()) break;
        const std::size_t newline = bytes.find('\n', at);
        const std::size_t end = std::min(newline, bytes.size());
        take_record(bytes.substr(at, end - at), block.position + at, bytes.substr(0, at));
        if (newline == nowhere) return bytes.size();
        ++sequence_;
        at = end + 1;
    }
    return at;
}

std::size_t LogScan::kin_start(std::string_view bytes, std::size_t from, std::size_t hit) {
    const auto text_at = [&](std::size_t start) {
        const std::size_t end = std::min(bytes.find('\n', start), bytes.size());
        const auto record = parse_log_record(bytes.substr(start, end - start));
        return record && !record->note ? std::optional(record->text) : std::nullopt;
    };
    if (hit >= bytes.size()) return bytes.size();
    auto text = text_at(hit);
    for (std::size_t lines = 0; lines < LogKin::most_lines && hit > from && text; ++lines) {
        const std::size_t earlier = std::max(line_start(bytes, hit - 1), from);
        const auto before = text_at(earlier);
        if (!before || !LogGroups::may_go_on(*before, *text)) break;
        hit = earlier;
        text = before;
    }
    return hit;
}

/// The last lines of a block that was passed over may belong to the first of the next one.
std::size_t LogScan::held_back(std::string_view bytes, std::size_t from) {
    if (bytes.empty() || bytes.back() != '\n') return bytes.size();
    const std::size_t start = kin_start(bytes, from, std::max(line_start(bytes, bytes.size() - 1), from));
    if (start == 0) return bytes.size();
    sequence_ -= count_newlines(bytes.substr(start));
    return start;
}

/// The next record that must be looked at: one with a hit, or one that may be a fragment.
std::size_t LogScan::pass_over(std::string_view bytes, std::size_t from) {
    if (next_long_ != nowhere && next_long_ <= from) next_long_ = find_long_record(bytes, from);
    if (next_hit_ != nowhere && next_hit_ <= from) {
        next_hit_ = matcher_.required().find(bytes, from);
        if (next_hit_ != nowhere) next_hit_ = std::max(line_start(bytes, next_hit_), from);
    }
    return std::min({next_hit_, next_long_, bytes.size()});
}

void LogScan::take_record(std::string_view line, std::uint64_t position, std::string_view before) {
    if (has_pending()) cut_old(position);
    const auto record = parse_log_record(line);
    if (!record) {
        // Not ours: shown as it is, with the time of the record before it.
        if (!before.empty()) {
            const std::size_t start = line_start(before, before.size() - 1);
            if (const auto earlier = parse_log_record(before.substr(start))) last_time_ = earlier->time;
        }
        LogLine foreign;
        foreign.sequence = sequence_;
        foreign.time = last_time_;
        foreign.cut = line.size() > line_limit;
        foreign.text = line.substr(0, line_limit);
        emit(foreign);
        return;
    }
    last_time_ = record->time;
    if (!record->note) {
        const Pending* const pending = has_pending() ? find_pending(*record) : nullptr;
        if (record->partial || (pending != nullptr && pending->open)) {
            take_fragment(*record, position);
            return;
        }
    }
    LogLine whole;
    whole.sequence = sequence_;
    whole.time = record->time;
    whole.stream = record->stream;
    whole.note = record->note;
    whole.run = record->run;
    whole.cut = record->text.size() > line_limit;
    whole.text = record->text.substr(0, line_limit);
    emit(whole);
}

LogScan::Pending* LogScan::find_pending(const LogRecord& record) {
    const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& pending) {
        return pending.stream == record.stream && pending.run == record.run;
    });
    return found == pending_.end() ? nullptr : &*found;
}

void LogScan::take_fragment(const LogRecord& record, std::uint64_t position) {
    Pending* known = find_pending(record);
    if (known == nullptr) {
        known = &pending_.emplace_back();
        known->stream = record.stream;
        known->run = record.run;
    }
    Pending& pending = *known;
    if (pending.open && pending.text.size() + record.text.size() > line_limit) emit_pending(pending, true);
    if (!pending.open) {
        pending.open = true;
        ++open_;
        pending.time = record.time;
        pending.sequence = sequence_;
        pending.position = position;
        pending.text.clear();
    }
    pending.text.append(record.text.substr(0, line_limit));
    if (!record.partial) emit_pending(pending, false);
}

/// A line whose end does not come must not hold a follower's place for ever.
void LogScan::cut_old(std::uint64_t position) {
    for (Pending& pending : pending_) {
        if (pending.open && position - pending.position > 2 * line_limit) emit_pending(pending, true);
    }
}

void LogScan::emit_pending(Pending& pending, bool cut) {
    if (!pending.open) return;
    pending.open = false;
    --open_;
    LogLine line;
    line.sequence = pending.sequence;
    line.time = pending.time;
    line.stream = pending.stream;
    line.run = pending.run;
    line.cut = cut;
    line.text = pending.text;
    emit(line);
}

void LogScan::emit(LogLine line) {
    if (stopped_) return;
    // Complete before the cursor stood here: the follower has it, or did not want it without its kin.
    const bool is_known = sequence_ < seen_;
    if (query_.end && line.sequence >= *query_.end) {
        stopped_ = true;
        return;
    }
    if (whose_ && line.run != *whose_) return;
    if (line.note && !query_.notes) return;
    if (query_.stream && !line.note && line.stream != *query_.stream) return;
    if (query_.since && line.time < *query_.since) return;
    if (query_.until && line.time >= *query_.until) return;
    const bool searches = !matcher_.matches_all();
    LogGroups::Place place;
    if (!line.note && (query_.minimum_level || searches))
        place = groups_.place_of(line.text, line.stream, line.run);
    if (query_.minimum_level) {
        line.level = place.level;
        if (line.level < *query_.minimum_level) return;
    }
    const bool matches = !searches || matcher_.matches(line.text);
    if (line.note || !searches) {
        if (matches && !is_known) give(line);
        return;
    }
    kin_.take(line, place.is_first ? LogKin::Begins::yes : LogKin::Begins::no,
              matches ? LogKin::Matches::yes : LogKin::Matches::no, [this, is_known](const LogLine& one) {
                  if (!is_known) give(one);
              });
}

/// Gives lines behind the one that stopped, too: a group that was begun is given as far as it is known.
void LogScan::give(LogLine line) {
    if (!query_.minimum_level) line.level = line.note ? LogLevel::unknown : detect_level(line.text);
    ++lines_;
    if (!sink_(line)) stopped_ = true;
}

}  // namespace mcpm
