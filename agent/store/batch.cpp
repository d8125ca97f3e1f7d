#include "agent/store/batch.hpp"

#include "agent/store/rows.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace mcpm::store {

namespace {

Error rejected(const Failure& failure) {
    return Error{ErrorCode::internal_error, "the database refused a statement: " + failure.message};
}

/// Runs one work. What SQLite holds against it alone is its outcome; storage trouble stays the connection's
/// failure.
void run_one(Connection& connection, const Work& work, Outcome& outcome) {
    outcome.error = work.run(connection);
    if (connection.failure() && connection.failure()->trouble() == Trouble::rejected) {
        outcome.error = rejected(*connection.take_failure());
    }
    outcome.is_done = !connection.failure();
}

void roll_back(Connection& connection) {
    const auto failed = connection.take_failure();
    if (connection.in_transaction()) connection.execute("ROLLBACK");
    connection.take_failure();
    if (failed) connection.fail(failed->code, failed->message);
}

/// All in one transaction, reads too, so that they see the writes before them.
bool run_transaction(Backend& backend, const std::vector<Work>& works, Report& report) {
    auto& connection = backend.connection();
    connection.execute("BEGIN IMMEDIATE");
    bool adds_event = false;
    bool changes_definitions = false;
    unsigned writes = 0;
    for (std::size_t i = 0; i < works.size() && !connection.failure(); ++i) {
        run_one(connection, works[i], report.outcomes[i]);
        adds_event |= works[i].adds_event;
        const bool is_entered = works[i].kind == Kind::definition && !works[i].is_mere_use;
        changes_definitions |= works[i].changes_definitions || is_entered;
        if (works[i].kind != Kind::read) ++writes;
    }
    if (adds_event) trim_events(connection, backend.options().events_kept);
    connection.execute("COMMIT");
    if (connection.failure()) {
        roll_back(connection);
        for (auto& outcome : report.outcomes) outcome = {};
        return false;
    }
    report.commits += 1;
    report.writes += writes;
    if (changes_definitions) backend.definitions_changed();
    return true;
}

void run_reads(Connection& connection, const std::vector<Work>& works, Report& report) {
    for (std::size_t i = 0; i < works.size() && !connection.failure(); ++i) {
        if (works[i].kind == Kind::read) run_one(connection, works[i], report.outcomes[i]);
    }
}

bool run_all(Backend& backend, const std::vector<Work>& works, Report& report) {
    const bool has_writes =
        std::any_of(works.begin(), works.end(), [](const Work& work) { return work.kind != Kind::read; });
    if (!has_writes) {
        run_reads(backend.connection(), works, report);
        return !backend.connection().failure();
    }
    return run_transaction(backend, works, report);
}

/// Why nothing may be written now: it would be where nobody finds it, or nobody knows where.
std::optional<Failure> refusal(const Backend& backend) {
    switch (backend.files_changed()) {
        case FileChange::none:
        case FileChange::touched:
            return std::nullopt;
        case FileChange::hidden:
            return Failure{SQLITE_CANTOPEN, "the database can't be looked at: " +
                                                std::system_category().message(backend.hidden_by())};
        case FileChange::replaced:
        case FileChange::gone:
            break;
    }
    return Failure{SQLITE_CANTOPEN, "the database was deleted or replaced, and can't be written anew"};
}

/// After a commit: the files are ours still, or what they held is written anew, or it was no commit.
std::optional<Failure> settle(Backend& backend) {
    const auto is_elsewhere = [&] {
        const auto found = backend.files_changed();
        return backend.is_on_disk() && (found == FileChange::gone || found == FileChange::replaced);
    };
    if (is_elsewhere()) backend.look_at_files();
    if (is_elsewhere())
        return Failure{SQLITE_CANTOPEN, "the database was deleted or replaced while it was open"};
    backend.mark();
    return std::nullopt;
}

}  // namespace

Report run_batch(Backend& backend, const std::vector<Work>& works) {
    Report report;
    report.outcomes.resize(works.size());
    std::optional<Failure> failed;
    if (backend.is_on_disk() || backend.try_to_return()) {
        backend.look_at_files();
    }
    if (backend.is_on_disk()) failed = refusal(backend);
    if (backend.is_on_disk() && !failed) {
        // An empty batch asks whether the disk is back.
        if (works.empty()) backend.probe_write();
        if (!works.empty()) run_all(backend, works, report);
        failed = backend.connection().take_failure();
        // "Done" is said of what is in the file that others find.
        if (!failed && report.commits > 0) {
            failed = settle(backend);
            if (failed) report.outcomes.assign(works.size(), {});
        }
        if (failed && failed->trouble() == Trouble::corrupt) {
            backend.replace_corrupt(failed->message);
            for (auto& outcome : report.outcomes) outcome = {};
            failed.reset();
            if (backend.is_on_disk()) {
                run_all(backend, works, report);
                failed = backend.connection().take_failure();
            }
        }
    }
    if (failed) {
        report.trouble = failed->trouble() == Trouble::busy ? Trouble::busy : Trouble::disk;
        report.reason = failed->message;
    } else if (!backend.is_on_disk()) {
        report.trouble = Trouble::disk;
        report.reason = backend.reason();
    }
    if (report.trouble != Trouble::none) run_reads(backend.connection(), works, report);
    backend.connection().take_failure();
    report.notices = backend.take_notices();
    report.backup_due = backend.backup_due();
    return report;
}

}  // namespace mcpm::store
