// One answer in one place: status, history, last lines and the likely cause.
#include "agent/supervisor/cause.hpp"
#include "agent/supervisor/supervisor_state.hpp"

#include <utility>

namespace mcpm {

namespace {

constexpr unsigned runs_in_answer = 20;
constexpr unsigned lines_looked_at = 50;

}  // namespace

Task<Result<WhyFacts>> Supervisor::State::why(std::string id_or_name) {
    const auto found = find(id_or_name);
    if (!found) co_return found.error();
    const ServerPointer server = *found;
    WhyFacts facts;
    auto runs = co_await store.load_runs(server->id(), runs_in_answer);
    if (runs) {
        facts.runs = std::move(*runs);
    } else {
        facts.notes.push_back("the history of runs could not be read: " + runs.error().message);
        if (server->run().number() > 0) facts.runs.push_back(server->run().record());
    }
    std::uint64_t telling = server->run().number();
    for (const RunRecord& run : facts.runs) {
        if (!run.exit || !run.owner.empty()) continue;
        telling = run.run;
        break;
    }
    auto lines = co_await last_lines(server->id(), telling, lines_looked_at);
    facts.view = server->view();
    auto server_runs = facts.runs;  // what became of one client's own process says nothing of the server
    std::erase_if(server_runs, [](const RunRecord& run) { return !run.owner.empty(); });
    const CauseFacts cause_facts{facts.view.spec, facts.view.status, std::move(server_runs),
                                 std::move(lines)};
    Cause cause = find_cause(cause_facts);
    facts.cause_code = std::move(cause.code);
    facts.cause = std::move(cause.sentence);
    facts.advice = std::move(cause.advice);
    if (server->life().reason == Reason::asleep) {
        facts.notes.push_back("it sleeps until the first request, because it is lazy");
    }
    for (std::string& shortcoming : runtime.shortcomings(facts.view.spec)) {
        facts.notes.push_back(std::move(shortcoming));
    }
    for (const Dependency& dependency : facts.view.spec.depends_on) {
        const ServerPointer needed = by_name(dependency.server);
        if (!needed) {
            facts.notes.push_back("it depends on \"" + dependency.server + "\", which does not exist");
        } else if (needed->state() != ServerState::running) {
            facts.notes.push_back("it depends on \"" + dependency.server + "\", which is " +
                                  std::string(wire_name(needed->state())));
        }
    }
    co_return facts;
}

}  // namespace mcpm
