#include "tests/unit/common/log_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;
using std::chrono::seconds;

TEST_CASE("A search gives a traceback whole, whichever of its lines matches") {
    const Texts whole{"ERROR call failed",
                      "Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
                      "    return os.environ[name]", "KeyError: 'API_TOKEN'"};
    for (const int noise : {0, 3, 30'000}) {  // before and behind it: none, some, more than a block
        CAPTURE(noise);
        Folder folder;
        int second = 0;
        for (int i = 0; i < noise; ++i) folder.record(second++, "INFO tick " + std::to_string(i));
        for (const auto& line : whole) folder.record(second++, line);
        for (int i = 0; i < noise; ++i) folder.record(second++, "INFO tock " + std::to_string(i));
        const Texts trace(whole.begin() + 1, whole.end());
        for (const std::string text : {"API_TOKEN", "x.py", "os.environ", "Traceback"}) {
            CAPTURE(text);
            LogQuery query;
            query.text = text;
            CHECK(read(folder, query).texts == trace);
            query.tail = 100;
            CHECK(read(folder, query).texts == trace);
            query.text.clear();
            query.pattern = text + "|nothing like it";
            CHECK(read(folder, query).texts == trace);
        }
        LogQuery query;
        query.text = "call failed";
        CHECK(read(folder, query).texts == Texts{whole.front()});
        if (noise > 0) {
            query.text = "tock 0";
            CHECK(read(folder, query).texts == Texts{"INFO tock 0"});
        }
    }
}

TEST_CASE("A traceback is whole wherever the blocks that are read end") {
    for (int shift = 0; shift < 8; ++shift) {
        Folder folder;
        int second = 0;
        // A block has 512 KiB; the traceback comes at its end, a few bytes sooner or later.
        std::size_t bytes = 0;
        while (bytes + 800 < (512u << 10)) {
            folder.record(second, "INFO " + std::string(700, 'x'));
            bytes = folder.bytes();
            ++second;
        }
        const std::size_t left = (512u << 10) - folder.bytes();
        folder.record(second++,
                      "INFO " + std::string(left - 200 - 20 * static_cast<std::size_t>(shift), 'y'));
        folder.record(second++, "Traceback (most recent call last):");
        for (int i = 0; i < 6; ++i) folder.record(second++, "  File " + std::to_string(i));
        folder.record(second++, "KeyError: 'X'");
        for (int i = 0; i < 2000; ++i) folder.record(second++, "INFO behind it");
        LogQuery query;
        query.text = "KeyError";
        CHECK(read(folder, query).texts.size() == 8);
    }
}
