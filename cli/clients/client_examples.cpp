#include "cli/clients/client_examples.hpp"

#include <array>

namespace mcpm::cli {

namespace {

struct ClientExamples {
    std::string_view command;
    std::span<const Example> examples;
};

// clang-format off
constexpr std::array of_client_list{
    Example{"mcpm client list"},
    Example{"mcpm client list --all -q", "the ids of all that are known"},
};
constexpr std::array of_client_status{
    Example{"mcpm client status cursor", "exit status 3 when it is not connected"},
    Example{"mcpm client status codex -o json"},
};
constexpr std::array of_client_connect{
    Example{"mcpm client connect cursor", "shows what would change in its file, and asks"},
    Example{"mcpm client connect vscode --profile work --yes", "only the servers and tools of a profile"},
    Example{"mcpm client connect codex --http --yes", "by URL, with a token of its own"},
    Example{"mcpm client connect claude-code --project --dry-run", "the .mcp.json of the current folder"},
};
constexpr std::array of_client_disconnect{
    Example{"mcpm client disconnect cursor --yes"},
    Example{"mcpm client disconnect zed --dry-run", "only show what would change"},
};
constexpr std::array of_client_undo{
    Example{"mcpm client undo cursor", "the file as it was before the last change, to the byte"},
    Example{"mcpm client undo cursor --yes"},
};
constexpr std::array of_import{
    Example{"mcpm import", "what all AI clients of this machine have; shown first"},
    Example{"mcpm import --replace --yes", "and each client reaches it through one entry"},
    Example{"mcpm import cursor compose.yaml --dry-run"},
    Example{"mcpm import --undo"},
};
constexpr std::array of_up{
    Example{"mcpm up", "the nearest .mcp.json or mcpm.yaml, from here upwards; shown and asked the first time"},
    Example{"mcpm up --dry-run"},
    Example{"mcpm up --yes -q", "in a script; prints the names"},
};
constexpr std::array of_down{
    Example{"mcpm down"},
    Example{"mcpm down -f ~/shop/.mcp.json", "of another folder"},
};
constexpr std::array client_rows{
    ClientExamples{"up", of_up},
    ClientExamples{"down", of_down},
    ClientExamples{"import", of_import},
    ClientExamples{"client list", of_client_list},
    ClientExamples{"client status", of_client_status},
    ClientExamples{"client connect", of_client_connect},
    ClientExamples{"client disconnect", of_client_disconnect},
    ClientExamples{"client undo", of_client_undo},
};
// clang-format on

}  // namespace

std::span<const Example> client_examples(std::string_view command) {
    for (const ClientExamples& row : client_rows) {
        if (row.command == command) return row.examples;
    }
    return {};
}

}  // namespace mcpm::cli
