// Where an import reads: the files of AI clients on this machine, files that were named, and what other
// managers keep. Blocks on the disk.
#pragma once

#include "cli/clients/import_plan.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// Each word is a file, a client's id or a manager's (`mcpm-python`, `mcp-hub`, `1mcp`, `toolhive`,
/// `docker-mcp`); without words every client's file on this machine. A file that was named and cannot be read
/// is an error; of those that were only looked for, `skipped` says so.
Result<std::vector<ImportSource>> import_sources(const std::vector<std::string>& words, bool as_is,
                                                 std::vector<std::string>& skipped);

/// The file of a project: relative folders in it are of its folder.
Result<ImportSource> read_import_file(const std::string& file, const std::string& client,
                                      const std::string& folder, bool as_is);

}  // namespace mcpm::cli
