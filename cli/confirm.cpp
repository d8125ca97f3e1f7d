#include "cli/confirm.hpp"

#include <unistd.h>

namespace mcpm::cli {

Result<> confirm(Output& out, const std::string& question, const std::string& option) {
    if (::isatty(0) != 1 || !out.error_is_terminal()) {
        return Error{ErrorCode::validation_error,
                     "nobody can be asked: " + question,
                     {},
                     "say " + option + " to mean it"};
    }
    out.flush();
    out.write_error(harmless(question) + " [y/N] ");
    char answer = 'n';
    if (::read(0, &answer, 1) == 1 && (answer == 'y' || answer == 'Y')) return {};
    return Error{ErrorCode::cancelled, "nothing was changed"};
}

Result<> confirm_at_terminal(Output& out, const std::string& question) {
    if (::isatty(0) != 1 || !out.error_is_terminal()) return {};
    return confirm(out, question, "--yes");
}

}  // namespace mcpm::cli
