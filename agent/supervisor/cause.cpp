#include "agent/supervisor/cause.hpp"

#include "agent/supervisor/log_hints.hpp"
#include "agent/supervisor/run_text.hpp"
#include "agent/supervisor/start_failure.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

namespace mcpm {

namespace {

/// What every row looks at, worked out once.
struct Evidence {
    const CauseFacts& facts;
    StartFailure failure = {};
    bool start_failed = false;      // the last start failed before a process lived
    std::optional<Exit> exit = {};  // of the newest run, unless it was asked to end
    bool was_ready = false;
    Ending run_reason = Ending::none;
};

std::string name_of(const Evidence& evidence) {
    return "\"" + evidence.facts.spec.name + "\"";
}

bool has_failed(const Evidence& evidence) {
    return evidence.exit.has_value() || evidence.run_reason == Ending::start_timeout ||
           evidence.run_reason == Ending::not_ready;
}

const std::vector<std::string>& lines_of(const Evidence& evidence) {
    return evidence.facts.last_lines;
}

std::string hint_port(const Evidence& evidence) {
    return line_with(lines_of(evidence), {"EADDRINUSE", "address already in use", "port is already"}).line;
}

std::string hint_platform(const Evidence& evidence) {
    return line_with(lines_of(evidence), {"exec format error"}).line;
}

bool has_failed_with(const Evidence& evidence, LogHint (*hint)(const std::vector<std::string>&)) {
    return has_failed(evidence) && hint(lines_of(evidence));
}

bool is_package(const Evidence& evidence) {
    return std::holds_alternative<PackageSource>(evidence.facts.spec.source);
}

/// How a module is installed depends on who looks for it.
std::string module_advice(const Evidence& evidence) {
    if (missing_module(lines_of(evidence)).line.find("built-in module") != std::string::npos)
        return "it is part of a newer Node: put one on the agent's PATH (https://nodejs.org), and start it "
               "again";
    if (is_package(evidence)) return "install its package again: `mcpm upgrade NAME`";
    if (evidence.facts.spec.type == ServerType::container)
        return "its image lacks it: take another tag or image (`mcpm update NAME --image …`)";
    const LogHint hint = missing_module(lines_of(evidence));
    const bool python = hint.line.find("No module named") != std::string::npos ||
                        hint.line.find("import name") != std::string::npos;
    const std::string& folder = evidence.facts.spec.cwd;
    if (python) {
        return "install it for the very Python that runs the server, e.g. `pip install " +
               hint.name.substr(0, hint.name.find('.')) + "` in its virtual environment";
    }
    return "install it where the server's program lies: `npm install` there" +
           (folder.empty() ? std::string() : " (it runs in " + folder + ")");
}

std::string variable_advice(const Evidence& evidence) {
    const std::string name = missing_variable(lines_of(evidence)).name;
    const std::string variable = name.empty() ? "VARIABLE" : name;
    return "set it with `mcpm update NAME --env " + variable + "=…` or, for a secret, `--secret " + variable +
           "=name`";
}

std::string command_advice(const Evidence& evidence) {
    if (is_package(evidence)) return "its package is damaged: install it again with `mcpm upgrade NAME`";
    return "install the program, correct the command with `mcpm update NAME -- COMMAND…`, or give its "
           "absolute path";
}

std::string last_error_text(const Evidence& evidence) {
    const auto& error = evidence.facts.status.last_error;
    return error ? error->message : std::string();
}

bool failed_with(const Evidence& evidence, std::string_view number) {
    return evidence.start_failed && evidence.failure.error_number == number;
}

template <StartStage stage>
bool failed_at(const Evidence& evidence) {
    return evidence.start_failed && evidence.failure.stage == stage;
}

/// Of a remote: what was wrong with the connection.
bool met(const Evidence& evidence, std::string_view problem) {
    return evidence.failure.problem == problem;
}

std::string the_url(const Evidence& evidence) {
    const auto* const remote = std::get_if<UrlSource>(&evidence.facts.spec.source);
    if (remote == nullptr) return "its server";
    return origin_of_url(remote->url);
}

std::string out_of_memory(const Evidence& evidence) {
    const ServerSpec& spec = evidence.facts.spec;
    if (spec.type != ServerType::container)
        return name_of(evidence) + " was killed because it used more memory than it may";
    constexpr std::uint64_t usual = 512UL << 20;
    return "the container of " + name_of(evidence) + " was killed because it used more memory than the " +
           format_bytes(spec.resources.memory_bytes.value_or(usual)) + " it may";
}

struct CauseRow {
    std::string_view code;
    bool (*applies)(const Evidence&);
    std::string (*sentence)(const Evidence&);
    std::string_view advice;                               // NAME stands for the server's
    std::string (*own_advice)(const Evidence&) = nullptr;  // instead, where it depends on the evidence
};

// The first row that applies is the cause; so the more certain ones and the more telling ones come first.
constexpr std::array rows{
    CauseRow{"MCPM-E302", [](const Evidence& e) { return !e.facts.spec.enabled; },
             [](const Evidence& e) { return name_of(e) + " is disabled, so it is not started"; },
             "enable it with `mcpm enable NAME`"},
    CauseRow{"MCPM-E305", [](const Evidence& e) { return e.facts.status.reason == Reason::stuck; },
             [](const Evidence& e) {
                 return "something of " + name_of(e) + " could not be ended: " + last_error_text(e);
             },
             "look at the processes named (state D waits for a device or a network file system); it is tried "
             "again"},
    CauseRow{"MCPM-E301", failed_at<StartStage::dependency>,
             [](const Evidence& e) { return last_error_text(e); },
             "ask `mcpm why` about the server it depends on, start that one, then this one"},
    CauseRow{"MCPM-E106", failed_at<StartStage::secret>,
             [](const Evidence& e) {
                 return "a secret it needs is missing or cannot be read: " + last_error_text(e);
             },
             "store it with `mcpm secret set`, or name another one (`mcpm update NAME --secret VAR=…`); "
             "`mcpm secret list` shows what there is"},
    CauseRow{"MCPM-E107", failed_at<StartStage::files>, [](const Evidence& e) { return last_error_text(e); },
             "`mcpm doctor --deep` names every file that was changed; `mcpm upgrade NAME` installs the "
             "package anew"},
    CauseRow{"MCPM-E108", failed_at<StartStage::policy>, [](const Evidence& e) { return last_error_text(e); },
             "change what the definition asks for (`mcpm edit NAME`), or `policy.refuse` in config.yaml"},
    CauseRow{"MCPM-E401", [](const Evidence& e) { return met(e, "dns"); },
             [](const Evidence& e) { return "the name of " + the_url(e) + " could not be resolved"; },
             "check the URL (`mcpm show NAME`) and this machine's network and DNS"},
    CauseRow{
        "MCPM-E402", [](const Evidence& e) { return met(e, "connect") || met(e, "proxy"); },
        [](const Evidence& e) {
            return "no connection to " + the_url(e) + ": " + behind_place(last_error_text(e));
        },
        "is the server up, and the port right? A firewall or a proxy may stand between; it is tried again"},
    CauseRow{
        "MCPM-E403", [](const Evidence& e) { return met(e, "tls"); },
        [](const Evidence& e) {
            return "no trusted connection to " + the_url(e) + ": " + behind_place(last_error_text(e));
        },
        "the certificate must be valid for that name and known to this machine (ca-certificates); or is it "
        "plain http?"},
    CauseRow{"MCPM-E404", [](const Evidence& e) { return met(e, "unauthorized") || met(e, "forbidden"); },
             [](const Evidence& e) {
                 return the_url(e) + " does not accept the credentials: " + behind_place(last_error_text(e));
             },
             "give them with `mcpm update NAME --header 'Authorization: Bearer …'`; where it wants OAuth: "
             "docs/remotes.md"},
    CauseRow{"MCPM-E405", [](const Evidence& e) { return !e.failure.problem.empty(); },
             [](const Evidence& e) {
                 return "no MCP server answers at " + the_url(e) + ": " + behind_place(last_error_text(e));
             },
             "check the path of the URL (often /mcp or /sse) with the server's own manual"},
    CauseRow{
        "MCPM-E505", [](const Evidence& e) { return e.facts.status.reason == Reason::engine_lost; },
        [](const Evidence& e) {
            return "the container engine does not answer, so nobody knows how " + name_of(e) +
                   " is: " + last_error_text(e);
        },
        "start the engine again, or look at it with `mcpm doctor`; everything is looked at when it is back"},
    CauseRow{
        "MCPM-E501", failed_at<StartStage::engine>, [](const Evidence& e) { return last_error_text(e); },
        "start Docker or Podman, or set DOCKER_HOST; `mcpm doctor` says what it finds. It is tried again"},
    CauseRow{"MCPM-E502", failed_at<StartStage::image>,
             [](const Evidence& e) { return "its image is not available: " + last_error_text(e); },
             "check the image's name (`mcpm update NAME --image`), its registry, and --pull"},
    CauseRow{"MCPM-E503", failed_at<StartStage::port>,
             [](const Evidence& e) { return "a port it publishes is taken: " + last_error_text(e); },
             "end the other program (`ss -ltnp` shows it), or publish another port (`mcpm update NAME -p`)"},
    CauseRow{"MCPM-E506",
             [](const Evidence& e) {
                 return e.facts.spec.type == ServerType::container &&
                        ((e.start_failed && e.failure.stage == StartStage::platform) ||
                         (has_failed(e) && !hint_platform(e).empty()));
             },
             [](const Evidence& e) {
                 const std::string line = hint_platform(e);
                 return "its image is made for another platform: " +
                        (line.empty() ? last_error_text(e) : line);
             },
             "take an image for this machine (`mcpm update NAME --image`), or ask for one with --platform"},
    CauseRow{"MCPM-E504", failed_at<StartStage::container>,
             [](const Evidence& e) { return "its container could not be started: " + last_error_text(e); },
             "the engine's words name what it could not do: see the image's command, volumes and limits"},
    CauseRow{"MCPM-E104", failed_at<StartStage::cwd>,
             [](const Evidence& e) { return "its working folder cannot be entered: " + last_error_text(e); },
             "create the folder, make it readable for this user, or set another `cwd`"},
    CauseRow{"MCPM-E101",
             [](const Evidence& e) { return failed_with(e, "ENOENT") || failed_with(e, "ENOTDIR"); },
             [](const Evidence& e) { return "its command was not found: " + last_error_text(e); }, "",
             command_advice},
    CauseRow{"MCPM-E102",
             [](const Evidence& e) { return failed_with(e, "EACCES") || failed_with(e, "EPERM"); },
             [](const Evidence& e) { return "its command may not be executed: " + last_error_text(e); },
             "make the file executable (`chmod +x`), and check that its folder is not mounted noexec"},
    CauseRow{
        "MCPM-E103", [](const Evidence& e) { return failed_with(e, "ENOEXEC") || failed_with(e, "ELIBBAD"); },
        [](const Evidence& e) { return "its command is no program for this machine: " + last_error_text(e); },
        "check the first line of a script (`#!`) and the architecture of a binary (`file PROGRAM`)"},
    CauseRow{"MCPM-E105", [](const Evidence& e) { return e.start_failed; },
             [](const Evidence& e) { return "it could not be launched: " + last_error_text(e); },
             "the message names the stage that failed; correct it and start it again"},
    CauseRow{"MCPM-E203", [](const Evidence& e) { return e.exit && e.exit->oom; },
             [](const Evidence& e) { return out_of_memory(e); },
             "raise its memory limit (`mcpm update NAME --memory`), or find what it needs so much for"},
    CauseRow{"MCPM-E212", [](const Evidence& e) { return has_failed_with(e, missing_file); },
             [](const Evidence& e) {
                 return "the file it was told to run is not there: " + missing_file(lines_of(e)).name;
             },
             "give the file's whole path, or the folder it lies in: `mcpm update NAME --cwd FOLDER`"},
    CauseRow{"MCPM-E208", [](const Evidence& e) { return has_failed_with(e, missing_module); },
             [](const Evidence& e) {
                 return "a module it needs is not installed: " + missing_module(lines_of(e)).name;
             },
             "", module_advice},
    CauseRow{"MCPM-E213", [](const Evidence& e) { return has_failed_with(e, unknown_package); },
             [](const Evidence& e) {
                 return "the package it was told to fetch is not available: " +
                        unknown_package(lines_of(e)).line;
             },
             "check the package's name and version at its registry, and this machine's network"},
    CauseRow{"MCPM-E207", [](const Evidence& e) { return has_failed(e) && !hint_port(e).empty(); },
             [](const Evidence& e) { return "a port it wants is taken: " + hint_port(e); },
             "end the other program (`ss -ltnp` shows it), or give this server another port"},
    CauseRow{"MCPM-E206", [](const Evidence& e) { return has_failed_with(e, missing_variable); },
             [](const Evidence& e) {
                 const LogHint hint = missing_variable(lines_of(e));
                 return hint.name.empty()
                            ? "it seems to miss an environment variable or a secret: " + hint.line
                            : "it seems to miss the environment variable " + hint.name + ": " + hint.line;
             },
             "", variable_advice},
    CauseRow{"MCPM-E214",
             [](const Evidence& e) {
                 return e.exit && !e.was_ready && e.exit->code.value_or(0) != 0 &&
                        wrong_arguments(lines_of(e));
             },
             [](const Evidence& e) {
                 return "it does not take its arguments: " + wrong_arguments(lines_of(e)).line;
             },
             "correct what stands behind its command: `mcpm update NAME -- COMMAND ARGS…`"},
    CauseRow{
        "MCPM-E205",
        [](const Evidence& e) { return e.run_reason == Ending::start_timeout && e.failure.output.empty(); },
        [](const Evidence& e) {
            return name_of(e) + " was not ready within " + format_duration(e.facts.spec.start_timeout);
        },
        "look at its log; is it an MCP server on stdio? Give it a longer startTimeout, or `transport: none`"},
    CauseRow{"MCPM-E406",
             [](const Evidence& e) {
                 return e.run_reason == Ending::not_ready && e.facts.spec.type == ServerType::remote;
             },
             [](const Evidence& e) {
                 return "the connection to " + the_url(e) + " was lost, or did not come about";
             },
             "it is made again by itself; `mcpm logs NAME` has when it was lost"},
    CauseRow{"MCPM-E209",
             [](const Evidence& e) {
                 return e.run_reason == Ending::not_ready || e.run_reason == Ending::start_timeout;
             },
             [](const Evidence& e) { return "no MCP session was opened: " + last_error_text(e); },
             "check that the command starts an MCP server on stdio, or set `transport: none`"},
    CauseRow{"MCPM-E210", [](const Evidence& e) { return e.run_reason == Ending::unhealthy; },
             [](const Evidence& e) {
                 return name_of(e) + " was unhealthy and was restarted, as its health rule says";
             },
             "look at its health and its log; raise failureThreshold or timeout when it is only slow"},
    CauseRow{"MCPM-E204", [](const Evidence& e) { return e.facts.status.reason == Reason::crash_loop; },
             [](const Evidence& e) {
                 return name_of(e) + " ends again and again: it " + (e.exit ? describe(*e.exit) : "ended");
             },
             "its last lines say more (`mcpm logs NAME --run -1`); correct it and start it again"},
    CauseRow{"MCPM-E202", [](const Evidence& e) { return e.exit && e.exit->signal; },
             [](const Evidence& e) { return name_of(e) + " " + describe(*e.exit); },
             "SIGSEGV and SIGABRT are faults of the program; SIGKILL and SIGTERM came from outside (the "
             "kernel, a person)"},
    CauseRow{"MCPM-E201", [](const Evidence& e) { return e.exit && !e.was_ready; },
             [](const Evidence& e) { return name_of(e) + " " + describe(*e.exit) + " before it answered"; },
             "run its command by hand in its folder, and look at its last lines (`mcpm logs NAME --run -1`)"},
    CauseRow{"MCPM-E211", [](const Evidence& e) { return e.exit && e.exit->code.value_or(0) != 0; },
             [](const Evidence& e) { return name_of(e) + " " + describe(*e.exit); },
             "look at its last lines (`mcpm logs NAME --run -1`)"},
    CauseRow{"MCPM-E303", [](const Evidence& e) { return e.facts.status.reason == Reason::completed; },
             [](const Evidence& e) {
                 return name_of(e) + " ended by itself with code 0, and its policy leaves it at that";
             },
             "set `restart: always` when it should run for ever, or start it again"},
    CauseRow{"MCPM-E304", [](const Evidence& e) { return e.facts.status.health == Health::unhealthy; },
             [](const Evidence& e) { return name_of(e) + " runs but is unhealthy"; },
             "look at `mcpm health NAME` and its log"},
};

/// A run that ended because somebody wanted it to.
bool is_asked_end(Ending ending) {
    return ending == Ending::none || ending == Ending::asked || ending == Ending::restarted ||
           ending == Ending::idle;
}

bool is_fine(const CauseFacts& facts) {
    const ServerState state = facts.status.state;
    if (!facts.spec.enabled || facts.status.reason == Reason::engine_lost) return false;
    if (facts.status.health == Health::unhealthy || facts.status.reason == Reason::stuck) return false;
    if (facts.status.reason == Reason::idle) return true;
    if (facts.status.reason == Reason::asleep)
        return is_asked_end(facts.runs.empty() ? Ending::none : facts.runs.front().reason);
    const bool at_ease = state == ServerState::running || state == ServerState::starting;
    return at_ease ? facts.status.restart_count == 0 : facts.status.desired == Desired::down;
}

/// The run that tells: a running server's last end is the one before the run it is in.
const RunRecord* telling_run(const CauseFacts& facts) {
    for (const RunRecord& run : facts.runs) {
        if (run.exit || run.reason != Ending::none) return &run;
    }
    return nullptr;
}

Evidence gather(const CauseFacts& facts) {
    Evidence evidence{facts};
    const RunRecord* const run = telling_run(facts);
    const auto& error = facts.status.last_error;
    if (error) evidence.failure = read_start_failure(error->details);
    evidence.start_failed = error && evidence.failure.stage != StartStage::ready &&
                            evidence.failure.stage != StartStage::running &&
                            error->code != ErrorCode::died_at_start &&
                            facts.status.state != ServerState::running;
    if (run == nullptr) {
        evidence.exit = facts.status.last_exit;
        return evidence;
    }
    evidence.run_reason = run->reason;
    evidence.was_ready = run->ready_at.has_value();
    if (!is_asked_end(run->reason)) evidence.exit = run->exit;
    return evidence;
}

/// With the server's own name in the commands, as a shell reads it.
std::string advice_for(const std::string& name, std::string text) {
    constexpr std::string_view placeholder = " NAME";
    const std::string shown = describe_command({name});
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + shown.size())) {
        text.replace(at + 1, placeholder.size() - 1, shown);
    }
    return text;
}

}  // namespace

Cause find_cause(const CauseFacts& facts) {
    if (is_fine(facts)) return {};
    const Evidence evidence = gather(facts);
    for (const CauseRow& row : rows) {
        if (!row.applies(evidence)) continue;
        std::string advice = row.own_advice != nullptr ? row.own_advice(evidence) : std::string(row.advice);
        return {std::string(row.code), row.sentence(evidence),
                advice_for(facts.spec.name, std::move(advice))};
    }
    return {};
}

std::vector<std::string_view> cause_codes() {
    std::vector<std::string_view> codes;
    for (const CauseRow& row : rows) codes.push_back(row.code);
    std::sort(codes.begin(), codes.end());
    return codes;
}

}  // namespace mcpm
