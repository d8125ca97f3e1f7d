#include "cli/cli.hpp"

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/help.hpp"
#include "cli/invocation.hpp"
#include "cli/output.hpp"
#include "common/standard_descriptors.hpp"

#include <csignal>
#include <exception>
#include <vector>

namespace mcpm::cli {

namespace {

int as_int(ExitStatus status) {
    return static_cast<int>(status);
}

int say(Output& out, const Error& error) {
    out.error(error);
    return as_int(exit_status(error.code));
}

int unknown_command(Output& out, std::span<const std::string> arguments) {
    const std::vector<std::string> words(arguments.begin(), arguments.end());
    const bool is_group = !second_words(words[0]).empty();
    std::string what = words[0][0] == '-' ? "unknown option '" : "unknown command '";
    what += words[0] + (is_group && words.size() > 1 ? " " + words[1] : "") + "'";
    if (is_group && words.size() == 1) what = "'" + words[0] + "' needs one more word";
    std::string hint = unknown_command_hint(words);
    hint += (hint.empty() ? "" : " ") + std::string("(`mcpm --help` lists the commands)");
    return say(out, Error{ErrorCode::validation_error, std::move(what), {}, std::move(hint)});
}

bool is_help(const std::string& word) {
    return word == "-h" || word == "--help";
}

}  // namespace

int run_command_line(std::span<const std::string> arguments, Output& out) {
    if (arguments.empty() || is_help(arguments[0])) {
        out.write(help_page());
        return as_int(arguments.empty() ? ExitStatus::wrong_usage : ExitStatus::done);
    }
    if (arguments[0] == "--version" || arguments[0] == "-V") {
        out.write("mcpm " MCPM_VERSION "\n");
        return as_int(ExitStatus::done);
    }
    const Chosen chosen = choose_command(arguments);
    if (chosen.row == nullptr) {
        if (arguments.size() == 2 && is_help(arguments[1]) && !second_words(arguments[0]).empty()) {
            out.write(help_page());
            return as_int(ExitStatus::done);
        }
        return unknown_command(out, arguments);
    }
    const auto rest = arguments.subspan(chosen.words);
    Invocation call(*chosen.row, {rest.begin(), rest.end()}, out);
    const Outcome outcome = chosen.row->function(call);
    return outcome ? as_int(*outcome) : say(out, outcome.error());
}

}  // namespace mcpm::cli

int mcpm::run_cli(int argc, char** argv) {
    fill_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);  // a lost agent is an error; a lost reader is Output's business
    cli::Output out;
    try {
        const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
        const int status = cli::run_command_line(arguments, out);
        out.flush();
        return status;
    } catch (const std::exception& bug) {
        out.error(Error{ErrorCode::internal_error, std::string("a fault in mcpm itself: ") + bug.what()});
        return static_cast<int>(cli::ExitStatus::failed);
    }
}
