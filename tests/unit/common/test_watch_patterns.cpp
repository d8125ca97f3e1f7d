#include "common/watch_patterns.hpp"

#include <doctest/doctest.h>

using mcpm::watch_problem;
using mcpm::WatchPatterns;

TEST_CASE("Patterns mean what they mean in .gitignore") {
    struct Row {
        std::vector<std::string> patterns;
        const char* path;
        bool matches;
    };
    const std::vector<Row> rows{
        {{"*.py"}, "server.py", true},
        {{"*.py"}, "deep/er/server.py", true},
        {{"*.py"}, "server.pyc", false},
        {{"/*.py"}, "server.py", true},
        {{"/*.py"}, "deep/server.py", false},
        {{"src/*.js"}, "src/a.js", true},
        {{"src/*.js"}, "src/in/a.js", false},
        {{"src/*.js"}, "lib/src/a.js", false},
        {{"src/**/*.js"}, "src/a.js", true},
        {{"src/**/*.js"}, "src/in/side/a.js", true},
        {{"**/test/*.js"}, "a/test/b.js", true},
        {{"**/test/*.js"}, "test/b.js", true},
        {{"src/"}, "src/a/b.txt", true},
        {{"src/"}, "lib/src/a.txt", true},
        {{"src/"}, "src", false},
        {{"src"}, "src/a.txt", true},
        {{"src/**"}, "src/a/b.txt", true},
        {{"**"}, "a/b", true},
        {{"*.py", "!test_*.py"}, "test_a.py", false},
        {{"*.py", "!test_*.py"}, "a.py", true},
        {{"*.py", "!build/"}, "build/a.py", false},
        {{"*.py", "!test_*.py", "test_main.py"}, "test_main.py", true},
        {{"a[0-9].txt"}, "a7.txt", true},
        {{"a?.txt"}, "ab.txt", true},
        {{}, "a", false},
        // What editors leave beside it.
        {{"*"}, ".server.py.swp", false},
        {{"*"}, "server.py~", false},
        {{"*"}, "4913", false},
    };
    for (const Row& row : rows) {
        INFO(row.path);
        INFO((row.patterns.empty() ? "" : row.patterns.front()));
        CHECK(WatchPatterns(row.patterns).matches(row.path) == row.matches);
    }
}

TEST_CASE("Only folders that may hold something are looked into") {
    struct Row {
        std::vector<std::string> patterns;
        const char* folder;
        bool may_hold;
    };
    const std::vector<Row> rows{
        {{"*.py"}, "", true},
        {{"*.py"}, "deep/er", true},
        {{"*.js"}, "node_modules", false},
        {{"*.js"}, "a/node_modules/b", false},
        {{"node_modules/mine/*.js"}, "node_modules/mine", true},
        {{"node_modules/mine/*.js"}, "node_modules/other", false},
        {{"*"}, ".git", false},
        {{"src/*.js"}, "src", true},
        {{"src/*.js"}, "lib", false},
        {{"src/**/*.js"}, "src/deep", true},
        {{"/*.py"}, "src", false},
        {{"*.py", "!build/"}, "build", false},
        {{"*.py", "!build/"}, "src", true},
        {{"*.py", "!*.pyc"}, "src", true},
        {{"*.py", "!*"}, "src", true},
        {{}, "src", false},
    };
    for (const Row& row : rows) {
        INFO(row.folder);
        INFO((row.patterns.empty() ? "" : row.patterns.front()));
        CHECK(WatchPatterns(row.patterns).may_hold(row.folder) == row.may_hold);
    }
}

TEST_CASE("Patterns that can mean nothing are refused") {
    CHECK(watch_problem({"*.py", "!build/"}).empty());
    CHECK(watch_problem({}).empty());
    for (const char* bad : {"", "!", "/", "../x", "a/../b", "a\nb", "!only"}) {
        INFO(bad);
        CHECK_FALSE(watch_problem({bad}).empty());
    }
    CHECK_FALSE(watch_problem(std::vector<std::string>(65, "*.py")).empty());
    CHECK_FALSE(watch_problem({std::string(300, 'a')}).empty());
}
