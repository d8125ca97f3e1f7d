#include "agent/logs/hidden_lines.hpp"
#include "agent/logs/record_builder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace mcpm;

namespace {

constexpr LogTime some_time{std::chrono::seconds(1763835591)};

/// A server writes the pieces, each read by itself; the text of its log, fragments joined.
std::string logged(HiddenLines& hidden, const std::vector<std::string>& pieces) {
    std::string text, carry;
    std::vector<char> buffer(RecordBuilder<int>::minimum_buffer);
    bool in_fragment = false;
    const auto take = [&](std::string_view records, const RecordCounts&) {
        std::string clean(records);
        if (hidden.concerns(records)) clean = hidden.clean(records);
        for (std::string_view rest = clean; !rest.empty();) {
            const auto end = rest.find('\n');
            const auto record = parse_log_record(rest.substr(0, end));
            REQUIRE(record.has_value());
            if (record->partial) CHECK(record->text.size() >= log_fragment_minimum);
            text += record->text;
            if (!record->partial) text += '\n';
            rest.remove_prefix(end + 1);
        }
    };
    for (const auto& piece : pieces) {
        RecordBuilder builder(buffer, some_time, LogStream::error_output, take);
        builder.set_in_fragment(in_fragment);
        builder.feed(piece, carry);
        builder.flush();
        in_fragment = builder.in_fragment();
    }
    return text;
}

HiddenLines hiding(const std::string& value) {
    HiddenValues values;
    values.add({value});
    return HiddenLines(std::move(values));
}

}  // namespace

TEST_CASE("A value that comes in two writes is hidden") {
    auto hidden = hiding("swordfish");
    CHECK(logged(hidden, {"it is sword", "fish!\n"}) == "it is ***!\n");
    CHECK(logged(hidden, {"it is swordfish", "!\nother\n"}) == "it is ***!\nother\n");
}

TEST_CASE("A value that stands where a long line is cut is hidden, wherever the cut is") {
    constexpr std::size_t limit = RecordBuilder<int>::line_limit;
    for (std::size_t before = limit - 9; before <= limit; ++before) {
        CAPTURE(before);
        auto hidden = hiding("swordfish");
        const std::string text =
            logged(hidden, {std::string(before, 'x') + "swordfish and more\n", "next\n"});
        CHECK(text.find("swordfish") == std::string::npos);
        // Less than four letters of a value say nothing.
        for (const char* part : {"swor", "fish and"}) {
            const bool is_cut_early = before + 4 > limit;
            if (!is_cut_early) CHECK(text.find(part) == std::string::npos);
        }
        CHECK(text.ends_with(" and more\nnext\n"));
    }
}

TEST_CASE("What only began like a value loses nothing of the next fragment") {
    constexpr std::size_t limit = RecordBuilder<int>::line_limit;
    auto hidden = hiding("swordfish");
    const std::string text = logged(hidden, {std::string(limit - 5, 'x') + "swordsman\n"});
    CHECK(text.ends_with("x***sman\n"));
}
