#include "cli/confirm.hpp"

#include <unistd.h>

namespace mcpm::cli {

namespace {

/// The whole line is taken: what is left of it would be a command for the shell.
char first_of_line() {
    char first = '\n', next = '\n';
    for (bool is_first = true; ::read(STDIN_FILENO, &next, 1) == 1 && next != '\n'; is_first = false)
        if (is_first) first = next;
    return first;
}

}  // namespace

Result<> confirm(Output& out, const std::string& question, const std::string& option) {
    if (::isatty(0) != 1 || !out.error_is_terminal()) {
        return Error{ErrorCode::validation_error,
                     question + " There is no terminal to ask at: nothing was done",
                     {},
                     option + " does it without asking"};
    }
    out.flush();
    out.write_error(harmless(question) + " [y/N] ");
    if (const char answer = first_of_line(); answer == 'y' || answer == 'Y') return {};
    return Error{ErrorCode::cancelled, "nothing was changed"};
}

Result<> confirm_at_terminal(Output& out, const std::string& question) {
    if (::isatty(0) != 1 || !out.error_is_terminal()) return {};
    return confirm(out, question, "--yes");
}

}  // namespace mcpm::cli
