// "NAME… | --all | -l LABEL | --profile PROFILE": which servers a command is for, and doing one thing to each
// of them at once.
#pragma once

#include "cli/invocation.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm::cli {

class Selection {
  public:
    void declare(Options& options);
    /// And `--ignore-not-found`, for commands that make something go.
    void declare_lenient(Options& options);

    /// Names as given, or asked from the agent. Wrong usage when nothing or both were said.
    Result<std::vector<std::string>> names(AgentClient& agent) const;

    bool is_all() const { return all_; }
    bool is_lenient() const { return lenient_; }

  private:
    std::vector<std::string> names_;
    std::vector<std::string> labels_;
    std::string profile_;
    bool all_ = false;
    bool lenient_ = false;
};

/// Names, ids, beginnings of ids and patterns -> names; the agent is asked only where that is needed.
Result<std::vector<std::string>> server_names(AgentClient& agent, const std::vector<std::string>& words);

/// What is done to one server, over a connection of its own; the server as it is then, or null.
using ServerAction = std::function<Result<Json>(AgentClient& agent, const std::string& name)>;

enum class Missing { is_an_error, is_fine };

/// All at once (at most 16 at a time). Each failure is said; the status is that of the first, in the order
/// given. What became of them is printed where `-o json`, `yaml`, `name` or a path asks for it.
Outcome do_to_each(Invocation& call, const std::vector<std::string>& names, const std::string& doing,
                   const ServerAction& action, Missing missing = Missing::is_an_error);

/// The whole of a command that takes "NAME…" of things that are not servers and does one thing to each, in
/// the order given, which makes it go. Each failure is said; the status is that of the first. Options of its
/// own are declared before; `--ignore-not-found` is there, and what was done is printed where `-o` asks for
/// it. At a terminal `question` ("remove the secrets") and the names are asked before, unless --yes is given.
using NameAction = std::function<Result<Json>(AgentClient& agent, const std::string& name)>;
Outcome for_each_name(Invocation& call, const std::string& description, const std::string& question,
                      const NameAction& action, Completes completes = Completes::nothing);
/// "remove the secrets a, b?", at a terminal.
Result<> confirm_names(Invocation& call, const std::string& question, const std::vector<std::string>& names);
/// The part of such a command behind its options.
Outcome do_in_order(Invocation& call, AgentClient& agent, const std::vector<std::string>& names,
                    const NameAction& action, Missing missing = Missing::is_an_error);

/// The whole of a command that lists things which are not servers: as data, as names, or as a table of a row
/// each.
Outcome list_all(Invocation& call, Result<Json> (AgentClient::*all)(), std::vector<Column> columns,
                 std::vector<Cell> (*row)(const Json& item));

/// What the agent says under /servers/NAME/part. A server that does not exist gets the nearest name as a
/// hint.
Result<Json> ask_about(Invocation& call, const std::string& name, std::string_view part,
                       const Query& query = {});

/// What the agent accepted but has something to say about.
void say_notes(Invocation& call, const Json& answer);

/// A server that does not exist gets the nearest name as a hint.
Error with_suggestion(Error error, AgentClient& agent, std::string_view name);

}  // namespace mcpm::cli
