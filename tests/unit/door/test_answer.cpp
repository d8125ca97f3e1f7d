#include "agent/door/answer.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace mcpm;
using wire::Json;

TEST_CASE("Every error code has its status and its name on the wire") {
    const std::vector<std::pair<ErrorCode, unsigned>> table{
        {ErrorCode::validation_error, 400},   {ErrorCode::server_not_found, 404},
        {ErrorCode::template_not_found, 404}, {ErrorCode::feedback_not_found, 404},
        {ErrorCode::not_found, 404},          {ErrorCode::conflict, 409},
        {ErrorCode::unauthorized, 401},       {ErrorCode::forbidden, 403},
        {ErrorCode::payload_too_large, 413},  {ErrorCode::rate_limited, 429},
        {ErrorCode::cannot_launch, 422},      {ErrorCode::died_at_start, 502},
        {ErrorCode::timed_out, 504},          {ErrorCode::cancelled, 503},
        {ErrorCode::unavailable, 503},        {ErrorCode::wrong_state, 409},
        {ErrorCode::internal_error, 500},
    };
    // Their sentence is always the same, as programs compare it; what was attempted is in the details.
    const std::map<ErrorCode, std::string> fixed{{ErrorCode::server_not_found, "Server not found"},
                                                 {ErrorCode::template_not_found, "Template not found"},
                                                 {ErrorCode::feedback_not_found, "Feedback not found"}};
    CHECK(table.size() == static_cast<std::size_t>(ErrorCode::internal_error) + 1);
    for (const auto& one : table) {
        const auto& code = one.first;
        const auto& status = one.second;
        CAPTURE(wire_name(code));
        const auto answer = door::failure(Error{code, "attempted it: it failed"});
        CHECK(answer.status == status);
        CHECK(answer.content_type == "application/json");
        const auto json = Json::parse(answer.body);
        CHECK(json.at("success") == false);
        CHECK(json.at("code") == wire_name(code));
        const auto told = fixed.find(code);
        CHECK(json.at("error") == (told == fixed.end() ? "attempted it: it failed" : told->second));
        if (told != fixed.end()) CHECK(json.at("details").at("message") == "attempted it: it failed");
    }
}

TEST_CASE("A failure carries its details as JSON and its hint as text") {
    Error error{ErrorCode::cannot_launch, "start x: no such file"};
    error.details = R"({"stage":"exec","errno":"ENOENT"})";
    error.hint = "is it installed?";
    const auto json = Json::parse(door::failure(error).body);
    CHECK(json.at("details").at("stage") == "exec");
    CHECK(json.at("hint") == "is it installed?");
    const auto bare = Json::parse(door::failure(Error{ErrorCode::conflict, "x"}).body);
    CHECK_FALSE(bare.contains("details"));
    CHECK_FALSE(bare.contains("hint"));
}

TEST_CASE("Text that is not UTF-8 never breaks an answer") {
    const auto failed = door::failure(Error{ErrorCode::internal_error, "read \xff\xfe: broken"});
    CHECK(Json::parse(failed.body).at("error").get<std::string>().find("broken") != std::string::npos);
    CHECK(Json::accept(door::success(Json{{"text", "\xc3"}}).body));
    CHECK(Json::accept(door::success_message("\x80").body));
    CHECK(Json::accept(door::success_message("\x80", Json{{"text", "\xc3"}}).body));
}

TEST_CASE("Success comes in the envelope, and raw JSON passes as it is") {
    CHECK(Json::parse(door::success(Json{{"a", 1}}, 201).body) ==
          Json{{"success", true}, {"data", {{"a", 1}}}});
    CHECK(door::success(Json::object(), 201).status == 201);
    CHECK(door::success_raw(R"({"z":1.0,"a":9223372036854775807})").body ==
          R"({"success":true,"data":{"z":1.0,"a":9223372036854775807}})");
    CHECK(Json::parse(door::success_message("done").body) == Json{{"success", true}, {"message", "done"}});
    CHECK(Json::parse(door::success_message("done", Json{{"id", "x"}}).body).at("data").at("id") == "x");
    const auto plain = door::plain_json(Json{{"status", "ok"}}, 503);
    CHECK(plain.status == 503);
    CHECK(plain.body == R"({"status":"ok"})");
}
