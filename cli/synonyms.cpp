#include "cli/synonyms.hpp"

#include "cli/commands.hpp"

#include <array>

namespace mcpm::cli {

namespace {

struct Synonym {
    std::string_view theirs;
    std::string_view ours;
};

constexpr std::array synonyms{
    Synonym{"delete", "remove"},
    Synonym{"del", "remove"},
    Synonym{"kill", "stop"},
    Synonym{"create", "add"},
    Synonym{"new", "add"},
    Synonym{"define", "add"},
    Synonym{"run", "add NAME --start -- COMMAND"},
    Synonym{"exec", "call NAME TOOL"},
    Synonym{"describe", "show"},
    Synonym{"get", "list"},
    Synonym{"cat", "show"},
    Synonym{"tail", "logs -f NAME"},
    Synonym{"journal", "logs NAME"},
    Synonym{"attach", "connect NAME"},
    Synonym{"reload", "restart"},
    Synonym{"reboot", "restart"},
    Synonym{"pull", "upgrade NAME"},
    Synonym{"outdated", "upgrade NAME --check"},
    Synonym{"pause", "disable NAME"},
    Synonym{"unpause", "enable NAME"},
    Synonym{"mask", "disable NAME"},
    Synonym{"unmask", "enable NAME"},
    Synonym{"is-active", "status NAME"},
    Synonym{"explain", "why NAME"},
    Synonym{"debug", "why NAME"},
    Synonym{"diagnose", "doctor"},
    Synonym{"check", "doctor"},
    Synonym{"info", "show NAME"},
    Synonym{"import", "apply -f FILE"},
    Synonym{"load", "install --bundle FILE"},
    Synonym{"save", "bundle NAME -f FILE"},
    Synonym{"dump", "export"},
    Synonym{"tool", "tools"},
    Synonym{"secrets", "secret"},
    Synonym{"tokens", "token"},
    Synonym{"profiles", "profile"},
    Synonym{"templates", "template"},
    Synonym{"marketplace", "template list"},
    Synonym{"find", "search WORD"},
    Synonym{"ui", "dashboard"},
    Synonym{"daemon", "agent run"},
    Synonym{"up", "apply -f FILE"},
    Synonym{"down", "stop --all"},
};

}  // namespace

std::string our_word_for(std::string_view word) {
    for (const Synonym& synonym : synonyms) {
        if (synonym.theirs == word) return "in mcpm that is `mcpm " + std::string(synonym.ours) + "`";
    }
    return {};
}

}  // namespace mcpm::cli
