#include "agent/handover/run_facts.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace mcpm {

namespace {

RunFacts made() {
    auto facts = RunFacts::create();
    REQUIRE(facts.has_value());
    return std::move(*facts);
}

}  // namespace

TEST_CASE("A new record says that nothing is half done") {
    const RunFacts facts = made();
    CHECK(!facts.message_half_written());
    CHECK(!facts.read_pending(OutputStream::standard_output));
    CHECK(!facts.read_pending(OutputStream::error_output));
    CHECK(facts.carry(OutputStream::standard_output).empty());
    CHECK(facts.session().empty());
    CHECK(facts.next_request_id() == 1);
}

TEST_CASE("What one agent noted, the next one finds through its duplicate") {
    RunFacts first = made();
    first.set_message_half_written(true);
    first.set_read_pending(OutputStream::error_output, true);
    const std::string binary("half\0a line", 11);
    first.set_carry(OutputStream::standard_output, binary);
    first.set_carry(OutputStream::error_output, std::string(RunFacts::carry_limit, 'e'));
    REQUIRE(first.set_session(R"({"era":"handshake"})").has_value());
    first.set_next_request_id(4711);
    auto second = RunFacts::adopt(first.duplicate());
    REQUIRE(second.has_value());
    CHECK(second->message_half_written());
    CHECK(!second->read_pending(OutputStream::standard_output));
    CHECK(second->read_pending(OutputStream::error_output));
    CHECK(second->carry(OutputStream::standard_output) == binary);
    CHECK(second->carry(OutputStream::error_output) == std::string(RunFacts::carry_limit, 'e'));
    CHECK(second->session() == R"({"era":"handshake"})");
    CHECK(second->next_request_id() == 4711);
    second->set_carry(OutputStream::standard_output, "");
    CHECK(first.carry(OutputStream::standard_output).empty());
}

TEST_CASE("A carry that is too long is a bug, a session that is too long an error") {
    RunFacts facts = made();
    const std::string long_carry(RunFacts::carry_limit + 1, 'x');
    CHECK_THROWS_AS(facts.set_carry(OutputStream::standard_output, long_carry), std::length_error);
    REQUIRE(facts.set_session(std::string(RunFacts::session_limit, 's')).has_value());
    CHECK(facts.session().size() == RunFacts::session_limit);
    CHECK(facts.set_session(std::string(RunFacts::session_limit + 1, 's')).has_error());
    REQUIRE(facts.set_session("{}").has_value());
    CHECK(facts.session() == "{}");
}

TEST_CASE("A foreign or torn record is refused") {
    CHECK(RunFacts::adopt(UniqueFd()).has_error());
    UniqueFd empty(::memfd_create("empty", MFD_CLOEXEC));
    CHECK(RunFacts::adopt(std::move(empty)).has_error());
    UniqueFd zeros(::memfd_create("zeros", MFD_CLOEXEC));
    REQUIRE(::ftruncate(zeros.get(), 1 << 20) == 0);
    CHECK(RunFacts::adopt(std::move(zeros)).has_error());
    RunFacts facts = made();
    UniqueFd torn = facts.duplicate();
    const std::uint32_t wrong = 1 << 20;
    REQUIRE(::pwrite(torn.get(), &wrong, sizeof wrong, 16) == sizeof wrong);  // the size of the stdout carry
    CHECK(RunFacts::adopt(std::move(torn)).has_error());
}

TEST_CASE("A record in a file counts what was taken, and the next agent finds it") {
    const std::string path = "/tmp/mcpm-facts-" + std::to_string(::getpid());
    {
        auto facts = RunFacts::create_file(path);
        REQUIRE(facts.has_value());
        facts->add_taken(OutputStream::standard_output, 5);
        facts->add_taken(OutputStream::standard_output, 7);
        facts->add_taken(OutputStream::error_output, 1);
        auto shared = facts->share();
        REQUIRE(shared.has_value());
        shared->set_input_within_line(true);
        shared->set_own(true);
        StreamMarks marks;
        marks.tail_end = 12;
        marks.tail_size = 2;
        marks.tail[0] = 'x';
        marks.tail[1] = '\n';
        marks.head_size = 255;  // as no agent writes it
        shared->set_marks(OutputStream::error_output, marks);
    }
    auto next = RunFacts::adopt_file(path);
    REQUIRE(next.has_value());
    CHECK(next->taken(OutputStream::standard_output) == 12);
    CHECK(next->taken(OutputStream::error_output) == 1);
    CHECK(next->input_within_line());
    CHECK(next->is_own());
    CHECK(next->marks(OutputStream::standard_output).tail_text().empty());
    CHECK(next->marks(OutputStream::error_output).tail_end == 12);
    CHECK(next->marks(OutputStream::error_output).tail_text() == "x\n");
    CHECK(next->marks(OutputStream::error_output).head_text().empty());
    ::unlink(path.c_str());
    CHECK(!RunFacts::adopt_file(path).has_value());
    RunFacts held_by_a_keeper = made();
    held_by_a_keeper.add_taken(OutputStream::error_output, 1);
    CHECK(held_by_a_keeper.taken(OutputStream::error_output) == 0);
}

}  // namespace mcpm

TEST_CASE("What is under way outlives the agent that began it") {
    auto facts = mcpm::RunFacts::create().value();
    CHECK(facts.underway() == mcpm::RunFacts::Underway::nothing);
    facts.set_underway(mcpm::RunFacts::Underway::removal);
    const auto next = mcpm::RunFacts::adopt(facts.duplicate());
    REQUIRE(next.has_value());
    CHECK(next->underway() == mcpm::RunFacts::Underway::removal);
    facts.set_underway(mcpm::RunFacts::Underway::restart);
    CHECK(next->underway() == mcpm::RunFacts::Underway::restart);
}

TEST_CASE("Of which definition a run is outlives the agent, and is not known of a run of an older one") {
    auto facts = mcpm::RunFacts::create().value();
    CHECK(facts.definition() == 0);
    facts.set_definition(0xfedcba9876543210);
    const auto next = mcpm::RunFacts::adopt(facts.duplicate());
    REQUIRE(next.has_value());
    CHECK(next->definition() == 0xfedcba9876543210);
}
