// One turn of the store's thread: the writes that were waiting in one transaction, then the reads.
#pragma once

#include "agent/store/backend.hpp"
#include "agent/store/connection.hpp"
#include "common/error.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::store {

enum class Kind {
    read,
    definition,  // a write that happens now or never
    kept,        // a write that is tried again until it is stored
};

/// The loop's side of a call; never touched by the store's thread.
struct Call;

struct Work {
    Kind kind = Kind::read;
    bool changes_definitions = false;
    bool adds_event = false;
    bool is_mere_use = false;  // a definition's write that is not worth a backup
    /// Runs on the store's thread, more than once when it has to be tried again. Owns all it touches.
    std::function<std::optional<Error>(Connection&)> run;
    std::shared_ptr<Call> call;
};

struct Outcome {
    bool is_done = false;  // false: the trouble of the report kept it from being done
    std::optional<Error> error = {};
};

struct Report {
    std::vector<Outcome> outcomes;    // as many as works
    Trouble trouble = Trouble::none;  // none, busy or disk
    std::string reason;               // of the trouble
    std::vector<std::string> notices;
    unsigned commits = 0;
    unsigned writes = 0;
    bool backup_due = false;
};

Report run_batch(Backend& backend, const std::vector<Work>& works);

}  // namespace mcpm::store
