#include "agent/supervisor/start_failure.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("Stage and errno are read from the details, and nothing from rubbish") {
    CHECK(read_start_failure(R"({"stage":"exec","errno":"ENOENT"})").stage == StartStage::exec);
    CHECK(read_start_failure(R"({"stage":"exec","errno":"ENOENT"})").error_number == "ENOENT");
    CHECK(read_start_failure(R"({"stage":5})").stage == StartStage::none);
    CHECK(read_start_failure("[1]").stage == StartStage::none);
    CHECK(read_start_failure("{").stage == StartStage::none);
    CHECK(read_start_failure("").stage == StartStage::none);
}

TEST_CASE("A missing command does not heal by itself, a lack of memory may") {
    const auto cure = [](ErrorCode code, const char* details) { return cure_of(Error{code, "x", details}); };
    CHECK(cure(ErrorCode::cannot_launch, R"({"errno":"ENOENT"})") == Input::Cure::none);
    CHECK(cure(ErrorCode::cannot_launch, R"({"errno":"EACCES"})") == Input::Cure::none);
    CHECK(cure(ErrorCode::cannot_launch, R"({"errno":"ENOEXEC"})") == Input::Cure::none);
    CHECK(cure(ErrorCode::cannot_launch, R"({"errno":"ENOMEM"})") == Input::Cure::time);
    CHECK(cure(ErrorCode::cannot_launch, "") == Input::Cure::none);
    CHECK(cure(ErrorCode::unavailable, "") == Input::Cure::time);
    CHECK(cure(ErrorCode::validation_error, "") == Input::Cure::none);
}
