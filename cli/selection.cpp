#include "cli/selection.hpp"

#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/progress.hpp"
#include "cli/server_names.hpp"
#include "cli/start_progress.hpp"
#include "cli/suggestion.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/profile_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace mcpm::cli {

namespace {

constexpr std::size_t at_once = 16;

using Failures = std::vector<std::optional<Error>>;
using Answers = std::vector<Json>;

// Workers take the next name until none is left; each has its own connection and writes only its own slots.
void work(const Paths& paths, const std::vector<std::string>& names, const ServerAction& action,
          std::atomic<std::size_t>& next, Failures& failures, Answers& answers) {
    auto agent = AgentClient::connect(paths);
    for (std::size_t at = next++; at < names.size(); at = next++) {
        if (!agent) {
            failures[at] = agent.error();
            continue;
        }
        auto done = action(*agent, names[at]);
        if (done) answers[at] = std::move(*done);
        if (!done) failures[at] = with_suggestion(done.error(), *agent, names[at]);
    }
}

// "token list" -> "`mcpm token create` makes the first one".
void say_first_step(Invocation& call) {
    const std::string_view name = call.command().name;
    const std::string_view group = name.substr(0, name.find(' '));
    const auto seconds = second_words(group);
    for (const char* const maker : {"create", "set", "add"}) {
        if (std::find(seconds.begin(), seconds.end(), maker) == seconds.end()) continue;
        call.out.note("there is none yet; `mcpm " + std::string(group) + " " + maker +
                      " NAME` makes the first");
        return;
    }
}

void say_failure(Invocation& call, const std::string& name, Error error, bool one_of_many) {
    if (one_of_many && error.message.find(name) == std::string::npos)
        error.message = name + ": " + error.message;
    call.out.error(error);
}

// A server that was removed since is in a profile still, and is none to do something with.
Result<std::vector<std::string>> servers_of_profile(AgentClient& agent, const std::string& name) {
    const auto profile = agent.profile(name);
    if (!profile) return profile.error();
    const auto servers = agent.servers();
    if (!servers) return servers.error();
    std::vector<std::string> out;
    for (const Json& one : member(*profile, fields::profile::servers)) {
        const std::string wanted = text(one, fields::profile::server);
        const bool is_there = std::any_of(servers->begin(), servers->end(), [&](const Json& server) {
            return text(server, fields::server::name) == wanted;
        });
        if (is_there) out.push_back(wanted);
    }
    return out;
}

}  // namespace

void Selection::declare(Options& options) {
    options.positionals("NAME…", names_,
                        "servers: names, ids, the beginning of an id, or patterns such as 'db-*'",
                        Completes::servers);
    options.flag("-a,--all", all_, "all servers");
    options.list("-l,--label", "KEY[=VALUE]", labels_, "servers with this label");
    options.completes(Completes::labels);
    options.value("--profile", "PROFILE", profile_, "the servers of this profile");
    options.completes(Completes::profiles);
}

void Selection::declare_lenient(Options& options) {
    declare(options);
    options.flag("--ignore-not-found", lenient_, "a server that is not there is no error");
}

Result<std::vector<std::string>> Selection::names(AgentClient& agent) const {
    const int ways = int(!names_.empty()) + int(all_) + int(!labels_.empty()) + int(!profile_.empty());
    if (ways == 0)
        return Error{ErrorCode::validation_error, "say which servers: NAME…, --all, --label or --profile"};
    if (ways > 1)
        return Error{ErrorCode::validation_error,
                     "NAME…, --all, --label and --profile cannot be given together"};
    if (!profile_.empty()) return servers_of_profile(agent, profile_);
    if (!names_.empty()) {
        auto out = server_names(agent, names_);
        const bool is_fine = !out && lenient_ && out.error().code == ErrorCode::server_not_found;
        return is_fine ? std::vector<std::string>() : out;
    }
    std::vector<std::string> out;
    Query filters;
    for (const std::string& label : labels_) filters.add("label", label);
    const auto servers = agent.servers(filters);
    if (!servers) return servers.error();
    for (const Json& server : *servers) out.push_back(text(server, fields::server::name));
    return out;
}

Result<std::vector<std::string>> server_names(AgentClient& agent, const std::vector<std::string>& words) {
    Json servers = Json::array();
    if (std::any_of(words.begin(), words.end(), needs_servers)) {
        auto all = agent.servers();
        if (!all) return all.error();
        servers = std::move(*all);
    }
    return named_servers(servers, words);
}

