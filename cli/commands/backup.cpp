// backup, restore: the work is mcpmd's, which has the database and the vault; this asks for the passphrase
// and becomes it, or prints what it says in the form that was asked for.
#include "cli/agent_process.hpp"
#include "cli/bundle_program.hpp"
#include "cli/commands/all.hpp"
#include "cli/database_in_use.hpp"
#include "cli/hidden_input.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_passphrase = 4096;

/// Typed twice where it is typed: what nobody can open is no backup.
Result<std::string> new_passphrase() {
    auto first = read_hidden("passphrase for the backup (not shown): ", longest_passphrase);
    if (!first || ::isatty(STDIN_FILENO) == 0) return first;
    auto again = read_hidden("once more: ", longest_passphrase);
    if (!again) return again;
    if (*first == *again) return first;
    return Error{ErrorCode::validation_error, "the two passphrases differ; nothing was done"};
}

/// Becomes mcpmd with these words, and the passphrase on its standard input: no argument and no variable
/// shows it.
Outcome become(Invocation& call, std::vector<std::string> words, const std::string& passphrase) {
    const auto program = find_agent_program();
    if (!program) return program.error();
    const int memory = ::memfd_create("passphrase", 0);
    if (memory < 0 ||
        ::write(memory, passphrase.data(), passphrase.size()) != static_cast<ssize_t>(passphrase.size()) ||
        ::lseek(memory, 0, SEEK_SET) != 0 || ::dup2(memory, STDIN_FILENO) < 0)
        return system_error("hand the passphrase on", errno);
    ::close(memory);
    call.out.flush();
    std::signal(SIGPIPE, SIG_DFL);
    const std::string path = program->string();
    std::vector<char*> arguments{const_cast<char*>(path.c_str())};
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(path.c_str(), arguments.data());
    return system_error("start " + path, errno);
}

/// Starts mcpmd with these words as a child, whose answer is printed by `-o`.
Outcome ask(Invocation& call, std::vector<std::string> words, const std::string& passphrase) {
    words.emplace_back("--json");
    auto program = BundleProgram::start(std::move(words));
    if (!program) return program.error();
    (void)program->tell(passphrase);
    program->end_input();
    const auto summary = program->read_line();
    const int status = program->wait();
    if (!summary) return summary.error();
    if (status != 0 || !summary->is_object()) return static_cast<ExitStatus>(status == 0 ? 1 : status);
    (void)print_for_programs(call.out, *summary, call.format);
    return ExitStatus::done;
}

Outcome carry_out(Invocation& call, std::vector<std::string> words, const std::string& passphrase) {
    const bool is_for_programs = call.format.is_data() || call.format.format() == Format::name;
    return is_for_programs ? ask(call, std::move(words), passphrase)
                           : become(call, std::move(words), passphrase);
}

}  // namespace

Outcome back_up(Invocation& call) {
    std::optional<std::string> named;
    bool force = false;
    call.options.positional("FILE", named,
                            "where to; `-` is standard output, which it also is without FILE when that goes "
                            "to a file or a pipe",
                            Completes::files);
    call.options.flag("-f,--force", force, "replace the file when it is there");
    call.format.declare_with_stream(call.options);
    if (!call.parse()) return call.outcome();
    if (named && *named != "-" && call.format.is_stream())
        return Error{ErrorCode::validation_error,
                     "-o - is standard output, and " + *named + " is a file",
                     {},
                     "give one of them"};
    const std::string file = named.value_or("-");
    if (file == "-" && call.options.given("-o") && !call.format.is_stream())
        return Error{ErrorCode::validation_error,
                     "the backup itself goes to standard output, so -o has no place there",
                     {},
                     "name a file, and -o prints what is in it"};
    if (file == "-" && ::isatty(STDOUT_FILENO) != 0)
        return Error{ErrorCode::validation_error,
                     "a backup is no text for a terminal",
                     {},
                     "name a file, or send it on: mcpm backup FILE, mcpm backup >FILE"};
    const auto passphrase = new_passphrase();
    if (!passphrase) return passphrase.error();
    std::vector<std::string> words{"__backup", file == "-" ? file : "./" + file};
    if (file.starts_with('/') || file == "-") words[1] = file;
    if (force) words.emplace_back("--force");
    // The agent may have been started with other variables than this shell has.
    const auto paths = find_paths();
    if (!paths) return paths.error();
    if (const auto database = database_of_agent(*paths)) words.push_back("--database=" + database->string());
    return file == "-" ? become(call, std::move(words), *passphrase)
                       : carry_out(call, std::move(words), *passphrase);
}

Outcome restore(Invocation& call) {
    std::string file;
    bool replace = false, check = false;
    call.options.positional("FILE", file, "a file that `mcpm backup` made", Completes::files);
    call.options.flag("--replace", replace,
                      "although there are servers already; what is there is moved aside");
    call.options.flag("--check", check, "only open it and read all of it; change nothing");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (file == "-")
        return Error{ErrorCode::validation_error,
                     "standard input has the passphrase, so the backup comes from a file",
                     {},
                     "write it to one first: cat >mcpm.backup"};
    if (replace && check)
        return Error{ErrorCode::validation_error, "--replace and --check exclude each other"};
    const auto passphrase = read_hidden("passphrase of the backup (not shown): ", longest_passphrase);
    if (!passphrase) return passphrase.error();
    std::vector<std::string> words{"__restore", file.starts_with('/') ? file : "./" + file};
    if (replace) words.emplace_back("--replace");
    if (check) words.emplace_back("--check");
    return carry_out(call, std::move(words), *passphrase);
}

}  // namespace mcpm::cli::commands
