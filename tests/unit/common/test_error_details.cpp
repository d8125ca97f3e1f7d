#include "common/error.hpp"
#include "common/error_details.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;

TEST_CASE("Details are values, and JSON in the order in which they were said") {
    ErrorDetails details(StartStage::exec, "ENOENT");
    details.set(Detail::run, "3").set(Detail::status, 401);
    CHECK(details.json() == R"({"stage":"exec","errno":"ENOENT","run":"3","status":401})");
    CHECK(details.stage() == StartStage::exec);
    CHECK(details.text(Detail::error_number) == "ENOENT");
    CHECK(details.text(Detail::problem).empty());
    CHECK(details.text(Detail::status).empty());
    CHECK(details.number(Detail::status) == 401);
    CHECK_FALSE(details.number(Detail::run).has_value());
    details.set(StartStage::running);
    CHECK(details.json() == R"({"stage":"running","errno":"ENOENT","run":"3","status":401})");
}

TEST_CASE("An errno that is not known is left out") {
    CHECK(ErrorDetails(StartStage::secret, "").json() == R"({"stage":"secret"})");
}

TEST_CASE("Lists and rows are JSON of their own kind") {
    ErrorDetails details(Detail::last_lines, std::vector<std::string>{"a", "b"});
    details.set(Detail::fields, std::vector<DetailRow>{{"name", "is missing"}});
    details.set(Detail::parameters, std::vector<DetailRow>{{"folders", "is missing"}});
    CHECK(details.json() == R"({"lastLines":["a","b"],"fields":[{"field":"name","message":"is missing"}],)"
                            R"("parameters":{"folders":"is missing"}})");
    CHECK(details.list(Detail::last_lines) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("What came as JSON is given back as it came, and can be read and added to") {
    const ErrorDetails foreign(R"({"code":-32050, "stage":"exec", "lastLines":["x"]})");
    CHECK(foreign.json() == R"({"code":-32050, "stage":"exec", "lastLines":["x"]})");
    CHECK(foreign.stage() == StartStage::exec);
    CHECK(foreign.list(Detail::last_lines) == std::vector<std::string>{"x"});
    const ErrorDetails letter(R"({"problem":"refused","reply":550})");
    CHECK(letter.number(Detail::reply) == 550);
    CHECK_FALSE(letter.number(Detail::problem).has_value());
    ErrorDetails more(R"({"a":"b"})");
    CHECK(more.set(Detail::run, "3").json() == R"({"a":"b","run":"3"})");
    ErrorDetails rubbish("rubbish");
    CHECK(rubbish.stage() == StartStage::none);
    CHECK(rubbish.set(Detail::problem, "\xff").json() == "{\"problem\":\"\xef\xbf\xbd\"}");
}

TEST_CASE("Every text of details can be changed, and no name") {
    ErrorDetails details(Detail::problem, "s3cret");
    details.set(Detail::last_lines, std::vector<std::string>{"s3cret"}).set(Detail::status, 1);
    details.change_texts([](std::string text) { return text == "s3cret" ? std::string("***") : text; });
    CHECK(details.json() == R"({"problem":"***","lastLines":["***"],"status":1})");
}

TEST_CASE("No details are empty") {
    CHECK(ErrorDetails().empty());
    CHECK(ErrorDetails().json().empty());
    CHECK_FALSE(ErrorDetails(StartStage::exec).empty());
    CHECK(Error{ErrorCode::conflict, "x", {}, "hint"}.details.empty());
}
