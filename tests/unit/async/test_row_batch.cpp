#include "agent/async/row_batch.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace mcpm;
using mcpm::test::run_to_end;

namespace {

/// What was written, batch by batch; nothing while it is closed.
struct Place {
    explicit Place(BatchLimits limits)
        : rows(loop, "write numbers", limits,
               [this](RowBatch<int>::Rows batch) { return take(std::move(batch)); }) {}
    Task<Result<>> take(RowBatch<int>::Rows batch) {
        if (!is_open) co_return Error{ErrorCode::unavailable, "closed"};
        written.push_back(*batch);
        came.notify_all();
        co_return Result<>{};
    }
    void add(int from, int to) {
        for (int number = from; number < to; ++number) rows.add(number);
    }

    Loop loop;
    bool is_open = true;
    std::vector<std::vector<int>> written;
    Notifier came{loop};
    RowBatch<int> rows;
};

}  // namespace

TEST_CASE("Rows wait for one another and are written together, in their order, when somebody asks") {
    Place place({std::chrono::hours(1), 100, 1000});
    place.add(0, 3);
    CHECK(place.rows.waiting() == 3);
    run_to_end(place.loop, place.rows.write());
    CHECK(place.written == std::vector<std::vector<int>>{{0, 1, 2}});
    run_to_end(place.loop, place.rows.write());
    CHECK(place.written.size() == 1);
    place.add(3, 5);
    run_to_end(place.loop, place.rows.close());
    CHECK(place.written.back() == std::vector<int>{3, 4});
}

TEST_CASE("As many rows as make a batch, and rows that have waited long enough, are written by themselves") {
    Place full({std::chrono::hours(1), 4, 1000});
    auto seen = full.came.count();
    full.add(0, 4);
    run_to_end(full.loop, full.came.wait_since(seen));
    CHECK(full.written == std::vector<std::vector<int>>{{0, 1, 2, 3}});
    run_to_end(full.loop, full.rows.close());

    Place patient({std::chrono::milliseconds(1), 1000, 1000});
    for (int round = 0; round < 2; ++round) {
        seen = patient.came.count();
        patient.add(round, round + 1);
        run_to_end(patient.loop, patient.came.wait_since(seen));
    }
    CHECK(patient.written == std::vector<std::vector<int>>{{0}, {1}});
    run_to_end(patient.loop, patient.rows.close());
}

TEST_CASE(
    "Rows that cannot be written are kept before those that come, up to the bound, and loss is counted") {
    Place place({std::chrono::hours(1), 1000, 10});
    place.is_open = false;
    place.add(0, 6);
    run_to_end(place.loop, place.rows.write());
    CHECK(place.rows.waiting() == 6);
    place.add(6, 11);
    CHECK(place.rows.lost() == 2);
    place.is_open = true;
    run_to_end(place.loop, place.rows.close());
    CHECK(place.written == std::vector<std::vector<int>>{{2, 3, 4, 5, 6, 7, 8, 9, 10}});
}
