// How long operations and sessions took, as the conventions for MCP measure them: the agent is a server to
// its clients and a client to its servers. Kept only while metrics are exported; notes come at the end of
// each. Bounded: so many points of a measure, and one for all further ones. Owned by the root. Pure.
#pragma once

#include "agent/metrics/histogram.hpp"
#include "agent/traces/measures.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm::traces {

/// In the order of their names in durations.cpp.
enum class Measured : std::size_t { client_operation, server_operation, client_session, server_session };

/// An operation or a session that is over. Empty: not known, or does not apply. The texts are looked at
/// during note() alone.
struct EndedWork {
    std::string_view method = {};           // none of a session
    std::string_view target = {};           // the server's own name of the tool or prompt
    std::string_view error = {};            // error.type; with a code it may be left out
    std::optional<std::int64_t> code = {};  // of JSON-RPC
    std::string_view protocol_version = {};
    std::string_view transport = {};  // pipe, tcp, unix
    bool is_http = false;
    std::string_view host = {};  // of a remote server
    std::uint16_t port = 0;
    std::string_view server = {};  // its name
    std::chrono::microseconds took{0};
};

class DurationBook {
  public:
    static constexpr std::size_t most_points = 2000;  // of each measure

    void note(Measured what, const EndedWork& work);
    /// Of what was noted since this object was made.
    std::vector<Measure> measures() const;

  private:
    struct Point {
        std::vector<Attribute> attributes;
        metrics::Histogram durations;
    };
    using Points = std::unordered_map<std::string, Point>;

    std::array<Points, 4> points_;
    std::string key_;  // of the newest note; kept for its memory
};

}  // namespace mcpm::traces