Outcome do_to_each(Invocation& call, const std::vector<std::string>& names, const std::string& doing,
                   const ServerAction& action, Missing missing) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    Failures failures(names.size());
    Answers answers(names.size());
    {
        const std::string what = names.size() == 1 ? names[0] : std::to_string(names.size()) + " servers";
        const bool may_say_more = names.size() == 1 && (doing == "starting" || doing == "restarting");
        const Progress progress(call.out, doing + " " + what,
                                may_say_more ? progress_of_start(names[0]) : nullptr);
        std::atomic<std::size_t> next = 0;
        std::vector<std::thread> workers;
        for (std::size_t worker = 1; worker < std::min(at_once, names.size()); ++worker) {
            workers.emplace_back([&] { work(*paths, names, action, next, failures, answers); });
        }
        work(*paths, names, action, next, failures, answers);
        for (std::thread& worker : workers) worker.join();
    }
    std::optional<ExitStatus> first;
    Json done = Json::array();
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (!failures[at]) {
            done.push_back(answers[at].is_object() ? std::move(answers[at])
                                                   : Json{{fields::server::name, names[at]}});
            continue;
        }
        if (missing == Missing::is_fine && failures[at]->code == ErrorCode::server_not_found) continue;
        if (!first) first = exit_status(failures[at]->code);
        say_failure(call, names[at], *failures[at], names.size() > 1);
    }
    print_for_programs(call.out, done, call.format);
    return first.value_or(ExitStatus::done);
}

Result<> confirm_names(Invocation& call, const std::string& question, const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return confirm_at_terminal(call.out, question + (all.empty() ? "" : " " + all) + "?");
}

Outcome for_each_name(Invocation& call, const std::string& description, const std::string& question,
                      const NameAction& action, Completes completes) {
    std::vector<std::string> names;
    bool lenient = false;
    bool yes = false;
    call.options.positionals("NAME…", names, description, completes, true);
    call.options.flag("--ignore-not-found", lenient, "one that is not there is no error");
    call.options.flag("-y,--yes", yes, "do not ask at a terminal");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto agreed = yes ? Result<>() : confirm_names(call, question, names); !agreed)
        return agreed.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    return do_in_order(call, *agent, names, action, lenient ? Missing::is_fine : Missing::is_an_error);
}

Outcome do_in_order(Invocation& call, AgentClient& agent, const std::vector<std::string>& names,
                    const NameAction& action, Missing missing) {
    std::optional<ExitStatus> first;
    Json all = Json::array();
    for (const auto& name : names) {
        const auto done = action(agent, name);
        if (done)
            all.push_back(done->is_object() && done->contains(fields::server::name)
                              ? *done
                              : Json{{fields::server::name, name}});
        const bool is_missing = !done && exit_status(done.error().code) == ExitStatus::not_found;
        if (done || (missing == Missing::is_fine && is_missing)) continue;
        if (!first) first = exit_status(done.error().code);
        say_failure(call, name, done.error(), names.size() > 1);
    }
    print_for_programs(call.out, all, call.format);
    return first.value_or(ExitStatus::done);
}

Outcome list_all(Invocation& call, Result<Json> (AgentClient::*all)(), std::vector<Column> columns,
                 std::vector<Cell> (*row)(const Json& item)) {
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto items = ((*agent).*all)();
    if (!items) return items.error();
    if (print_for_programs(call.out, *items, call.format)) return ExitStatus::done;
    Table table{std::move(columns), {}};
    for (const Json& item : *items) table.rows.push_back(row(item));
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (items->empty() && call.out.error_is_terminal()) say_first_step(call);
    return ExitStatus::done;
}

Result<Json> ask_about(Invocation& call, const std::string& name, std::string_view part, const Query& query) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    auto answer = agent->part(name, part, query);
    if (!answer) return with_suggestion(answer.error(), *agent, name);
    return answer;
}

void say_notes(Invocation& call, const Json& answer) {
    const Json& notes = member(answer, fields::server::notes);
    for (const Json& note : notes.is_array() ? notes : Json::array()) {
        if (note.is_string()) call.out.note(harmless(note.get<std::string>()));
    }
}

Error with_suggestion(Error error, AgentClient& agent, std::string_view name) {
    if (error.code != ErrorCode::server_not_found || !error.hint.empty()) return error;
    const auto servers = agent.servers();
    if (!servers || !servers->is_array()) return error;
    if (error.message.find("did you mean") != std::string::npos) return error;
    std::vector<std::string> known;
    std::vector<std::string_view>
        disabled;  // of what cannot be started none is suggested; that it is there, is said
    for (const Json& server : *servers) {
        const bool is_disabled =
            member(member(server, fields::server::config), fields::config::enabled) == false;
        if (is_disabled) {
            disabled.push_back(member(server, fields::server::name).get_ref<const std::string&>());
        } else {
            known.push_back(text(server, fields::server::name));
        }
    }
    error.hint = did_you_mean(name, known);
    const auto hidden = closest(name, disabled);
    if (error.hint.empty() && hidden) error.hint = "there is '" + *hidden + "', which is disabled";
    if (error.hint.empty()) error.hint = "`mcpm list` shows the servers there are";
    return error;
}

}  // namespace mcpm::cli
