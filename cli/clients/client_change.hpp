// What the commands that change a client's file have in common: their words, the question before, the
// writing.
#pragma once

#include "cli/clients/client_history.hpp"
#include "cli/clients/client_state.hpp"
#include "cli/invocation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct ClientWords {
    std::string client;
    ClientWhere where;
    std::string name;
    std::string profile;
    bool http = false;
    bool force = false;
    bool dry = false;
    bool yes = false;
};

void declare_where(Invocation& call, ClientWords& words);
void declare_change(Invocation& call, ClientWords& words);

Result<ClientState> look_at(const ClientWords& words);
/// What `-o json` says of a client; of an error that it cannot be read.
Json state_as_data(const ClientRow& client, const Result<ClientState>& state);

struct ClientPlan {
    ClientState state;
    std::string name;
    std::string text;  // of the file afterwards
};

/// Shows what would change; good when it may be done. Nothing is asked in a dry run or with --yes.
Result<> agree(Invocation& call, const ClientWords& words, const ClientText& before, std::string_view after);

/// The file and its place in the history.
Outcome write_plan(Invocation& call, const ClientWords& words, ClientHistory& history, const ClientPlan& plan,
                   ClientChange change);

/// Tokens that were made for what is gone; failures are said.
void revoke_tokens(Invocation& call, const std::vector<std::string>& names);

}  // namespace mcpm::cli
