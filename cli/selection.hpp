// "NAME… | --all | -l LABEL": which servers a command is for, and doing one thing to each of them at once.
#pragma once

#include "cli/invocation.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm::cli {

class Selection {
  public:
    void declare(Options& options);

    /// Names as given, or asked from the agent. Wrong usage when nothing or both were said.
    Result<std::vector<std::string>> names(AgentClient& agent) const;

    bool is_by_name() const { return !names_.empty(); }

  private:
    std::vector<std::string> names_;
    std::vector<std::string> labels_;
    bool all_ = false;
};

/// What is done to one server, over a connection of its own.
using ServerAction = std::function<Result<>(AgentClient& agent, const std::string& name)>;

/// All at once (at most 16 at a time). Each failure is said; the status is that of the first, in the order
/// given.
Outcome do_to_each(Invocation& call, const std::vector<std::string>& names, const std::string& doing,
                   const ServerAction& action);

/// The whole of a command that takes "NAME…" of things that are not servers and does one thing to each, in
/// the order given. Each failure is said; the status is that of the first. Options of its own are declared
/// before.
using NameAction = std::function<Result<Json>(AgentClient& agent, const std::string& name)>;
Outcome for_each_name(Invocation& call, const std::string& description, const NameAction& action,
                      Completes completes = Completes::nothing);
/// Its part behind the options.
Outcome do_in_order(Invocation& call, AgentClient& agent, const std::vector<std::string>& names,
                    const NameAction& action);

/// The whole of a command that lists things which are not servers: as data, as names, or as a table of a row
/// each.
Outcome list_all(Invocation& call, Result<Json> (AgentClient::*all)(), std::vector<Column> columns,
                 std::vector<Cell> (*row)(const Json& item));

/// What the agent says under /servers/NAME/part. A server that does not exist gets the nearest name as a
/// hint.
Result<Json> ask_about(Invocation& call, const std::string& name, std::string_view part,
                       const Query& query = {});

/// A server that does not exist gets the nearest name as a hint.
Error with_suggestion(Error error, AgentClient& agent, std::string_view name);

}  // namespace mcpm::cli
