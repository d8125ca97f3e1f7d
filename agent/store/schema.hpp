// The tables, as numbered steps that only go forward (PRAGMA user_version is the number of the last one
// made). A new stored fact is a new step at the end; a step that was released never changes.
#pragma once

#include "agent/store/connection.hpp"

namespace mcpm::store {

/// The number this program writes and understands.
int schema_version();

/// Brings the schema up to `version` in one transaction. A failure is the connection's.
void migrate(Connection& connection, int version = schema_version());

}  // namespace mcpm::store
