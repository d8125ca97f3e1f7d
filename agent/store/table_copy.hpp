// The tables of what a person entered, whatever their columns: for the backup. What can be learned again
// (events, runs, what servers offer, health) is left out, and so are the definitions, which the backup keeps
// in a form of their own. A table that is added to the schema is kept until it is named here.
#pragma once

#include "agent/store/connection.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm::store {

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
using Row = std::vector<std::pair<std::string, Value>>;  // by column

struct TableCopy {
    std::string name;
    std::vector<Row> rows;
};

/// At most 20,000 rows of each; a longer one is left out, and its name is in `left_out`.
std::vector<TableCopy> copy_tables(Connection& connection, std::vector<std::string>& left_out);

/// Rows that the schema does not take any more are left out. How many were.
std::size_t restore_tables(Connection& connection, const std::vector<TableCopy>& tables);

}  // namespace mcpm::store
