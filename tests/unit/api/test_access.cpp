#include "agent/api/access.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;

namespace {

constexpr uid_t own = 1000;

http::Request from_user(uid_t uid) {
    http::Request request;
    request.method = "GET";
    request.peer.is_local_socket = true;
    request.peer.uid = uid;
    return request;
}

http::Request with_body(std::string method, std::string type) {
    auto request = from_user(own);
    request.method = std::move(method);
    request.body = "{}";
    if (!type.empty()) request.headers.emplace_back("content-type", std::move(type));
    return request;
}

}  // namespace

TEST_CASE("On the socket the agent's own user and root are served, and nobody else") {
    CHECK(api::decide_access(from_user(own), own));
    CHECK(api::decide_access(from_user(0), own));
    CHECK(api::decide_access(from_user(0), 0));
    for (const uid_t stranger : {uid_t{1001}, uid_t{65534}, static_cast<uid_t>(-1)}) {
        const auto refused = api::decide_access(from_user(stranger), own);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::forbidden);
        CHECK(refused.error().message.find("user 1000") != std::string::npos);
    }
}

TEST_CASE("A user is not served by root's agent") {
    CHECK(api::decide_access(from_user(own), 0).error().code == ErrorCode::forbidden);
}

TEST_CASE("Who does not come over the socket has no credentials, whatever uid is claimed") {
    auto request = from_user(own);
    request.peer.is_local_socket = false;
    CHECK(api::decide_access(request, own).error().code == ErrorCode::unauthorized);
}

TEST_CASE("A change with a body must say that it is JSON") {
    const std::vector<std::string> wrong{"",
                                         "text/plain",
                                         "application/x-www-form-urlencoded",
                                         "multipart/form-data; boundary=x",
                                         "application/jsonp",
                                         "text/plain; application/json"};
    for (const auto* method : {"POST", "PATCH", "PUT", "DELETE"}) {
        CAPTURE(method);
        CHECK(api::decide_access(with_body(method, "application/json"), own));
        for (const auto& type : wrong) {
            CAPTURE(type);
            const auto refused = api::decide_access(with_body(method, type), own);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == ErrorCode::validation_error);
            CHECK(refused.error().message.find("application/json") != std::string::npos);
        }
    }
}

TEST_CASE("A body of a reading method and a change without one need no type") {
    CHECK(api::decide_access(with_body("GET", "text/plain"), own));
    auto empty = with_body("POST", "");
    empty.body.clear();
    CHECK(api::decide_access(empty, own));
}

TEST_CASE("The JSON type is recognised in any case and with parameters") {
    CHECK(api::is_json_type("application/json"));
    CHECK(api::is_json_type("Application/JSON; charset=utf-8"));
    CHECK(api::is_json_type("application/json \t; charset=utf-8"));
    CHECK_FALSE(api::is_json_type(""));
    CHECK_FALSE(api::is_json_type(";application/json"));
    CHECK_FALSE(api::is_json_type("application/json5"));
    CHECK_FALSE(api::is_json_type("application/jso"));
}
