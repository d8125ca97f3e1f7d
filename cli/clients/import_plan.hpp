// What an import does, before it does it: which servers are new, which are there already under whatever name,
// what goes to the vault, what each will be called. Pure.
#pragma once

#include "cli/clients/import_reader.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mcpm::cli {

struct ImportSource {
    std::string file;
    std::string client;  // its id, when the file is a client's own; else empty
    std::vector<FoundServer> servers;
    std::vector<TextPlace> places = {};  // of each of them
    std::string problem = {};            // "FILE:LINE:COLUMN: …" when it has no server because of that
};

struct ImportItem {
    enum class State { is_new, same, left_out, ours };
    FoundServer found;
    std::string file;
    std::string client;
    TextPlace place = {};
    State state = State::is_new;
    std::string name = {};  // of the server here; of `same` the one that it is the same as
    std::string why = {};   // it is left out
    Json definition = {};   // of POST /servers, values of the vault as names
    std::vector<std::pair<std::string, std::string>> secrets =
        {};  // name, value; empty: to be set by a person
};

/// `existing` is GET /servers, `secrets` GET /secrets.
std::vector<ImportItem> plan_import(const std::vector<ImportSource>& sources, const Json& existing,
                                    const Json& secrets);

/// What looks secret in variables and headers becomes a name of the vault's.
void move_secrets(ImportItem& item, std::vector<std::string>& taken);

/// The command, address or image on one line, with what looks secret as "***".
std::string run_in_words(const Json& definition);

}  // namespace mcpm::cli
