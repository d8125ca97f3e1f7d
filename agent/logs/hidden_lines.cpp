#include "agent/logs/hidden_lines.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm {

namespace {

constexpr std::string_view mask = "***";

/// Fragments alone are this long.
bool has_fragment(std::string_view records) {
    while (!records.empty()) {
        const std::size_t end = std::min(records.find('\n'), records.size() - 1);
        if (end >= log_fragment_minimum) return true;
        records.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

bool HiddenLines::concerns(std::string_view records) const {
    return !values_.empty() && (!open_.empty() || values_.is_in(records) || has_fragment(records));
}

/// Takes the rest of a value off the front of a stream's next record; what stands in its place.
std::string_view HiddenLines::take_rest(const LogRecord& record, std::string_view& text) {
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
        return open.stream == record.stream && open.run == record.run;
    });
    if (found == open_.end()) return {};
    const Open open = std::move(*found);
    open_.erase(found);
    const auto rest = std::find_if(open.rests.begin(), open.rests.end(),
                                   [&](const std::string& one) { return text.starts_with(one); });
    if (rest == open.rests.end()) return {};
    text.remove_prefix(rest->size());
    return open.is_masked ? std::string_view() : mask;
}

std::string HiddenLines::clean_text(const LogRecord& record) {
    std::string_view text = record.text;
    std::string clean(take_rest(record, text));
    if (!record.partial) return clean + values_.hide(std::string(text));
    auto begun = values_.begun_at_end(text);
    text.remove_suffix(begun.bytes);
    clean += values_.hide(std::string(text));
    if (begun.bytes > 0) clean += mask;
    if (!begun.rests.empty())
        open_.push_back({record.stream, record.run, begun.bytes > 0, std::move(begun.rests)});
    return clean;
}

/// What is searched finds fragments by their length.
std::string HiddenLines::clean_fragment(const LogRecord& record) {
    std::string text = clean_text(record);
    if (text.size() < log_fragment_minimum) text.append(log_fragment_minimum - text.size(), '*');
    return text;
}

std::string HiddenLines::clean(std::string_view records) {
    std::string clean;
    while (!records.empty()) {
        const std::size_t end = std::min(records.find('\n'), records.size() - 1);
        const std::string_view line = records.substr(0, end);
        const auto record = parse_log_record(line);
        clean.append(line.substr(0, line.size() - (record ? record->text.size() : 0)));
        if (record && record->note) clean += values_.hide(std::string(record->text));
        if (record && !record->note) clean += record->partial ? clean_fragment(*record) : clean_text(*record);
        clean += '\n';
        records.remove_prefix(end + 1);
    }
    return clean;
}

}  // namespace mcpm
