// What is learned when a session is opened: read from the server's answers, and written to and from the text
// that RunFacts keeps for the next agent. Pure.
#pragma once

#include "agent/mcp/era.hpp"
#include "agent/mcp/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::mcp {

/// From the result of initialize.
SessionFacts facts_of_initialize(std::string_view result);
/// From the result of server/discover.
SessionFacts facts_of_discover(std::string_view result);

/// Stored before the first message goes out, so that a successor knows a handshake was begun but not
/// finished.
/// What was asked so far while a session is opened, in order, with the ids 1, 2, …: written before it is
/// sent.
enum class OpeningQuestion { discover, initialize };
std::string write_opening_record(const std::vector<OpeningQuestion>& asked);
/// Nothing when it is no such record, or one of an older agent that does not say what was asked.
std::optional<std::vector<OpeningQuestion>> read_opening_record(std::string_view text);

std::string write_record(const SessionFacts& facts);
/// nullopt for anything that is not a finished session.
std::optional<SessionFacts> read_record(std::string_view text);

/// Whether the capabilities object has a member of this name.
bool has_capability(const SessionFacts& facts, std::string_view name);

}  // namespace mcpm::mcp
