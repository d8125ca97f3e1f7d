#include "common/error_details.hpp"
#include "common/event_type.hpp"
#include "common/reason.hpp"
#include "common/start_stage.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using namespace mcpm;

namespace {

/// Every enumerator up to the last one has a row, and no two rows share a word.
template <typename Enum>
void is_whole_table(Enum last) {
    const auto& rows = EnumNames<Enum>::all;
    REQUIRE(rows.size() == static_cast<std::size_t>(last) + 1);
    std::set<std::string_view> words;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        CHECK(rows[at].value == static_cast<Enum>(at));
        CHECK(words.insert(rows[at].name).second);
        CHECK(name_of(value_of<Enum>(rows[at].name).value()) == rows[at].name);
    }
}

}  // namespace

TEST_CASE("Every reason, ending, stage and type of event has one word, and the word leads back to it") {
    is_whole_table(Reason::engine_lost);
    is_whole_table(Ending::other);
    is_whole_table(StartStage::other);
    is_whole_table(EventType::lagged);
}

TEST_CASE("Every name of a detail is another one") {
    std::set<std::string_view> words;
    for (int at = 0; at <= static_cast<int>(Detail::last_lines); ++at) {
        const std::string_view word = wire_name(static_cast<Detail>(at));
        CHECK(word != "unknown");
        CHECK(words.insert(word).second);
    }
}

TEST_CASE("A word of another version is taken for what it can be here") {
    CHECK(reason_of_word("of-tomorrow") == Reason::none);
    CHECK(ending_of_word("of-tomorrow") == Ending::other);
    CHECK(start_stage_of("of-tomorrow") == StartStage::other);
    CHECK(start_stage_of("") == StartStage::none);
}

TEST_CASE("What is about a server is known by its word, also of another version") {
    for (const auto& row : EnumNames<EventType>::all)
        CHECK(is_of_a_server(row.name) == (row.value <= EventType::server_tools_left_out));
    CHECK(is_of_a_server("server:of-tomorrow"));
}
