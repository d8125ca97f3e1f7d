#include "cli/commands/all.hpp"
#include "cli/diagnosis.hpp"
#include "cli/own_fields.hpp"
#include "cli/text_width.hpp"
#include "common/fields/crash_fields.hpp"

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t indent = 9;

const char* word(Finding::Grade grade) {
    switch (grade) {
        case Finding::Grade::good:
            return "ok";
        case Finding::Grade::warning:
            return "warning";
        case Finding::Grade::problem:
            return "problem";
    }
    return "problem";
}

Colour colour(Finding::Grade grade) {
    if (grade == Finding::Grade::good) return Colour::green;
    return grade == Finding::Grade::warning ? Colour::yellow : Colour::red;
}

void print_finding(Output& out, const Finding& finding) {
    const std::string mark = finding.grade == Finding::Grade::good      ? "ok     "
                             : finding.grade == Finding::Grade::warning ? "warning"
                                                                        : "problem";
    const std::string found = finding.what + ": " + harmless(finding.found);
    out.write((out.paint() == Paint::yes ? coloured(mark, colour(finding.grade)) : mark) + "  " +
              wrapped(found, indent, out.width()) + "\n");
    if (!finding.advice.empty())
        out.write("         -> " + wrapped(harmless(finding.advice), indent + 3, out.width()) + "\n");
}

}  // namespace

namespace {

/// Each crash of the agent that was not reported yet.
Outcome send_crashes(Invocation& call) {
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto crashes = agent->crashes();
    if (!crashes) return crashes.error();
    auto sent = Json::array();
    for (const Json& crash : *crashes) {
        if (is_true(crash, fields::crash::sent)) continue;
        const auto one = agent->send_crash(text(crash, fields::crash::name));
        if (!one) return one.error();
        sent.push_back(*one);
    }
    if (print_for_programs(call.out, sent, call.format)) return ExitStatus::done;
    call.out.write(std::to_string(sent.size()) + (sent.size() == 1 ? " report" : " reports") +
                   " handed over\n");
    return ExitStatus::done;
}

}  // namespace

Outcome doctor(Invocation& call) {
    bool deep = false;
    bool send = false;
    call.options.flag("--deep", deep, "also compare every file of every package with what was installed");
    call.options.flag("--send-crashes", send,
                      "report crashes of the agent where sentry.dsn says, and do nothing else");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (send) return send_crashes(call);
    const std::vector<Finding> findings = diagnose(deep ? Depth::deep : Depth::usual);
    std::size_t problems = 0;
    std::size_t warnings = 0;
    Json data = Json::array();
    for (const Finding& finding : findings) {
        problems += finding.grade == Finding::Grade::problem ? 1 : 0;
        warnings += finding.grade == Finding::Grade::warning ? 1 : 0;
        data.push_back(Json{
            {own::check, finding.what}, {own::result, word(finding.grade)}, {own::found, finding.found}});
        if (!finding.advice.empty()) data.back()[own::advice] = finding.advice;
    }
    if (!print_for_programs(call.out, data, call.format)) {
        for (const Finding& finding : findings) print_finding(call.out, finding);
        call.out.write("\n" + std::to_string(problems) + (problems == 1 ? " problem, " : " problems, ") +
                       std::to_string(warnings) + (warnings == 1 ? " warning\n" : " warnings\n"));
    }
    return problems > 0 ? ExitStatus::failed : ExitStatus::done;
}

}  // namespace mcpm::cli::commands
