// A client as it is on this machine: its file, and what of it is ours. Blocks on the disk.
#pragma once

#include "cli/clients/client_entry.hpp"
#include "cli/clients/client_file.hpp"
#include "cli/clients/client_table.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct ClientState {
    const ClientRow* client = nullptr;
    ClientText text;
    DocumentNode root;
    Layout layout;
    std::vector<std::string> ours = {};    // names of entries
    std::vector<std::string> others = {};  // as they stand in the file
};

/// What the words of a command say about where the client's file is.
struct ClientWhere {
    std::string file;      // empty: by the table
    bool project = false;  // the file of the current folder
};

/// The error names file, line and column.
Result<ClientState> look_at_client(const ClientRow& client, const ClientWhere& where);

/// The file's name before what is wrong with it.
Error in_file(const ClientState& state, Error error);

/// What to write as the program: `mcpm` as the PATH has it when that is this program, else this program
/// itself.
Result<std::string> shim_program();

}  // namespace mcpm::cli
