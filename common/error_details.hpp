// What programs read of an error, beside its sentence: values by name, and how far a start came. JSON is made
// of them at the wire alone (common/wire_details.cpp, which has the table of the names).
#pragma once

#include "common/start_stage.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm {

enum class Detail {
    stage,
    error_number,  // "ENOENT"
    problem,       // of a connection: "dns", "connect", …
    status,        // of HTTP
    reply,         // of a mail server: its number
    reason,        // why no session came about
    output,        // a process wrote, but no answer
    run,
    exit_code,
    signal,
    dependency,  // the server that was waited for
    field,       // the one that is wrong
    fields,      // all that are wrong
    parameters,
    npm,      // the code of npm's own error
    absence,  // of the agent
    cause_code,
    cause,
    advice,
    last_lines,
};

/// A name and what is to be said of it.
using DetailRow = std::pair<std::string, std::string>;
/// Rows are a list of {"field", "message"}, or of `parameters` an object.
using DetailValue = std::variant<std::string, std::int64_t, std::vector<std::string>, std::vector<DetailRow>>;

class ErrorDetails {
  public:
    ErrorDetails() = default;
    /// The JSON of a server or of another program: kept as it is, and read when somebody asks.
    ErrorDetails(std::string json) : foreign_(std::move(json)) {}  // NOLINT(google-explicit-constructor)
    ErrorDetails(const char* json) : foreign_(json) {}             // NOLINT(google-explicit-constructor)
    ErrorDetails(StartStage stage);                                // NOLINT(google-explicit-constructor)
    /// `error_number`: "ENOENT", or empty.
    ErrorDetails(StartStage stage, std::string error_number);
    ErrorDetails(Detail name, DetailValue value);

    /// Takes the place of a value of that name.
    ErrorDetails& set(Detail name, DetailValue value);
    ErrorDetails& set(StartStage stage);

    bool empty() const { return values_.empty() && foreign_.empty(); }
    StartStage stage() const;
    /// Empty when there is none, or no text.
    std::string text(Detail name) const;
    std::vector<std::string> list(Detail name) const;
    /// Nothing when there is none, or no whole number.
    std::optional<std::int64_t> number(Detail name) const;

    /// Every text is replaced by what `change` makes of it.
    void change_texts(const std::function<std::string(std::string)>& change);

    /// As on the wire: an object as text, or empty. What came as JSON is given back as it came.
    std::string json() const;

    bool operator==(const ErrorDetails& other) const { return json() == other.json(); }

  private:
    const DetailValue* find(Detail name) const;

    std::vector<std::pair<Detail, DetailValue>> values_;
    std::string foreign_;
};

/// For test output.
std::ostream& operator<<(std::ostream& out, const ErrorDetails& details);

/// The name on the wire.
std::string_view wire_name(Detail name);

}  // namespace mcpm
