// What is reported of an error, and how it is written: Sentry's envelopes
// (https://develop.sentry.dev/sdk/envelopes/). Pure.
#pragma once

#include "common/error.hpp"
#include "common/event.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::reports {

/// Of "https://PUBLIC@host/PREFIX/PROJECT".
struct Dsn {
    std::string url;         // of the project's envelopes
    std::string public_key;  // the DSN's user; a DSN's password is obsolete and not sent
};
/// validation_error without the text, which is a secret.
Result<Dsn> read_dsn(std::string_view text);

enum class Severity { warning, error, fatal };
std::string_view wire_name(Severity severity);

struct Frame {
    std::string module;
    std::uint64_t offset = 0;   // in the module
    std::uint64_t address = 0;  // in the process
};

struct Report {
    std::string type;  // "start-failed", "crash-loop", "request-failed", "agent", "agent-crash"
    Severity severity = Severity::error;
    std::string message;
    Timestamp at{};
    std::map<std::string, std::string> tags = {};  // component, endpoint, method, code
    std::vector<Frame> frames = {};                // the innermost first
    std::string release = {};                      // of the program that failed; empty = of this one
};

/// What in the stream of events is an error.
std::optional<Report> report_of(const Event& event);

struct Origin {
    std::string release, environment, os;
};

/// At most 32 KiB. `id`: 32 hexadecimal digits.
std::string write_envelope(const Report& report, const Origin& origin, std::string_view id, Timestamp now);

/// The value of X-Sentry-Auth.
std::string auth_header(const Dsn& dsn);

}  // namespace mcpm::reports
