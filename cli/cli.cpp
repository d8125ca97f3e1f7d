#include "cli/cli.hpp"

#include "cli/agent_client.hpp"
#include "cli/commands.hpp"
#include "cli/global_options.hpp"
#include "cli/help.hpp"
#include "cli/invocation.hpp"
#include "cli/json_access.hpp"
#include "cli/output.hpp"
#include "common/build_info.hpp"
#include "common/exit_status.hpp"
#include "common/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

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
    std::string hint = unknown_command_hint(words);
    hint += (hint.empty() ? "" : "\n  ") + std::string("`mcpm --help` lists the commands");
    return say(out, Error{ErrorCode::validation_error, std::move(what), {}, std::move(hint)});
}

/// Writing there fails from now on.
void refuse_output() {
    const int unwritable = ::open("/dev/null", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (unwritable < 0) return;
    ::dup2(unwritable, STDOUT_FILENO);
    ::close(unwritable);
}

bool is_help(const std::string& word) {
    return word == "-h" || word == "--help";
}

int show_first_page(Output& out) {
    out.start_pager();
    out.write(help_page(out.width()));
    return as_int(ExitStatus::done);
}

// `mcpm tools`, `mcpm tools --help`: the commands of the group.
int show_group(Output& out, std::span<const std::string> words) {
    const bool asked = words.size() > 1;
    const std::string page = group_help(words[0], out.width());
    if (asked) {
        out.write(page);
        return as_int(ExitStatus::done);
    }
    out.flush();
    out.write_error(page);
    return as_int(ExitStatus::wrong_usage);
}

int run_chosen(std::span<const std::string> words, Output& out) {
    if (words.empty()) {
        out.write_error(help_page(out.error_width()));
        return as_int(ExitStatus::wrong_usage);
    }
    if (is_help(words[0])) return show_first_page(out);
    if (words[0] == "--version" || words[0] == "-V") {
        out.write("mcpm " MCPM_VERSION + in_brackets(build_info()) + "\n");
        return as_int(ExitStatus::done);
    }
    const Chosen chosen = choose_command(words);
    if (chosen.row == nullptr) {
        const bool is_group = !second_words(words[0]).empty();
        if (is_group && (words.size() == 1 || is_help(words[1]))) return show_group(out, words);
        return unknown_command(out, words);
    }
    const auto rest = words.subspan(chosen.words);
    Invocation call(*chosen.row, {rest.begin(), rest.end()}, out);
    const Outcome outcome = chosen.row->function(call);
    return outcome ? as_int(*outcome) : say(out, outcome.error());
}

}  // namespace

int run_command_line(std::span<const std::string> arguments, Output& out) {
    std::vector<std::string> words(arguments.begin(), arguments.end());
    if (!words.empty() && words[0] == "__complete") return run_chosen(words, out);  // they are another line's
    const auto global = take_global_options(words);
    if (!global) return say(out, global.error());
    out.set_colour(global->colour);
    if (global->no_pager) out.allow_pager(false);
    if (global->debug) say_requests(true);
    return run_chosen(words, out);
}

}  // namespace mcpm::cli

int mcpm::run_cli(int argc, char** argv) {
    // What is written to a closed standard output is lost, and that is an error, as with other tools.
    if ((fill_standard_descriptors() & 2U) != 0) cli::refuse_output();
    std::signal(SIGPIPE, SIG_IGN);  // a lost agent is an error; a lost reader is Output's business
    cli::Output out;
    try {
        const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
        const int status = cli::run_command_line(arguments, out);
        out.finish();
        return status;
    } catch (const cli::Json::type_error& error) {
        constexpr int not_utf8 = 316;
        if (error.id == not_utf8)
            return cli::say(out,
                            Error{ErrorCode::validation_error,
                                  "an argument is not text in UTF-8",
                                  {},
                                  "names, values and patterns are; another encoding is converted by iconv"});
        out.error(Error{ErrorCode::internal_error, std::string("a fault in mcpm itself: ") + error.what()});
        return static_cast<int>(ExitStatus::failed);
    } catch (const std::exception& bug) {
        out.error(Error{ErrorCode::internal_error, std::string("a fault in mcpm itself: ") + bug.what()});
        return static_cast<int>(ExitStatus::failed);
    }
}
