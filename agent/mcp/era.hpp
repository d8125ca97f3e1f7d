// Which of the two wire eras a server speaks, as a decision table: what just happened -> what to do next.
// Pure.
//
// `server/discover` is sent first. An answer decides. Silence decides nothing (a Node server may need seconds
// before it reads at all): after the probe limit `initialize` is sent behind it in the same process, which
// real servers survive, and whichever good answer comes first wins. No other request is sent before the era
// is known, so one process never works in both. A server that dies on the question is asked for the handshake
// alone next time.
#pragma once

#include "common/error.hpp"
#include "common/json_scan.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::mcp {

enum class Era { handshake, per_request };

/// What an earlier start of the same version of the server taught.
enum class EraHint {
    none,
    handshake_only,  // discover killed it or was met with silence: do not send it
};

inline constexpr std::string_view per_request_version = "2026-07-28";
inline constexpr std::string_view newest_handshake_version = "2025-11-25";
bool is_handshake_version(std::string_view version);

inline constexpr Duration default_probe_limit{4'000};

class Opening {
  public:
    enum class Event {
        begin,
        discovered_modern,   // a result that lists 2026-07-28
        discovered_legacy,   // a result without it, or -32022 that lists a handshake version
        discover_no_common,  // -32022 without any version of ours
        discover_refused,    // any other error, or a result that makes no sense
        probe_silent,        // the probe limit passed
        initialized,         // a result with a version of ours
        version_unknown,     // a result with a version that is not ours
        version_refused,     // an error that leaves another version to ask for
        initialize_refused,
        gone,  // the process or its output ended
        deadline,
    };
    enum class Action { nothing, send_discover, send_initialize, use_per_request, use_handshake, fail };
    enum class Phase { idle, probing, both_asked, discover_left, shaking, open, failed };
    enum class Failure { none, no_common_version, initialize_refused, died_on_probe, died, timed_out };

    explicit Opening(EraHint hint) : hint_(hint) {}

    Action step(Event event);
    Phase phase() const { return phase_; }
    Failure failure() const { return failure_; }
    /// What the next start of this server should know.
    EraHint learned() const { return learned_; }

  private:
    Action fail(Failure failure);
    Action go(Phase phase, Action action);

    EraHint hint_;
    EraHint learned_ = EraHint::none;
    Phase phase_ = Phase::idle;
    Failure failure_ = Failure::none;
};

/// Reads an answer to server/discover: `result` or `error`, whichever is there.
Opening::Event read_discover_answer(const JsonSlice& result, const JsonSlice& error);
/// What to ask for after a server refused the handshake with `asked`: the newest version older than that
/// which the error names, else the next older one when the error is about the version or the params. Empty
/// when it is about something else, or nothing older is left.
std::string_view version_after_refusal(const JsonSlice& error, std::string_view asked);
/// Reads an answer to initialize; `version` gets what the server named.
Opening::Event read_initialize_answer(const JsonSlice& result, std::string& version);

/// What is declared towards a handshake-era server that several clients share: each is answered, by the
/// client whose call it belongs to, or refused at once (roots: an empty list).
inline constexpr std::string_view shared_capabilities =
    R"({"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}})";

/// Members of `_meta` (without braces) that every request of the per-request era carries.
std::string per_request_meta(std::string_view capabilities = "{}");
/// The params of initialize.
std::string initialize_params(std::string_view capabilities,
                              std::string_view version = newest_handshake_version);

}  // namespace mcpm::mcp
