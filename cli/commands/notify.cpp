// notify list, test: where notices go.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "common/fields/notify_fields.hpp"

namespace mcpm::cli::commands {

Outcome notify_list(Invocation& call) {
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto all = agent->channels();
    if (!all) return all.error();
    if (print_for_programs(call.out, *all, call.format)) return ExitStatus::done;
    Table table{{{"CHANNEL"},
                 {"TO", Shrink::first},
                 {"SENT"},
                 {"FAILED"},
                 {"DROPPED"},
                 {"WAITING"},
                 {"LAST ERROR", Shrink::first}},
                {}};
    for (const Json& one : member(*all, fields::notify::channels)) {
        table.rows.push_back({{text(one, fields::notify::channel)},
                              {harmless(text(one, fields::notify::to))},
                              {text(one, fields::notify::sent)},
                              {text(one, fields::notify::failed),
                               text(one, fields::notify::failed) == "0" ? Colour::none : Colour::red},
                              {text(one, fields::notify::dropped)},
                              {text(one, fields::notify::waiting)},
                              {harmless(text(one, fields::notify::last_error))}});
    }
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    if (table.rows.empty() && call.out.error_is_terminal())
        call.out.note("no channel is set up; see `notify:` in config.yaml (docs/exports.md)");
    return ExitStatus::done;
}

Outcome notify_test(Invocation& call) {
    std::optional<std::string> channel;
    call.options.positional("CHANNEL", channel, "slack, discord, webhook, email or desktop (default: all)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto outcome = agent->test_channels(channel.value_or(""));
    if (!outcome) return outcome.error();
    bool all_well = true;
    for (const Json& one : *outcome) all_well = all_well && text(one, fields::notify::error).empty();
    if (!print_for_programs(call.out, *outcome, call.format)) {
        for (const Json& one : *outcome) {
            const std::string error = text(one, fields::notify::error);
            call.out.write(text(one, fields::notify::channel) + ": " +
                           (error.empty() ? "sent" : harmless(error)) + "\n");
        }
    }
    return all_well ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace mcpm::cli::commands
