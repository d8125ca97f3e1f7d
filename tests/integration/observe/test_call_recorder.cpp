#include "agent/observe/call_recorder.hpp"
#include "tests/integration/store/fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

using namespace mcpm;
using namespace mcpm::observe;

namespace {

CallRow call(int number) {
    CallRow row;
    row.at = Timestamp(std::chrono::hours(number));
    CallNames names;
    names.tool = "tool" + std::to_string(number);
    row.names = std::make_shared<const CallNames>(std::move(names));
    return row;
}

struct Recording {
    explicit Recording(CallRecorder::Limits limits) : recorder(loop, history, limits) {}
    ~Recording() {
        test::run_to_end(loop, recorder.close());
        test::run_to_end(loop, opened.store->close());
    }
    std::size_t stored() { return test::run_to_end(loop, history.newest_calls({}, 1000)).value().size(); }
    Loop loop;
    test::Folder folder;
    StateStore::Opened opened = test::must_open(loop, folder.database());
    HistoryStore history{*opened.store};
    CallRecorder recorder;
};

}  // namespace

TEST_CASE("A batch of calls is stored at once, and less waits for others") {
    Recording recording({std::chrono::hours(1), 10, 100});
    Notifier told(recording.loop);
    recording.recorder.set_stored([&told](std::size_t) { told.notify_all(); });
    for (int n = 0; n < 9; ++n) recording.recorder.note(call(n));
    CHECK(recording.stored() == 0);
    CHECK(recording.recorder.waiting() == 9);
    const auto seen = told.count();
    recording.recorder.note(call(9));
    test::run_to_end(recording.loop, told.wait_since(seen));
    CHECK(recording.stored() == 10);
    CHECK(recording.recorder.waiting() == 0);
}

TEST_CASE("Calls that cannot be stored wait, in their order, within the bound, and what is lost is counted") {
    Recording recording({std::chrono::hours(1), 1000, 100});
    test::run_to_end(recording.loop, recording.opened.store->close());
    for (int n = 0; n < 60; ++n) recording.recorder.note(call(n));
    test::run_to_end(recording.loop, recording.recorder.store());
    CHECK(recording.recorder.waiting() == 60);
    for (int n = 60; n < 101; ++n) recording.recorder.note(call(n));
    CHECK(recording.recorder.waiting() == 90);
    CHECK(recording.recorder.lost() == 11);
    CHECK(recording.recorder.total() == 101);
}
