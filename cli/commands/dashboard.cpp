// dashboard: a link that signs a browser in once, opened or printed.
#include "cli/browser.hpp"
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "common/fields/session_fields.hpp"

namespace mcpm::cli::commands {

Outcome dashboard(Invocation& call) {
    bool print = false;
    call.options.flag("--print", print, "print the link, to open it elsewhere; it works once, for a minute");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto link = agent->dashboard_link();
    if (!link) return link.error();
    if (call.format.is_data()) {
        print_data(call.out, *link, call.format);
        return ExitStatus::done;
    }
    const std::string url = text(*link, fields::session::url);
    if (!print && open_in_browser(url, process_environment())) {
        if (call.out.error_is_terminal()) call.out.note("the dashboard opens in the browser");
        return ExitStatus::done;
    }
    call.out.write(harmless(url) + "\n");
    if (call.out.error_is_terminal()) call.out.note("the link works once, for a minute");
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
