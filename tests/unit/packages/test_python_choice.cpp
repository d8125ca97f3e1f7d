#include "agent/packages/python_choice.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("the Python that is asked for is looked for by its name, then as python3") {
    CHECK(pypi::python_names("") == std::vector<std::string>{"python3"});
    CHECK(pypi::python_names("3.12") == std::vector<std::string>{"python3.12", "python3"});
    const auto newer = pypi::python_names(">=3.12");
    CHECK(newer[0] == "python3");
    CHECK(newer[1] == "python3.12");
    CHECK(newer[2] == "python3.13");
    CHECK(pypi::python_names("x") == std::vector<std::string>{"python3"});
}

TEST_CASE("what a Python says of itself is held against what is asked for") {
    CHECK(pypi::is_wanted_python("Python 3.12.1\n", "3.12"));
    CHECK(pypi::is_wanted_python("Python 3.12.1\n", "3.12.1"));
    CHECK(!pypi::is_wanted_python("Python 3.12.1\n", "3.12.2"));
    CHECK(!pypi::is_wanted_python("Python 3.1.2\n", "3.12"));
    CHECK(pypi::is_wanted_python("Python 3.13.0rc1\n", ">=3.12"));
    CHECK(pypi::is_wanted_python("Python 3.12.0\n", ">=3.12"));
    CHECK(!pypi::is_wanted_python("Python 3.9.18\n", ">=3.12"));
    CHECK(!pypi::is_wanted_python("pyenv: python3.12: command not found\n", "3.12"));
    CHECK(!pypi::is_wanted_python("", "3.12"));
}
