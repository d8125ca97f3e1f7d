#include "common/json_time.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace mcpm;
using Json = nlohmann::json;

TEST_CASE("A time is read as it was put, and no time is no member") {
    Json object = Json::object();
    put_time(object, "at", Timestamp(std::chrono::milliseconds(1795371591123)));
    put_time(object, "never", {});
    CHECK(object == Json{{"at", 1795371591123}});
    CHECK(time_at(object, "at") == Timestamp(std::chrono::milliseconds(1795371591123)));
    CHECK_FALSE(time_at(object, "never"));
}

TEST_CASE("What is no whole number is no time") {
    for (const char* const other : {R"({"at":"1"})", R"({"at":1.5})", R"({"at":null})", R"({"at":[1]})"})
        CHECK_FALSE(time_at(Json::parse(other), "at"));
}
